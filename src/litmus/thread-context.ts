/** What a dialect's translator works with while it turns one thread into a program. */
import type { Site } from '../machine/machine.ts';
import type { Locations } from './addresses.ts';
import { registerKey } from './assembly/registers.ts';
import type { Architecture, Initial } from './litmus-test.ts';
import { constant } from './expressions.ts';
import { ProgramBuilder } from './program-builder.ts';
import type { Source } from './source.ts';

export class ThreadContext {
  readonly index: number;
  readonly source: Source;
  readonly locations: Locations;
  readonly builder: ProgramBuilder = new ProgramBuilder();
  /** Indices of locations that are used as locks. */
  readonly locks: Set<number>;
  readonly #sites: Site[];

  constructor(
    index: number,
    source: Source,
    shared: { locations: Locations; locks: Set<number>; sites: Site[] },
  ) {
    this.index = index;
    this.source = source;
    this.locations = shared.locations;
    this.locks = shared.locks;
    this.#sites = shared.sites;
  }

  /** A site for the source text from `start` up to `end`. */
  site(start: number, end: number): number {
    const place = this.source.place(start);
    const text = this.source.text.slice(start, end).replaceAll(/\s+/g, ' ').trim();
    const { file, line, column } = place;
    const functionName = `P${this.index}`;
    return this.#sites.push({ file, line, column, text, functionName, caller: null }) - 1;
  }

  /** Registers that the initial state gives a value to. */
  initialise(initials: readonly Initial[], architecture: Architecture): void {
    const moves = initials.flatMap((initial) => {
      if (initial.name.kind !== 'register' || initial.name.thread !== this.index) return [];
      const { value } = initial;
      const word = typeof value === 'number' ? value : this.locations.addressOf(value.addressOf);
      const key = registerKey(architecture, initial.name.name);
      return [[this.builder.register(key), constant(word)] as const];
    });
    const first = initials[0];
    if (moves.length === 0 || first === undefined) return;
    this.builder.emit({ kind: 'assign', moves }, this.site(first.offset, first.offset + 1));
  }
}
