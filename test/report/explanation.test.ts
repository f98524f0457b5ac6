import { expect, test } from 'vitest';
import type { OrderedAccess, Reordering, Rest } from '../../src/checker/result.ts';
import { explanationSentence } from '../../src/report/explanation.ts';
import { machine, site } from './data.ts';

const places = machine({ sites: [site(1, 'x'), site(2, 'y'), site(3, 'z')] });

function access(kind: OrderedAccess['kind'], variable: string, at: number): OrderedAccess {
  return { context: 'T', kind, primitive: 'xchg', variable, site: at };
}

const storeLoad: Reordering = {
  cpu: 0,
  first: access('store', 'x', 0),
  second: access('load', 'y', 1),
  barriers: ['smp_mb'],
};
const loadLoad: Reordering = {
  cpu: 1,
  first: access('load', 'y', 1),
  second: access('load', 'z', 2),
  barriers: ['smp_rmb', 'address dependency'],
};
const release: Reordering = {
  cpu: 1,
  first: access('rmw', 'y', 1),
  second: access('store', 'z', 2),
  barriers: ['smp_store_release'],
};
const ghost: Reordering = { ...storeLoad, second: access('ghost', 'kicked', 2) };

type Case = readonly [
  sentence: string,
  pairs: readonly Reordering[],
  further: readonly Reordering[],
  rest: Rest,
  kind?: 'race',
];

const CASES: readonly Case[] = [
  [
    "Possible because CPU0's store of x (spec.ts:1) takes effect after its load of y (spec.ts:2); smp_mb() between them forbids it, and then no schedule fails.",
    [storeLoad],
    [],
    'passes',
  ],
  [
    "Possible because nothing orders CPU0's store of x (spec.ts:1) before its load of y (spec.ts:2), nor CPU1's load of y (spec.ts:2) before its load of z (spec.ts:3); smp_mb() between the first two and smp_rmb() or an address dependency between the second two forbid it; another schedule still fails.",
    [storeLoad, loadLoad],
    [],
    'fails',
  ],
  [
    "Possible because CPU1's xchg() of y (spec.ts:2) takes effect after its store of z (spec.ts:3); smp_store_release() for the second forbids it, and with smp_mb() between CPU0's store of x (spec.ts:1) and its load of y (spec.ts:2) as well no schedule fails.",
    [release],
    [storeLoad],
    'passes',
  ],
  [
    "Possible because nothing orders CPU1's xchg() of y (spec.ts:2) before its store of z (spec.ts:3); smp_store_release() for the second forbids it, and with the same wherever this code is called no schedule fails.",
    [release],
    [release],
    'passes',
    'race',
  ],
  [
    "Possible because CPU0's store of x (spec.ts:1) takes effect after its use of the ghost kicked (spec.ts:3); smp_mb() between them forbids it; another schedule still fails, without any reordering.",
    [ghost],
    [],
    'fails-in-order',
  ],
];

test.each(CASES.map((each) => ({ sentence: each[0], each })))('$sentence', ({ each }) => {
  const [sentence, pairs, further, rest, kind = 'final'] = each;
  const explanation = { kind: 'reordered', pairs, further, rest } as const;
  expect(explanationSentence(explanation, kind, places)).toBe(sentence);
});
