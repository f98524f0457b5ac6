/** Loops: test, body and update become functions, and the runtime unrolls them or stages them. */
import { types as t } from '@babel/core';
import { completing, lambda, number, record, runtime } from '../builders.ts';
import { armOf, armStatements } from './arm.ts';
import { rewriteAssigned } from './assignments.ts';
import { bind, rewriteDeclaration } from './declarations.ts';
import type { Pattern } from './patterns.ts';
import type { Rewriting } from './rewriting.ts';
import { intoLoop } from './scope.ts';
import type { Where } from './scope.ts';

interface LoopParts {
  readonly id: number;
  readonly bodyFirst: boolean;
  readonly test: t.Expression | null;
  readonly variables: readonly t.Identifier[];
  readonly update: t.Expression | null;
}

export function rewriteWhile(
  r: Rewriting,
  node: t.WhileStatement | t.DoWhileStatement,
  where: Where,
): t.Expression {
  const id = r.nextId();
  return loop(r, node, where, {
    id,
    bodyFirst: node.type === 'DoWhileStatement',
    test: node.test,
    variables: [],
    update: null,
  });
}

/** What `for (let …)` declares and assigns is a cell for each iteration, given to the arms. */
export function rewriteFor(r: Rewriting, node: t.ForStatement, where: Where): t.Statement {
  const id = r.nextId();
  const { init } = node;
  const declared = init?.type === 'VariableDeclaration' ? init : null;
  const ids = declared ? Object.values(t.getBindingIdentifiers(declared)) : [];
  const variables = ids
    .filter((identifier) => r.isCell(identifier))
    .map(({ name }) => t.identifier(name));
  const parts = {
    id,
    bodyFirst: false,
    test: node.test ?? null,
    variables,
    update: node.update ?? null,
  };
  const looping = completing(loop(r, node, where, parts));
  if (declared) return t.blockStatement([...rewriteDeclaration(r, declared, where), looping]);
  if (!init) return looping;
  const effect = r.expression(init as t.Expression, where, 'effect');
  return t.blockStatement([t.expressionStatement(effect), looping]);
}

function loop(
  r: Rewriting,
  node: t.WhileStatement | t.DoWhileStatement | t.ForStatement,
  where: Where,
  { id, bodyFirst, test, variables, update }: LoopParts,
): t.Expression {
  const body = armOf(r, node.body, intoLoop(where, id), variables);
  return runtime(
    'loop',
    r.site(test ?? node, where),
    record({
      id: number(id),
      endless: t.booleanLiteral(isAlwaysTrue(test)),
      bodyFirst: t.booleanLiteral(bodyFirst),
      variables: t.arrayExpression([...variables]),
      test: lambda(variables, test ? r.expression(test, where, 'test') : t.booleanLiteral(true)),
      body,
      update: lambda(
        variables,
        update ? r.expression(update, where, 'effect') : t.identifier('undefined'),
      ),
    }),
  );
}

function isAlwaysTrue(test: t.Expression | null): boolean {
  if (test === null) return true;
  if (test.type === 'BooleanLiteral') return test.value;
  return test.type === 'NumericLiteral' && test.value !== 0;
}

export function rewriteForOf(r: Rewriting, node: t.ForOfStatement, where: Where): t.Expression {
  const id = r.nextId();
  const element = t.identifier(r.fresh('$e'));
  const statements = armStatements(r, node.body, intoLoop(where, id));
  const first = elementOf(r, node.left, element, where);
  return runtime(
    'forOf',
    r.site(node.right, where),
    number(id),
    r.expression(node.right, where),
    lambda([element], t.blockStatement([...first, ...statements])),
  );
}

function elementOf(
  r: Rewriting,
  left: t.ForOfStatement['left'],
  element: t.Identifier,
  where: Where,
): readonly t.Statement[] {
  if (left.type !== 'VariableDeclaration') {
    return [t.expressionStatement(rewriteAssigned(r, left, '=', () => element, left, where))];
  }
  const id = left.declarations[0]?.id;
  return id ? bind(r, id as Pattern, element, where) : [];
}
