/**
 * The fingerprint of a state: 64 bits, mixed by multiplication and folding, eight bytes at a time.
 *
 * HOT CODE, once a transition that changes something.
 */
import { at } from '../../../machine/graph.ts';
import * as wasm from '../code.ts';
import type { Code, Locals } from '../code.ts';

/**
 * Statements: the fingerprint of the state at an address, in a local.
 *
 * Four lanes, each of every fourth pair of words, so that a long state is not a long chain.
 */
export function hashing(locals: Locals, record: number, address: Code, fingerprint: number): Code {
  const pairs = record / 8;
  const lanes = SEEDS.slice(0, Math.min(pairs, SEEDS.length)).map((seed) => ({
    seed,
    local: seed === SEEDS[0] ? fingerprint : locals.add('i64'),
  }));
  const a = fingerprint;
  const mixed = Array.from({ length: pairs }, (_, i) => {
    const { local } = at(lanes, i % lanes.length);
    const word = wasm.load64(address, 8 * i);
    return wasm.set(local, mix(local, wasm.long.xor(wasm.get(local), word), LANE));
  });
  const joined = lanes
    .slice(1)
    .map(({ local }, i) => [
      wasm.set(a, wasm.long.multiply(wasm.get(a), wasm.i64(at(JOINS, i)))),
      wasm.set(a, wasm.long.xor(mix(a, wasm.get(a)), wasm.get(local))),
    ]);
  return [
    lanes.map(({ seed, local }) => wasm.set(local, wasm.i64(seed))),
    mixed,
    joined,
    wasm.set(a, mix(a, wasm.get(a), 0xbf58476d1ce4e5b9n)),
    wasm.set(a, mix(a, wasm.get(a), 0x94d049bb133111ebn)),
  ];
}

const SEEDS: readonly bigint[] = [
  0x9e3779b97f4a7c15n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x27d4eb2f165667c5n,
];
const LANE = 0xd6e8feb86659fd93n;
const JOINS: readonly bigint[] = [0x9fb21c651e98df25n, 0xff51afd7ed558ccdn, 0xc4ceb9fe1a85ec53n];

/** Multiplied, and the upper half let into the lower one; the local is free for it. */
function mix(local: number, value: Code, multiplier = 1n): Code {
  const product = wasm.tee(local, wasm.long.multiply(value, wasm.i64(multiplier)));
  return wasm.long.xor(product, wasm.long.shiftRightUnsigned(wasm.get(local), wasm.i64(32n)));
}
