/**
 * Properties that nothing was held against. A pass says nothing of an assertion that no schedule
 * executes, nor of a `final` property where there is no final state. The other kinds are evaluated in
 * the initial state at least.
 */
import { at } from '../machine/graph.ts';
import type { Assert, Machine } from '../machine/machine.ts';
import type { Unevaluated } from './result.ts';
import type { Exploration } from './search.ts';

export function unevaluatedIn(machine: Machine, graph: Exploration): readonly Unevaluated[] {
  return [...assertions(machine, graph), ...finals(machine, graph)];
}

/** By name: of an assertion that was inlined, or written, several times one execution is enough. */
function assertions(machine: Machine, { system }: Exploration): readonly Unevaluated[] {
  const executed = new Set<string>();
  const stated = new Map<string, Unevaluated>();
  machine.contexts.forEach(({ nodes }, context) => {
    const covered = at(system.coverage, context);
    nodes.forEach((node, index) => {
      if (node.kind !== 'assert' || !asksSomething(node)) return;
      const key = node.name === UNNAMED ? placeOf(machine, node.site) : node.name;
      if (covered[index] === 1) executed.add(key);
      else stated.set(key, { kind: 'assertion', property: node.name, site: node.site });
    });
  });
  return [...stated].flatMap(([key, assertion]) => (executed.has(key) ? [] : [assertion]));
}

/** `assert(false)` holds by not being reached, and what guards a primitive was asked by nobody. */
function asksSomething({ condition, implied }: Assert): boolean {
  const impossible = condition.op === 'const' && condition.value === 0;
  return !impossible && implied !== true;
}

/** What an assertion without a message is called: only its place tells it from the next. */
const UNNAMED = 'assertion';

function placeOf(machine: Machine, index: number): string {
  const { file, line, column } = at(machine.sites, index);
  return `${file}:${line}:${column}`;
}

function finals({ properties }: Machine, { finalSeen }: Exploration): readonly Unevaluated[] {
  if (finalSeen) return [];
  return properties.flatMap(({ kind, name, site }): readonly Unevaluated[] =>
    kind === 'final' ? [{ kind: 'final', property: name, site }] : [],
  );
}
