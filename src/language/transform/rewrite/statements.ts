/** Statements: those that choose, jump, or hold others. What repeats is in loops.ts. */
import { types as t } from '@babel/core';
import { completing, lambda, number, record, runtime } from '../builders.ts';
import { armOf } from './arm.ts';
import { rewriteDeclaration } from './declarations.ts';
import { rewriteFunctionDeclaration } from './functions.ts';
import { rewriteFor, rewriteForOf, rewriteWhile } from './loops.ts';
import type { Rewriting } from './rewriting.ts';
import { intoSwitch, labelled } from './scope.ts';
import type { Where } from './scope.ts';

export function rewriteBlock(
  r: Rewriting,
  statements: readonly t.Statement[],
  where: Where,
): t.Statement[] {
  const functions = statements.flatMap((statement) =>
    statement.type === 'FunctionDeclaration' && statement.id ? [statement.id] : [],
  );
  const known = functions.map((id) =>
    t.expressionStatement(runtime('known', t.identifier(id.name))),
  );
  return [...known, ...statements.flatMap((statement) => rewriteStatement(r, statement, where))];
}

function rewriteStatement(r: Rewriting, node: t.Statement, where: Where): readonly t.Statement[] {
  switch (node.type) {
    case 'ExpressionStatement':
      return [t.expressionStatement(r.expression(node.expression, where, 'effect'))];
    case 'VariableDeclaration':
      return rewriteDeclaration(r, node, where);
    case 'FunctionDeclaration':
      return [rewriteFunctionDeclaration(r, node)];
    case 'BlockStatement':
      return [t.blockStatement(r.block(node.body, { ...where, pending: [] }))];
    case 'IfStatement':
      return [completing(rewriteIf(r, node, where))];
    case 'WhileStatement':
    case 'DoWhileStatement':
      return [completing(rewriteWhile(r, node, where))];
    case 'ForStatement':
      return [rewriteFor(r, node, where)];
    case 'ForOfStatement':
      return [completing(rewriteForOf(r, node, where))];
    case 'SwitchStatement':
      return [completing(rewriteSwitch(r, node, where))];
    case 'LabeledStatement':
      return rewriteLabel(r, node, where);
    case 'ReturnStatement':
      return [t.returnStatement(runtime('ret', valueOrUndefined(r, node.argument, where)))];
    case 'BreakStatement':
      return [t.returnStatement(runtime('brk', number(targetOf(r, node, where, where.breakTo))))];
    case 'ContinueStatement':
      return [
        t.returnStatement(runtime('cont', number(targetOf(r, node, where, where.continueTo)))),
      ];
    case 'EmptyStatement':
      return [];
    default:
      return r.unsupported(node);
  }
}

function valueOrUndefined(
  r: Rewriting,
  node: t.Expression | null | undefined,
  where: Where,
): t.Expression {
  return node ? r.expression(node, where) : t.identifier('undefined');
}

function targetOf(
  r: Rewriting,
  node: t.BreakStatement | t.ContinueStatement,
  where: Where,
  bare: number | null,
): number {
  const id = node.label ? where.labels.get(node.label.name) : bare;
  return id ?? r.refuse(node, 'a jump to nowhere', 'Name a statement around it.');
}

function rewriteIf(r: Rewriting, node: t.IfStatement, where: Where): t.Expression {
  return runtime(
    'if',
    r.site(node.test, where),
    r.expression(node.test, where, 'test'),
    armOf(r, node.consequent, where),
    node.alternate ? armOf(r, node.alternate, where) : t.nullLiteral(),
  );
}

function rewriteSwitch(r: Rewriting, node: t.SwitchStatement, where: Where): t.Expression {
  const id = r.nextId();
  const inner = intoSwitch(where, id);
  const cases = node.cases.map(({ test, consequent }) =>
    record({
      test: test ? lambda([], r.expression(test, where)) : t.nullLiteral(),
      body: lambda([], t.blockStatement(r.block(consequent, inner))),
    }),
  );
  return runtime(
    'switch',
    r.site(node.discriminant, where),
    number(id),
    r.expression(node.discriminant, where),
    t.arrayExpression(cases),
  );
}

function rewriteLabel(
  r: Rewriting,
  node: t.LabeledStatement,
  where: Where,
): readonly t.Statement[] {
  const pending = [...where.pending, node.label.name];
  if (
    t.isLoop(node.body) ||
    node.body.type === 'LabeledStatement' ||
    node.body.type === 'SwitchStatement'
  ) {
    return rewriteStatement(r, node.body, { ...where, pending });
  }
  const id = r.nextId();
  const inner = labelled({ ...where, pending }, id);
  return [completing(runtime('label', number(id), armOf(r, node.body, inner)))];
}
