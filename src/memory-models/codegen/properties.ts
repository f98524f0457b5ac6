/** The verdicts of a machine's properties as JavaScript functions, for a model with a memory of its own. */
import type { Machine } from '../../machine/machine.ts';
import { emitProperty } from './property.ts';
import { validityTables } from './validity.ts';

type Verdict = (states: Int32Array, at: number) => number;

/** `latest`: a location's coherence-latest value in a state. */
export function emitProperties(
  machine: Machine,
  { ghosts }: { readonly ghosts: number },
  latest: (states: Int32Array, at: number, location: number) => number,
): readonly Verdict[] {
  const tables: Uint8Array[] = [];
  const validity = validityTables(machine, tables);
  const reader = {
    latest: (array: string, base: string, _memory: number, index: string) =>
      `latest(${array}, ${base}, ${index})`,
  };
  const functions = machine.properties.map((property, index) =>
    emitProperty(property, `property_${index}`, { memory: 0, ghosts }, reader, validity),
  );
  const source = [
    '"use strict";',
    ...tables.map((_, i) => `const valid_${i} = tables[${i}];`),
    ...functions,
    `return [${machine.properties.map((_, i) => `property_${i}`).join(', ')}];`,
  ].join('\n');
  const generate = new Function('tables', 'latest', source) as (
    tables: readonly Uint8Array[],
    read: typeof latest,
  ) => readonly Verdict[];
  return generate(tables, latest);
}
