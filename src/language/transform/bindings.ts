/**
 * The variables that become cells: those that are assigned after their declaration. Any other variable
 * always has the value that it was declared with, staged or not, and stays what it is.
 */
import { traverse } from '@babel/core';
import type { types as t } from '@babel/core';

/** Every identifier node that declares, reads or assigns a variable that is a cell. */
export function cellIdentifiers(tree: t.File): ReadonlySet<t.Node> {
  const found = new Set<t.Node>();
  traverse(tree, {
    Scope({ scope }) {
      for (const binding of Object.values(scope.bindings)) {
        // A function declared in a loop is declared again in each iteration, not assigned.
        const assigned = binding.constantViolations.some(({ node }) => node !== binding.path.node);
        if (!assigned || binding.kind === 'module') continue;
        found.add(binding.identifier);
        for (const reference of binding.referencePaths) found.add(reference.node);
        for (const violation of binding.constantViolations) {
          for (const target of targetsOf(violation.node, binding.identifier.name))
            found.add(target);
        }
      }
    },
  });
  return found;
}

/** The identifiers that an assignment, `++` or a pattern assigns. */
function targetsOf(node: t.Node, name: string): readonly t.Node[] {
  switch (node.type) {
    case 'AssignmentExpression':
      return identifiersIn(node.left, name);
    case 'UpdateExpression':
      return identifiersIn(node.argument, name);
    case 'ForOfStatement':
      return identifiersIn(node.left, name);
    default:
      return [];
  }
}

function identifiersIn(target: t.Node, name: string): readonly t.Node[] {
  return target.type === 'Identifier' && target.name === name ? [target] : [];
}
