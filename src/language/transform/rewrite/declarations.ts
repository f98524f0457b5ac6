/** Variables: one that is assigned later becomes a cell; a name is given to what is declared. */
import { types as t } from '@babel/core';
import { constant, lambda, runtime, string } from '../builders.ts';
import { cellsOf, rewritePattern } from './patterns.ts';
import type { Pattern, Renamed } from './patterns.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function rewriteDeclaration(
  r: Rewriting,
  node: t.VariableDeclaration,
  where: Where,
): readonly t.Statement[] {
  return node.declarations.flatMap(({ id, init }) => {
    const value = init ? initialiser(r, id as Pattern, init, where) : t.identifier('undefined');
    return bind(r, id as Pattern, value, where);
  });
}

/** A call may declare state, or read it: the variable's name becomes its name. */
function initialiser(r: Rewriting, id: Pattern, init: t.Expression, where: Where): t.Expression {
  const value = r.expression(init, where, 'value', id.type === 'Identifier' ? id.name : '');
  if (id.type !== 'Identifier') return runtime('parts', r.site(init, where), value);
  return mayDeclare(init) ? runtime('declare', string(id.name), lambda([], value)) : value;
}

/** Whether evaluating it can call something. */
function mayDeclare(node: t.Expression): boolean {
  let calls = false;
  t.traverseFast(node, ({ type }) => {
    if (type === 'CallExpression' || type === 'MemberExpression') calls = true;
  });
  return calls;
}

/** Declares what a pattern binds; the variables of it that are assigned later become cells. */
export function bind(
  r: Rewriting,
  id: Pattern,
  value: t.Expression,
  where: Where,
): readonly t.Statement[] {
  if (id.type === 'Identifier') {
    const cell = r.isCell(id);
    return [
      constant(t.identifier(id.name), cell ? runtime('cell', string(id.name), value) : value),
    ];
  }
  const renamed: Renamed = new Map();
  const pattern = rewritePattern(r, id, where, renamed);
  return [constant(pattern, value), ...cellsOf(renamed)];
}
