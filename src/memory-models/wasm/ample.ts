/** Ample sets of one step in WebAssembly: reduction/ample.ts has the tables, docs/design/reduction.md why. */
import { at } from '../../machine/graph.ts';
import type { AmpleTables } from '../reduction/ample.ts';
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import { wordAt } from './environment.ts';
import type { Environment } from './environment.ts';
import type { Drain } from './memory.ts';

/** The ways to expand a state, variables, and a local. */
export interface Expanding {
  /** By context, the function that takes its steps. */
  readonly contexts: readonly number[];
  readonly drains: readonly Drain[];
  /** Successors so far: of all states, and of this one, failing steps included. */
  readonly edgeCount: number;
  readonly count: number;
  readonly before: number;
}

export class AmpleCode {
  readonly #environment: Environment;
  readonly #tables: AmpleTables;
  readonly #rows: number;
  /** Where the addresses of rows stand, by node and by location; 0: none. */
  readonly #steps: readonly number[];
  readonly #drains: readonly number[];

  constructor(environment: Environment, tables: AmpleTables) {
    const room = ({ length }: Int32Array): number => environment.reserve(4 * length);
    this.#environment = environment;
    this.#tables = tables;
    this.#rows = environment.reserve(tables.rows.length);
    this.#steps = tables.steps.map(room);
    this.#drains = tables.drains.map(room);
  }

  write(bytes: Uint8Array, words: Int32Array): void {
    const { rows, steps, drains } = this.#tables;
    bytes.set(rows, this.#rows);
    const writeAll = (of: readonly Int32Array[], places: readonly number[]): void =>
      of.forEach((each, i) => {
        const addresses = each.map((row) => (row < 0 ? 0 : this.#rows + row));
        words.set(addresses, at(places, i) >> 2);
      });
    writeAll(steps, this.#steps);
    writeAll(drains, this.#drains);
  }

  /** One step that may be taken alone and is there, or `everything`, also where the step fails. */
  expand(state: Code, expanding: Expanding, everything: Code): Code {
    const { contexts, drains, before, edgeCount, count } = expanding;
    const [done, whole] = [wasm.label(), wasm.label()];
    const counted = wasm.global(edgeCount);
    const steps = contexts.map((expand, index) => {
      const place = this.#placeOf(at(this.#steps, index), this.#nodeOf(state, index));
      return this.#whereFree(state, before, place, index, [
        wasm.set(before, counted),
        wasm.call(expand, state),
        wasm.branchIf(wasm.unequal(counted, wasm.get(before)), done),
        wasm.branchIf(wasm.global(count), whole),
      ]);
    });
    const taken = drains.map(({ oldest, step }, cpu) => {
      const location = wasm.subtract(oldest, wasm.i32(1));
      const place = this.#placeOf(at(this.#drains, cpu), location);
      return wasm.when(
        oldest,
        this.#whereFree(state, before, place, null, [step, wasm.branch(done)]),
      );
    });
    return wasm.block(done, [wasm.block(whole, [steps, taken]), everything]);
  }

  #placeOf(table: number, index: Code): Code {
    return wasm.load(wasm.shiftLeft(index, wasm.i32(2)), table);
  }

  #nodeOf(state: Code, context: number): Code {
    return wordAt({ address: state, packing: this.#environment.packing }, 0, context);
  }

  /** Does it if there is a row, and nobody but `own` stands where it says that it matters. */
  #whereFree(state: Code, row: number, place: Code, own: number | null, action: Code): Code {
    const bytes = this.#tables.columns.flatMap((column, context): readonly Code[] => {
      if (context === own) return [];
      return [wasm.load8(wasm.add(wasm.get(row), this.#nodeOf(state, context)), column)];
    });
    const isFree = wasm.not(bytes.reduce(wasm.or, wasm.i32(0)));
    return wasm.when(wasm.tee(row, place), wasm.when(isFree, action));
  }
}
