/** Operators. Those that may leave out an operand get it as a function. */
import { types as t } from '@babel/core';
import type { Mode } from '../../staging/branches.ts';
import { lambda, runtime, string } from '../builders.ts';
import { membersOf } from './members.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function rewriteUnary(r: Rewriting, node: t.UnaryExpression, where: Where): t.Expression {
  const { argument, operator } = node;
  switch (operator) {
    case '!':
      return runtime('not', r.site(node, where), r.expression(argument, where, 'test'));
    case 'typeof':
      return runtime('type', r.expression(argument, where));
    case 'void':
      return t.unaryExpression('void', r.expression(argument, where, 'effect'));
    case 'delete':
      return rewriteDelete(r, node, argument, where);
    case '-':
    case '+':
    case '~':
      if (argument.type === 'NumericLiteral') return node;
      return runtime('un', r.site(node, where), string(operator), r.expression(argument, where));
    case 'throw':
      return r.unsupported(node);
  }
}

function rewriteDelete(
  r: Rewriting,
  node: t.UnaryExpression,
  argument: t.Expression,
  where: Where,
): t.Expression {
  if (argument.type !== 'MemberExpression') return r.unsupported(node);
  const { object, key } = membersOf(r, argument, where);
  return runtime('remove', r.site(node, where), object, key);
}

export function rewriteBinary(r: Rewriting, node: t.BinaryExpression, where: Where): t.Expression {
  if (node.left.type === 'PrivateName' || node.operator === '|>') return r.unsupported(node);
  return runtime(
    'bin',
    r.site(node, where),
    string(node.operator),
    r.expression(node.left, where),
    r.expression(node.right, where),
  );
}

export function rewriteLogical(
  r: Rewriting,
  node: t.LogicalExpression,
  where: Where,
  mode: Mode,
): t.Expression {
  const site = r.site(node, where);
  const leftMode = mode === 'value' || node.operator === '??' ? 'value' : 'test';
  const left = r.expression(node.left, where, leftMode);
  const right = lambda([], r.expression(node.right, where, mode));
  if (node.operator === '??') return runtime('nullish', site, left, right);
  return runtime(node.operator === '&&' ? 'and' : 'or', site, string(mode), left, right);
}

export function rewriteConditional(
  r: Rewriting,
  node: t.ConditionalExpression,
  where: Where,
  mode: Mode,
): t.Expression {
  return runtime(
    'cond',
    r.site(node.test, where),
    string(mode),
    r.expression(node.test, where, 'test'),
    lambda([], r.expression(node.consequent, where, mode)),
    lambda([], r.expression(node.alternate, where, mode)),
  );
}

export function rewriteSequence(
  r: Rewriting,
  node: t.SequenceExpression,
  where: Where,
  mode: Mode,
): t.Expression {
  const last = node.expressions.length - 1;
  return t.sequenceExpression(
    node.expressions.map((e, i) => r.expression(e, where, i === last ? mode : 'effect')),
  );
}
