/** The ordered table of a search without edges, by itself: against a Set, and its invariant in memory. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as wasm from '../../src/memory-models/wasm/code.ts';
import { ModuleBuilder } from '../../src/memory-models/wasm/module.ts';
import { defineOrdered } from '../../src/memory-models/wasm/visited/ordered.ts';

const ASKED = 8;
const FIRST = 64;
const ALL_ONES = 2n ** 64n - 1n;

interface Variable {
  value: number;
}
interface Exports {
  readonly slots: Variable;
  readonly bytes: Variable;
  readonly count: Variable;
  readonly reach: Variable;
  readonly limit: Variable;
  readonly size: Variable;
  insert(): number;
  refill(slots: number, bytes: number): void;
}

/** Tables of `count` homes with `behind` slots behind them; each growth is to `next` homes, in place or further on. */
class Trial {
  readonly #memory = new WebAssembly.Memory({ initial: 64, maximum: 64 });
  readonly #words = new BigUint64Array(this.#memory.buffer);
  readonly #exports: Exports;
  readonly #behind: number;
  readonly #next: (count: number) => number;
  readonly #movesBy: number;
  growths = 0;

  constructor(count: number, behind: number, next: (count: number) => number, movesBy: number) {
    this.#behind = behind;
    this.#next = next;
    this.#movesBy = movesBy;
    const module = new ModuleBuilder();
    const grow = module.import('grow', 0, false);
    const visited = defineOrdered(module, grow);
    const locals = new wasm.Locals(0);
    const [fingerprint, result] = [locals.add('i64'), locals.add()];
    const lookup = visited.lookup(locals);
    const insert = module.declare(0, true);
    module.define(insert, locals, [
      lookup.read,
      wasm.set(fingerprint, wasm.load64(wasm.i32(ASKED), 0)),
      wasm.drop(lookup.near(wasm.get(fingerprint))),
      lookup.insert(fingerprint, result),
      wasm.get(result),
    ]);
    module.export('insert', insert);
    const env = { memory: this.#memory, grow: () => this.#grow() };
    const compiled = new WebAssembly.Module(module.bytes(false));
    // The border to what the module exports.
    this.#exports = new WebAssembly.Instance(compiled, { env }).exports as unknown as Exports;
    this.#exports.slots.value = FIRST;
    this.#describe(count);
  }

  get size(): number {
    return this.#exports.size.value;
  }

  /** What the module says of it. */
  insert(fingerprint: bigint): number {
    this.#words[ASKED / 8] = fingerprint;
    return this.#exports.insert();
  }

  /** How many homes there are, and what stands in memory. */
  get table(): { readonly homes: bigint; readonly slots: readonly bigint[] } {
    const { slots, count, bytes } = this.#exports;
    const from = slots.value / 8;
    const standing = [...this.#words.subarray(from, from + bytes.value / 8)];
    return { homes: BigInt(count.value), slots: standing };
  }

  #describe(count: number): void {
    const { bytes, reach, limit } = this.#exports;
    this.#exports.count.value = count;
    bytes.value = 8 * (count + this.#behind);
    reach.value = bytes.value - 8 * 16;
    limit.value = Math.floor(count * 0.9);
  }

  #grow(): void {
    const { slots, bytes, count } = this.#exports;
    const old = [slots.value, bytes.value] as const;
    slots.value += this.#movesBy * bytes.value;
    this.#describe(this.#next(count.value));
    this.#exports.refill(...old);
    this.growths++;
  }
}

/** What is in the table, which stands as it has to. */
function lookedAt(trial: Trial): readonly bigint[] {
  const { homes, slots } = trial.table;
  const all = slots.filter((fingerprint) => fingerprint !== 0n);
  for (const [place, fingerprint] of slots.entries()) {
    if (fingerprint === 0n) continue;
    const falling = 2n ** 32n - 1n - (fingerprint >> 32n);
    const home = Number((falling * homes) >> 32n);
    expect(home).toBeLessThanOrEqual(place);
    expect(slots.slice(home, place)).not.toContain(0n);
  }
  expect(all).toEqual(all.toSorted((a, b) => (a < b ? 1 : -1)));
  return all;
}

/** Many share the upper half, which alone says where they belong, or are at an end of what there is. */
const fingerprints = fc.array(
  fc.oneof(
    fc.bigInt({ min: 0n, max: ALL_ONES }),
    fc.bigInt({ min: 0n, max: 70n }),
    fc.bigInt({ min: ALL_ONES - 70n, max: ALL_ONES }),
    fc
      .tuple(fc.bigInt({ min: 0n, max: 3n }), fc.bigInt({ min: 0n, max: 200n }))
      .map(([upper, lower]) => ((upper * 0x5555_5555n) << 32n) | lower),
  ),
  { maxLength: 400, size: 'max' },
);

test.each([
  ['where it stands, by a quarter', (count: number) => Math.floor(count * 1.25) + 1, 0],
  ['where it stands, twice as large', (count: number) => 2 * count, 0],
  ['elsewhere', (count: number) => Math.floor(count * 1.5) + 1, 1],
])('what was inserted is known, and nothing else; it grows %s', (_, next, movesBy) => {
  const count = { growths: 0, known: 0 };
  const property = fc.property(fingerprints, (inserted) => {
    const trial = new Trial(8, 512, next, movesBy);
    const known = new Set<bigint>();
    for (const fingerprint of inserted) {
      // One that is 0 would be a free slot.
      const key = fingerprint === 0n ? 1n : fingerprint;
      expect(trial.insert(fingerprint)).toBe(known.has(key) ? -1 : known.size);
      if (known.has(key)) count.known++;
      known.add(key);
      expect(trial.size).toBe(known.size);
    }
    expect(new Set(lookedAt(trial))).toEqual(known);
    count.growths += trial.growths;
  });
  fc.assert(property, { numRuns: 100 });
  expect(Math.min(...Object.values(count))).toBeGreaterThan(50);
});

test('what is pushed far behind the homes makes the table grow, and nothing is lost', () => {
  const trial = new Trial(64, 32, (count) => count + 64, 0);
  // All belong in the last home.
  const last = Array.from({ length: 17 }, (_, i) => BigInt(i + 1));
  const growths = last.map((fingerprint) => {
    trial.insert(fingerprint);
    return trial.growths;
  });
  expect(growths.slice(-2)).toEqual([0, 1]);
  expect(new Set(lookedAt(trial))).toEqual(new Set(last));
});

test('where so many belong in one place that growing does not help, it gives up', () => {
  const trial = new Trial(64, 32, (count) => count + 64, 0);
  const insertAll = (): void => {
    for (let i = 1n; i < 60n; i++) trial.insert(i);
  };
  expect(insertAll).toThrow(/unreachable/);
});
