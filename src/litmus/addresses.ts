/**
 * Addresses as values. A location's address is ADDRESS_BASE plus its index, far from any number that
 * a test computes with, so that `exists (1:r0=x)` cannot hold by accident; 0 is NULL. Neighbouring
 * elements of an array have neighbouring addresses: pointer arithmetic counts elements.
 */
import type { Address, Expr } from '../machine/machine.ts';
import { binary, constant } from './expressions.ts';

export const ADDRESS_BASE = 0x40000000;

/** The locations of a test, by name; an index is the location's in the machine. */
export class Locations {
  readonly #names: string[] = [];
  readonly #indices = new Map<string, number>();

  get names(): readonly string[] {
    return this.#names;
  }

  declare(name: string): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    const index = this.#names.push(name) - 1;
    this.#indices.set(name, index);
    return index;
  }

  /** The location's index; of an array, its first element's; undefined when there is none. */
  find(name: string): number | undefined {
    return this.#indices.get(name) ?? this.#indices.get(`${name}[0]`);
  }

  addressOf(name: string): number {
    return ADDRESS_BASE + (this.find(name) ?? this.declare(name));
  }

  /** The location's name if the value is an address. */
  nameAt(value: number): string | undefined {
    return this.#names[value - ADDRESS_BASE];
  }
}

/** The machine's address for a pointer value; its candidates are worked out when all code is known. */
export function addressFrom(pointer: Expr): Address {
  const expr =
    pointer.op === 'const'
      ? constant(pointer.value - ADDRESS_BASE)
      : binary('-', pointer, constant(ADDRESS_BASE));
  return { expr, candidates: [], fault: 'null-dereference' };
}
