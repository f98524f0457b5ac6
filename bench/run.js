/**
 * Speed of the explorer on whole runs: states/s, transitions/s and memory, the median of a few rounds.
 * `npm run bench` builds first. Start-up is measured as a whole process.
 */
import { spawnSync } from 'node:child_process';
import { check } from '../dist/checker/check.js';
import { loadSpec } from '../dist/language/loader.js';
import { memoryModels } from '../dist/memory-models/index.js';

const ROUNDS = 5;
const NO_LIMITS = {
  maxStates: null,
  timeoutSeconds: null,
  maxBytes: 2 ** 34,
  onProgress: null,
  signal: null,
};

/** [name, spec, version, configuration, model, overrides] */
const RUNS = [
  ['philosophers 9', 'bench/specs/philosophers.ts', 'deadlock', '', 'sc', { n: 9 }],
  ['philosophers 10', 'bench/specs/philosophers.ts', 'deadlock', '', 'sc', { n: 10 }],
  ['mm_cid V2 fork-wake', 'specs/mm-cid/spec.ts', 'V2', 'fork-wake', 'sc', {}],
  ['mm_cid V2 exit', 'specs/mm-cid/spec.ts', 'V2', 'exit', 'sc', {}],
];

const HEADER = ['run', 'states', 'transitions', 'seconds', 'Mstates/s', 'Mtrans/s', 'B/state'];

console.log(row(HEADER));
for (const run of RUNS) console.log(row(await measure(run)));
console.log(row(['start-up: explore of a small spec', '', '', startUp().toFixed(2), '', '', '']));

async function measure([name, file, version, configuration, model, overrides]) {
  const spec = loadSpec(file);
  const machine = spec.machine(spec.parameters(version, configuration, overrides));
  const results = [];
  for (let round = 0; round < ROUNDS; round++) {
    results.push(await check(machine, memoryModels.get(model), NO_LIMITS));
  }
  const { states, transitions, visitedBytes } = results[0];
  const seconds = median(results.map((result) => result.seconds));
  return [
    name,
    states,
    transitions,
    seconds.toFixed(2),
    (states / seconds / 1e6).toFixed(2),
    (transitions / seconds / 1e6).toFixed(2),
    (visitedBytes / states).toFixed(1),
  ];
}

function startUp() {
  const seconds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    spawnSync(process.execPath, [
      'bin/kcheck.js',
      'explore',
      'bench/specs/philosophers.ts',
      '-p',
      'n=2',
    ]);
    seconds.push((performance.now() - started) / 1000);
  }
  return median(seconds);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function row([name, ...figures]) {
  return String(name).padEnd(36) + figures.map((figure) => String(figure).padStart(12)).join('');
}
