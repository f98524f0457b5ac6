/** Patterns of parameters and declarations: default values rewritten, cells renamed and made behind. */
import { types as t } from '@babel/core';
import { constant, runtime, string } from '../builders.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export type Pattern = t.Identifier | t.AssignmentPattern | t.ArrayPattern | t.ObjectPattern;

/** The name of a variable → what the pattern binds in its place. */
export type Renamed = Map<string, string>;

export function rewritePattern<T extends Pattern | t.RestElement>(
  r: Rewriting,
  node: T,
  where: Where,
  renamed: Renamed,
): T;
export function rewritePattern(
  r: Rewriting,
  node: Pattern | t.RestElement,
  where: Where,
  renamed: Renamed,
): t.Node {
  const inner = <T extends Pattern | t.RestElement>(part: T): T =>
    rewritePattern(r, part, where, renamed);
  switch (node.type) {
    case 'Identifier': {
      if (!r.isCell(node)) return t.identifier(node.name);
      const temporary = r.fresh(`$${node.name}`);
      renamed.set(node.name, temporary);
      return t.identifier(temporary);
    }
    case 'AssignmentPattern':
      return t.assignmentPattern(
        inner(node.left as Pattern) as t.Identifier,
        r.expression(node.right, where),
      );
    case 'RestElement':
      return t.restElement(inner(node.argument as Pattern));
    case 'ArrayPattern':
      return t.arrayPattern(
        node.elements.map((element) =>
          element ? (inner(element as Pattern) as t.Identifier) : null,
        ),
      );
    case 'ObjectPattern':
      return t.objectPattern(
        node.properties.map((property) => {
          if (property.type === 'RestElement') return inner(property);
          const key = property.computed
            ? r.expression(property.key as t.Expression, where)
            : property.key;
          return t.objectProperty(key, inner(property.value as Pattern), property.computed);
        }),
      );
  }
}

/** The cells of a pattern, each with what was bound in its place. */
export function cellsOf(renamed: Renamed): readonly t.Statement[] {
  return [...renamed].map(([name, temporary]) =>
    constant(t.identifier(name), runtime('cell', string(name), t.identifier(temporary))),
  );
}
