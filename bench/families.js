/**
 * How litmus families grow with their threads: states and seconds of SB and IRIW in 2 to 6 threads,
 * under each memory model, with and without barriers. `npm run bench:families`.
 */
import { check } from '../dist/checker/check.js';
import { loadSpec } from '../dist/language/loader.js';
import { memoryModels } from '../dist/memory-models/index.js';

const MOST_THREADS = 6;
const LIMITS = {
  maxStates: null,
  timeoutSeconds: 300,
  maxBytes: 2 ** 32,
  onProgress: null,
  signal: null,
};

const spec = loadSpec('bench/specs/families.ts');
console.log(row(['family', 'model', 'threads', 'states', 'transitions', 'seconds']));
for (const version of spec.versions) {
  const least = version.startsWith('IRIW') ? 4 : 2;
  for (const model of ['sc', 'tso', 'power']) {
    for (let n = least; n <= MOST_THREADS; n++) console.log(row(await measure(version, model, n)));
  }
}

async function measure(version, model, n) {
  const machine = spec.machine(spec.parameters(version, '', { n }));
  const result = await check(machine, memoryModels.get(model), LIMITS);
  const seconds = `${result.seconds.toFixed(2)}${result.limits.length > 0 ? ' stopped' : ''}`;
  return [version, model, n, result.states, result.transitions, seconds];
}

function row([family, ...figures]) {
  return family.padEnd(12) + figures.map((figure) => String(figure).padStart(13)).join('');
}
