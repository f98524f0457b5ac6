/** Members of an object: what is read by its key. */
import type { types as t } from '@babel/core';
import { keyOf, runtime } from '../builders.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function membersOf(
  r: Rewriting,
  node: t.MemberExpression | t.OptionalMemberExpression,
  where: Where,
): { readonly object: t.Expression; readonly key: t.Expression } {
  if (node.object.type === 'Super' || node.property.type === 'PrivateName') {
    return r.unsupported(node);
  }
  const object = r.expression(node.object, where);
  const property = node.computed ? r.expression(node.property, where) : node.property;
  return { object, key: keyOf(node, property) };
}

export function rewriteMember(r: Rewriting, node: t.MemberExpression, where: Where): t.Expression {
  const { object, key } = membersOf(r, node, where);
  return runtime('get', r.site(node, where), object, key);
}
