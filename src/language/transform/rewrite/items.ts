/** What lists are made of, with spreads: elements of an array, arguments, properties of an object. */
import { types as t } from '@babel/core';
import { runtime } from '../builders.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function rewriteItem(
  r: Rewriting,
  node: t.Expression | t.SpreadElement | null,
  where: Where,
): t.Expression | t.SpreadElement | null {
  return node?.type === 'SpreadElement'
    ? rewriteSpread(r, node, where)
    : node && r.expression(node, where);
}

export function rewriteSpread(r: Rewriting, node: t.SpreadElement, where: Where): t.SpreadElement {
  const spread = r.expression(node.argument, where);
  return t.spreadElement(runtime('parts', r.site(node, where), spread));
}
