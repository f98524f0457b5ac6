import { expect, test } from 'vitest';
import { createPaint } from '../../src/report/paint.ts';
import { text } from '../../src/report/text.ts';
import { failure, machine, plainText, result, run, site, step, store } from './data.ts';

/** Select graphic rendition: ESC [ n m. */
const COLOURS = new RegExp(String.raw`${String.fromCharCode(27)}\[\d+m`, 'g');

const broken = failure({
  property: 'S4',
  message: 'clear_bit of a bit that is not set',
  trace: [step(1, 0, 'T0', store('x', 1))],
});

test('one passing run says what it covered', () => {
  const only = run({
    title: 'mm_cid',
    configuration: 'fork',
    params: { cpus: 2, actors: ['a'] },
    machine: machine({ sites: [site(3, 'clear_bit(cid)'), site(4, 'x')] }),
    result: result({ unreached: [0] }),
  });
  expect(text([only], plainText)).toMatchInlineSnapshot(`
    "mm_cid  version V0  configuration fork  model sc  PASS
      the spec expects nothing of this run
      complete search: 1,200 states, 3,400 transitions, depth 21
      0.50 s, 2,400 states/s, 17.0 bytes a state, 1.5 MB in all
      a state was missed with probability 3e-13 or less
      parameters: cpus=2 actors=["a"]
      never executed: spec.ts: 3
    "
  `);
});

test('an incomplete search says so, and what stopped it', () => {
  const stopped = result({ verdict: 'inconclusive', limits: ['--max-states 1000'] });
  expect(text([run({ result: stopped })], plainText)).toMatchInlineSnapshot(`
    "a spec  version V0  model sc  INCONCLUSIVE
      the spec expects nothing of this run
      search not complete (--max-states 1000): 1,200 states, 3,400 transitions,
        depth 21
      0.50 s, 2,400 states/s, 17.0 bytes a state, 1.5 MB in all
      a state was missed with probability 3e-13 or less
      parameters: none
    "
  `);
});

test('a reduced search says so beside its figures, and why it is not reduced more', () => {
  const off = [{ name: 'symmetry' as const, reason: 'no two contexts are alike' }];
  const reduced = result({ reductions: { applied: ['por'], off } });
  expect(text([run({ result: reduced })], plainText)).toMatchInlineSnapshot(`
    "a spec  version V0  model sc  PASS
      the spec expects nothing of this run
      complete search: 1,200 states (partial-order reduction), 3,400
        transitions, depth 21
      no symmetry reduction: no two contexts are alike
      0.50 s, 2,400 states/s, 17.0 bytes a state, 1.5 MB in all
      a state was missed with probability 3e-13 or less
      parameters: none
    "
  `);
});

test('many runs are told of once', () => {
  const reason = 'something fails, so all was explored again';
  const off = [{ name: 'por' as const, reason }];
  const runs = [
    run({ result: result({ reductions: { applied: ['por'], off: [] } }) }),
    run({ version: 'V1', result: result({ reductions: { applied: [], off } }) }),
  ];
  expect(text(runs, plainText)).toContain(`
every search complete: 2,400 states, 6,800 transitions, 1.00 s, 2,400
  states/s
partial-order reduction in 1 of 2 searches, not in 1 (something fails, so
  all was explored again)
`);
});

test('one failing run shows every failure', () => {
  const second = { ...broken, property: 'S1', message: 'two tasks show one CID' };
  const failing = result({ failures: [broken, second] });
  expect(text([run({ result: failing })], plainText)).toMatchInlineSnapshot(`
    "a spec  version V0  model sc  FAIL  S4: clear_bit of a bit that is not set
        (1 step)

          CPU0 T0
          -------
      1   x = 1

    *** ASSERTION: S4: clear_bit of a bit that is not set ***

    also fails  S1: two tasks show one CID (1 step)

      the spec expects nothing of this run
      complete search: 1,200 states, 3,400 transitions, depth 21
      0.50 s, 2,400 states/s, 17.0 bytes a state, 1.5 MB in all
      a state was missed with probability 3e-13 or less
      parameters: none
    "
  `);
});

const runs = [
  run({ expected: 'pass' }),
  run({ model: 'tso', expected: 'pass', result: result({ failures: [broken] }) }),
  run({ version: 'V1', expected: { fails: ['S4'] }, result: result({ failures: [broken] }) }),
  run({ version: 'V1', model: 'tso', result: result() }),
  run({
    version: 'V2',
    model: 'tso',
    expected: 'pass',
    result: result({ verdict: 'inconclusive', limits: ['--timeout 5'] }),
  }),
];

test('several runs: the matrix and the first unexpected failure', () => {
  expect(text(runs, plainText)).toMatchInlineSnapshot(`
    "a spec  (spec.ts)

          sc         tso
      V0  pass       FAIL S4 !
      V1  FAIL S4    pass *
      V2  -          ?

      ! differs from what the spec expects
      * the spec expects nothing of this run
      ? inconclusive

    a spec  version V0  model tso  FAIL  S4: clear_bit of a bit that is not set
        (1 step)

          CPU0 T0
          -------
      1   x = 1

    *** ASSERTION: S4: clear_bit of a bit that is not set ***

      the spec expects: pass
      complete search, no bound of tso reached: 1,200 states, 3,400
        transitions, depth 21
      0.50 s, 2,400 states/s, 17.0 bytes a state, 1.5 MB in all
      a state was missed with probability 3e-13 or less
      parameters: none

    differs: spec.ts  version V0  model tso: expected pass, found fails S4
    inconclusive: spec.ts  version V2  model tso: --timeout 5

    1 of 5 searches not complete (--timeout 5): 6,000 states, 17,000
      transitions, 2.50 s, 2,400 states/s
    a state was missed with probability 2e-12 or less
    5 runs: 2 as expected, 1 differs, 1 without expectation, 1 inconclusive
    --trace prints the trace of every failure; select one run to see its own
    "
  `);
});

test('the gate names the line to add', () => {
  const gate = { ...plainText, gate: true, traces: 'unexpected' } as const;
  const unstated = run({
    version: 'patch-1',
    configuration: 'fork',
    result: result({ failures: [broken] }),
  });
  expect(text([unstated], gate)).toContain("\n  'patch-1': { fork: { sc: { fails: 'S4' } } },\n");
  expect(text([run({ expected: 'pass' })], gate)).toContain('1 run: 1 as expected');
});

test('an expected failure is shown when nothing is unexpected, by explore alone', () => {
  const fine = [
    run({ expected: 'pass' }),
    run({ version: 'V1', expected: { fails: ['S4'] }, result: result({ failures: [broken] }) }),
  ];
  expect(text(fine, plainText)).toContain('*** ASSERTION: S4');
  expect(text(fine, { ...plainText, traces: 'unexpected' })).not.toContain('***');
});

test('a line that one version never reaches is not held against the spec', () => {
  const sites = [site(3, 'clear_bit(cid)'), site(4, 'never()')];
  const both = [[0, 1], [1]].map((unreached) =>
    run({ machine: machine({ sites }), result: result({ unreached }) }),
  );
  const report = text(both, plainText);
  expect(report).toContain('never executed: spec.ts: 4');
  expect(report).not.toMatch(/spec.ts:.*\b3\b/);
});

test('no line is longer than the width, and colour adds nothing to it', () => {
  const long = 'a property with a very long name, as people write them when they explain';
  const failing = result({ failures: [{ ...broken, property: long, message: `${long} fails` }] });
  const many = ['sc', 'tso', 'power', 'lkmm'].map((model) =>
    run({ title: 'a title that is long as well', model, result: failing }),
  );
  for (const width of [60, 75]) {
    const plain = text(many, { ...plainText, width });
    expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    const coloured = text(many, { ...plainText, width, paint: createPaint(true) });
    expect(coloured).toContain('\u001B[31m');
    expect(coloured.replaceAll(COLOURS, '').replaceAll(/ +$/gm, '')).toBe(plain);
  }
});
