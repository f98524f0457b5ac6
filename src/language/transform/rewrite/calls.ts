/** Calls of functions, methods and constructors. */
import { types as t } from '@babel/core';
import { runtime } from '../builders.ts';
import { rewriteOptional } from './chains.ts';
import { rewriteItem } from './items.ts';
import { membersOf } from './members.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function rewriteCall(r: Rewriting, node: t.CallExpression, where: Where): t.Expression {
  const site = r.site(node, where);
  const args = (): t.Expression => rewriteArguments(r, node.arguments, where);
  const { callee } = node;
  if (callee.type === 'MemberExpression') {
    const { object, key } = membersOf(r, callee, where);
    return runtime('invoke', site, object, key, args());
  }
  if (callee.type === 'OptionalMemberExpression') return rewriteOptional(r, node, where);
  return runtime('call', site, r.expression(callee as t.Expression, where), args());
}

export function rewriteNew(r: Rewriting, node: t.NewExpression, where: Where): t.Expression {
  return runtime(
    'construct',
    r.site(node, where),
    r.expression(node.callee, where),
    rewriteArguments(r, node.arguments, where),
  );
}

function rewriteArguments(
  r: Rewriting,
  args: t.CallExpression['arguments'],
  where: Where,
): t.ArrayExpression {
  return t.arrayExpression(
    args.map((arg) =>
      arg.type === 'ArgumentPlaceholder' ? r.unsupported(arg) : rewriteItem(r, arg, where),
    ),
  );
}
