/** A statement that another one may run, never or often: an arrow function that returns how it completed. */
import { types as t } from '@babel/core';
import { lambda } from '../builders.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function armOf(
  r: Rewriting,
  node: t.Statement,
  where: Where,
  params: readonly t.Identifier[] = [],
): t.ArrowFunctionExpression {
  return lambda(params, t.blockStatement(armStatements(r, node, where)));
}

export function armStatements(r: Rewriting, node: t.Statement, where: Where): t.Statement[] {
  const statements = node.type === 'BlockStatement' ? node.body : [node];
  return r.block(statements, { ...where, pending: [] });
}
