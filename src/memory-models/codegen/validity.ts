/** Which values an address may have, as tables that the emitted code looks them up in. */
import type { Address, Machine } from '../../machine/machine.ts';

/** A table for each address that is not constant, shared between equal ones. */
export function validityTables(
  machine: Machine,
  tables: Uint8Array[],
): (address: Address) => string {
  const known = new Map<string, number>();
  const size = Math.max(machine.locations.length, machine.ghosts.length);
  return ({ candidates }) => {
    const key = candidates.join();
    let index = known.get(key);
    if (index === undefined) {
      index = tables.length;
      known.set(key, index);
      const table = new Uint8Array(size);
      for (const candidate of candidates) table[candidate] = 1;
      tables.push(table);
    }
    return `valid_${index}`;
  };
}
