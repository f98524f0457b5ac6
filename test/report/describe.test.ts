import { expect, test } from 'vitest';
import { describeEvent } from '../../src/report/describe.ts';
import { bool, cell, event, int, load, machine, store } from './data.ts';

const names = machine({ locations: [cell('l', int, true), cell('flag')] });
const counter = { name: 'counter', type: int };

test.each([
  [store('flag', 1), 'flag = 1'],
  [store('flag', 1, { primitive: 'smp_store_release' }), 'flag = 1  smp_store_release()'],
  [load('flag', 0), 'flag -> 0'],
  [load('flag', 0, { note: 'stale: step 3' }), 'flag -> 0   stale: step 3'],
  [load('flag', 0, { primitive: 'smp_load_acquire' }), 'flag -> 0  smp_load_acquire()'],
  [
    event('rmw', { primitive: 'atomic_inc', variable: counter, before: 1, after: 2 }),
    'counter: 1 -> 2  atomic_inc()',
  ],
  [
    event('rmw', { primitive: 'cmpxchg', variable: counter, before: 1 }),
    'counter: 1 unchanged  cmpxchg()',
  ],
  [
    event('rmw', {
      primitive: 'spin_lock',
      variable: { name: 'l', type: int },
      before: 0,
      after: 1,
    }),
    'spin_lock(l)',
  ],
  [
    event('rmw', { primitive: 'spin_trylock', variable: { name: 'l', type: int }, before: 2 }),
    'spin_trylock(l) fails',
  ],
  [
    event('store', { primitive: 'spin_unlock', variable: { name: 'l', type: int }, after: 0 }),
    'spin_unlock(l)',
  ],
  [event('fence', { primitive: 'smp_wmb' }), 'smp_wmb()'],
  [event('set', { variable: { name: 'irqs_off', type: bool }, after: 1 }), 'irqs_off := true'],
  [event('get', { variable: { name: 'irqs_off', type: bool }, before: 0 }), 'irqs_off -> false'],
  [event('choose', { choice: { value: 1, count: 3 } }), 'choose 1 of 0..2'],
  [
    event('internal', { primitive: 'drain', variable: counter, after: 2 }),
    'counter = 2 reaches memory',
  ],
  [event('mark', {}), 'progress'],
])('%#: %s', (given, words) => {
  expect(describeEvent(given, names)).toBe(words);
});
