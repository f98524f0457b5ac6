/** A chain with `?.`: what follows the innermost one becomes a function of what precedes it. */
import { types as t } from '@babel/core';
import { lambda, runtime } from '../builders.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function rewriteOptional(
  r: Rewriting,
  node: t.OptionalMemberExpression | t.OptionalCallExpression | t.CallExpression,
  where: Where,
): t.Expression {
  const link = innermostOptional(node);
  if (!link) return r.unsupported(node);
  const subject = t.identifier(r.fresh('$o'));
  const head = link.type === 'OptionalMemberExpression' ? link.object : link.callee;
  if (link.type === 'OptionalCallExpression' && head.type.endsWith('MemberExpression')) {
    return r.refuse(node, 'an optional call of a method', 'Test the method first.');
  }
  const rest = r.expression(plainChain(node, link, subject), where);
  return runtime(
    'optional',
    r.site(node, where),
    r.expression(head, where),
    lambda([subject], rest),
  );
}

type Link = t.OptionalMemberExpression | t.OptionalCallExpression;

function innermostOptional(node: t.Node): Link | null {
  const inner =
    node.type === 'OptionalMemberExpression' || node.type === 'MemberExpression'
      ? node.object
      : node.type === 'OptionalCallExpression' || node.type === 'CallExpression'
        ? node.callee
        : null;
  const deeper = inner && innermostOptional(inner);
  if (deeper) return deeper;
  const optional =
    (node.type === 'OptionalMemberExpression' || node.type === 'OptionalCallExpression') &&
    node.optional;
  return optional ? node : null;
}

/** The chain with `subject` in place of what precedes `link`, and no `?.` at the link. */
function plainChain(node: t.Node, link: Link, subject: t.Identifier): t.Expression {
  if (node === link) {
    return link.type === 'OptionalMemberExpression'
      ? {
          ...t.memberExpression(subject, link.property, link.computed),
          ...position(link),
        }
      : { ...t.callExpression(subject, link.arguments), ...position(link) };
  }
  if (node.type === 'OptionalMemberExpression') {
    const object = plainChain(node.object, link, subject);
    return node.optional
      ? { ...node, object }
      : {
          ...t.memberExpression(object, node.property, node.computed),
          ...position(node),
        };
  }
  if (node.type === 'OptionalCallExpression' || node.type === 'CallExpression') {
    const callee = plainChain(node.callee, link, subject);
    return { ...t.callExpression(callee, node.arguments), ...position(node) };
  }
  return node as t.Expression;
}

function position({ loc, start, end }: t.Node): Pick<t.Node, 'loc' | 'start' | 'end'> {
  return { loc: loc ?? null, start: start ?? null, end: end ?? null };
}
