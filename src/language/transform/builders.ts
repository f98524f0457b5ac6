/** Short names for the syntax tree that the rewriter makes. */
import { types as t } from '@babel/core';
import type { Runtime } from '../staging/runtime.ts';

export const RUNTIME = '$k';

/** A call of the runtime. */
export function runtime(name: keyof Runtime, ...args: readonly t.Expression[]): t.CallExpression {
  return t.callExpression(t.memberExpression(t.identifier(RUNTIME), t.identifier(name)), [...args]);
}

export function number(value: number): t.Expression {
  return value < 0 ? t.unaryExpression('-', t.numericLiteral(-value)) : t.numericLiteral(value);
}

export function string(value: string): t.StringLiteral {
  return t.stringLiteral(value);
}

export function lambda(
  params: readonly (t.Identifier | t.Pattern)[],
  body: t.Expression | t.BlockStatement,
): t.ArrowFunctionExpression {
  return t.arrowFunctionExpression([...params], body);
}

export function record(fields: Readonly<Record<string, t.Expression>>): t.ObjectExpression {
  return t.objectExpression(
    Object.entries(fields).map(([key, value]) => t.objectProperty(t.identifier(key), value)),
  );
}

export function constant(id: t.Identifier | t.Pattern, init: t.Expression): t.VariableDeclaration {
  return t.variableDeclaration('const', [t.variableDeclarator(id, init)]);
}

/** `{ const $c = statement; if ($c) return $c; }` */
export function completing(statement: t.Expression): t.BlockStatement {
  const completion = t.identifier('$c');
  return t.blockStatement([
    constant(completion, statement),
    t.ifStatement(completion, t.returnStatement(completion)),
  ]);
}

/** The key of a member, as an expression. */
export function keyOf(
  node: t.MemberExpression | t.OptionalMemberExpression,
  rewritten: t.Expression,
): t.Expression {
  return node.computed || node.property.type !== 'Identifier'
    ? rewritten
    : t.stringLiteral(node.property.name);
}

export function member(object: string, property: string): t.MemberExpression {
  return t.memberExpression(t.identifier(object), t.identifier(property));
}
