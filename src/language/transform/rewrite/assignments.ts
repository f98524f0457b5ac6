/** Assignments, of variables that are cells and of members. */
import { types as t } from '@babel/core';
import { lambda, member, number, runtime, string } from '../builders.ts';
import { membersOf } from './members.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function rewriteAssignment(
  r: Rewriting,
  node: t.AssignmentExpression,
  where: Where,
): t.Expression {
  const value = (): t.Expression => r.expression(node.right, where);
  return rewriteAssigned(r, node.left, node.operator, value, node, where);
}

/** `left operator value()`, whichever construct `node` that is. */
export function rewriteAssigned(
  r: Rewriting,
  left: t.AssignmentExpression['left'] | t.ForOfStatement['left'],
  operator: string,
  value: () => t.Expression,
  node: t.Node,
  where: Where,
): t.Expression {
  const site = r.site(node, where);
  if (left.type === 'Identifier') return assignVariable(r, left, operator, value, site, node);
  if (left.type !== 'MemberExpression') {
    return r.refuse(node, 'assignment to a pattern', 'Assign the variables one by one.');
  }
  const { object, key } = membersOf(r, left, where);
  if (operator === '=') return runtime('put', site, object, key, value());
  refuseLogicalAssignment(r, operator, node);
  return runtime('modify', site, object, key, string(operator.slice(0, -1)), lambda([], value()));
}

function assignVariable(
  r: Rewriting,
  { name, ...left }: t.Identifier,
  operator: string,
  value: () => t.Expression,
  site: t.Expression,
  node: t.Node,
): t.Expression {
  if (!isAssignedCell(r, node, name)) {
    return r.refuse(
      { ...left, name },
      `'${name}' cannot be assigned`,
      'Only let variables and parameters can be.',
    );
  }
  const cell = t.identifier(name);
  if (operator === '=') return runtime('set', site, cell, value());
  refuseLogicalAssignment(r, operator, node);
  const old = member(name, 'v');
  const result = runtime('bin', site, string(operator.slice(0, -1)), old, value());
  return runtime('set', site, cell, result);
}

/** Whether the assigned identifier of a node is a cell. */
function isAssignedCell(r: Rewriting, node: t.Node, name: string): boolean {
  const target =
    node.type === 'AssignmentExpression'
      ? node.left
      : node.type === 'UpdateExpression'
        ? node.argument
        : node;
  return target.type === 'Identifier' && target.name === name && r.isCell(target);
}

function refuseLogicalAssignment(r: Rewriting, operator: string, node: t.Node): void {
  if (!/^(&&|\|\||\?\?)=$/.test(operator)) return;
  r.refuse(node, `the operator ${operator}`, 'Write an if.');
}

export function rewriteUpdate(r: Rewriting, node: t.UpdateExpression, where: Where): t.Expression {
  const site = r.site(node, where);
  const delta = number(node.operator === '++' ? 1 : -1);
  const prefix = t.booleanLiteral(node.prefix);
  const { argument } = node;
  if (argument.type === 'Identifier' && isAssignedCell(r, node, argument.name)) {
    return runtime('step', site, t.identifier(argument.name), delta, prefix);
  }
  if (argument.type !== 'MemberExpression') return r.unsupported(node);
  const { object, key } = membersOf(r, argument, where);
  return runtime('stepMember', site, object, key, delta, prefix);
}
