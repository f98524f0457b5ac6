/**
 * One case, once, in a process of its own: the search starts cold, as it does for a user. Prints one line
 * of JSON. Seconds: `start` of starting up and loading the spec, `compile` of generating the code that
 * explores and compiling it, `search` of the search, `livelock` of what is decided afterwards.
 */
import { explore } from '../dist/checker/explore.js';
import { reachableGoals } from '../dist/checker/livelock.js';
import { Search } from '../dist/checker/search.js';
import { DISK } from '../dist/cli/disk/index.js';
import { imagesFor } from '../dist/checker/symmetry.js';
import { loadSpec } from '../dist/language/loader.js';
import { memoryModels } from '../dist/memory-models/index.js';

const named = JSON.parse(process.argv[2]);
const { file, version, configuration, parameters, model, livelock, reductions = [] } = named;
const OPTIONS = {
  maxStates: null,
  timeoutSeconds: 1800,
  maxBytes: 2 ** 34,
  optimises: true,
  onProgress: null,
  signal: null,
  storage: DISK,
};

const spec = loadSpec(file);
const machine = spec.machine(spec.parameters(version, configuration, parameters));
const memory = memoryModels.get(model);
const started = performance.now();
let compiled = started;
const graph = await explore(machine, memory, (system) => {
  const reduces = reductions.includes('por');
  const images = reductions.includes('symmetry') ? imagesFor(machine, system, reduces) : null;
  if (typeof images === 'string') throw new Error(images);
  const wanted = { keepsEdges: livelock, seeksLivelocks: livelock, reduces, images };
  const search = new Search(machine, system, OPTIONS, wanted);
  compiled = performance.now();
  return search.run();
});
const searched = performance.now();
const trapped = livelock && reachableGoals(graph).some((can) => can === 0);
const ended = performance.now();
if (named.states !== undefined && graph.states.size !== named.states) {
  throw new Error(`${graph.states.size} states, where theory says ${named.states}`);
}

console.log(
  JSON.stringify({
    states: graph.states.size,
    transitions: graph.transitions,
    start: started / 1000,
    compile: (compiled - started) / 1000,
    search: (searched - compiled) / 1000,
    livelock: (ended - searched) / 1000,
    bytes: graph.states.bytes,
    peak: graph.peakBytes,
    limits: graph.limits,
    trapped,
  }),
);
