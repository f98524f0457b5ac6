/** Runs of every kind, for the reporters that other programs read. */
import { KcheckError } from '../../src/errors.ts';
import type { ReportOptions, Run } from '../../src/report/run.ts';
import { failure, load, machine, plainText, result, run, site, step, store } from './data.ts';

const sites = [
  site(7, 'WRITE_ONCE(x, 1)'),
  site(8, 'assert(x, \'S4: <x> & "y" {0}\')', 'mm_get_cid'),
];

export const S4 = failure({
  property: 'S4: <x> & "y" {0}',
  message: 'S4: <x> & "y" {0} does not hold',
  trace: [
    step(1, 0, 'T0', store('x', 1, { site: 0 })),
    step(2, 0, '', store('x', 1)),
    step(3, 1, 'T1', load('x', 1, { site: 1 })),
  ],
});

export const livelock = failure({
  kind: 'livelock',
  property: 'livelock',
  message: 'T1 can never finish',
  trace: [step(1, 0, 'T0', store('x', 1, { site: 0 }))],
  cycle: [step(2, 1, 'T1', load('x', 1, { site: 1 }))],
  waiting: [{ context: 'T0', cpu: 0, site: 0, on: 'lock', what: 'l', holder: 'T1' }],
  doomedFrom: 0,
});

const staged = machine({ sites });
const missing = [{ kind: 'assertion', property: 'S9', site: 1 }] as const;

export const runs: readonly Run[] = [
  run({ machine: staged, expected: 'pass' }),
  run({ machine: staged, version: 'V1', expected: 'pass', result: result({ failures: [S4] }) }),
  run({
    machine: staged,
    version: 'V2',
    expected: { fails: ['livelock'] },
    result: result({ failures: [livelock] }),
  }),
  run({ machine: staged, version: 'V3', expected: { fails: ['S4'] } }),
  run({
    machine: staged,
    version: 'V4',
    expected: 'pass',
    result: result({ verdict: 'inconclusive', limits: ['--timeout 5'] }),
  }),
  run({
    machine: staged,
    version: 'V5',
    expected: 'pass',
    result: result({ unevaluated: missing }),
  }),
  run({ machine: staged, spec: 'b #2/spec.ts', version: 'V6', configuration: 'fork' }),
];

const place = { file: 'c/spec.ts', line: 12, column: 5, source: '    while (x) {' };

export const errors: readonly KcheckError[] = [
  new KcheckError('KC0116', 'this loop has no bound', place, 'Use shared().'),
  new KcheckError('KC0001', 'no such file: d.ts'),
];

export const gate: ReportOptions = { ...plainText, gate: true, errors };
