/**
 * What is measured. `promela` names the same transition system for Spin: the numbers of states and
 * transitions must agree. `width` is pan's -w, at least the logarithm of the number of states; `depth`
 * its -m.
 */
const SPECS = 'bench/specs';

export const CASES = [
  ...against('test-and-set N=3 K=40', 'test-and-set', 'counter', { n: 3, k: 40 }, 20),
  ...against('test-and-set N=5 K=6', 'test-and-set', 'counter', { n: 5, k: 6 }, 18),
  ...against('test-and-set N=5 K=10', 'test-and-set', 'counter', { n: 5, k: 10 }, 22),
  ...against('filter lock N=4', 'filter-lock', 'bare', { n: 4 }, 18),
  ...against('filter lock N=4, TSO', 'filter-lock', 'fenced', { n: 4 }, 21, 'tso'),
  ...against('philosophers N=9', 'philosophers', 'deadlock', { n: 9 }, 18),
  ...against('philosophers N=10', 'philosophers', 'deadlock', { n: 10 }, 18),
  ...against('philosophers N=13', 'philosophers', 'deadlock', { n: 13 }, 21),
  ...against('CID pool N=4', 'cid-pool', 'pool', { n: 4 }, 18),
  ...against('CID pool N=5', 'cid-pool', 'pool', { n: 5 }, 23),
  ...shipped('mm_cid V0 fork3', 'mm-cid', 'V0', 'fork3'),
  ...shipped('mm_cid V2 fork-wake', 'mm-cid', 'V2', 'fork-wake'),
  ...shipped('mm_cid V2 exit', 'mm-cid', 'V2', 'exit'),
  ...families(),
  ...large(),
];

/** One safety search and one for livelocks (Spin: for non-progress cycles), and that one reduced. */
function against(name, file, version, parameters, width, model = 'sc') {
  const promela = model === 'sc' ? file : `${file}-${model}`;
  const spin = { file: `bench/promela/${promela}.pml`, parameters, width, depth: 10_000_000 };
  const spec = { file: `${SPECS}/${file}.ts`, version, configuration: '', parameters, model };
  const reduced = (label, reductions) => {
    const all = { ...spec, livelock: true, spin: null, reductions };
    return { suite: 'reduced', name: `${name}, ${label}`, ...all };
  };
  const againstReduced = {
    suite: 'reduced',
    name: `${name}, por, no livelock`,
    ...spec,
    livelock: false,
    spin: { ...spin, reduces: true },
    reductions: ['por'],
  };
  return [
    { suite: 'spin', name, ...spec, livelock: false, spin },
    { suite: 'livelock', name: `${name}, livelock`, ...spec, livelock: true, spin },
    reduced('symmetry', ['symmetry']),
    reduced('por', ['por']),
    reduced('both', ['por', 'symmetry']),
    // Spin's own partial-order reduction.
    againstReduced,
  ];
}

function shipped(name, folder, version, configuration) {
  const file = `specs/${folder}/spec.ts`;
  return ['sc', 'tso'].map((model) => ({
    suite: 'specs',
    name: `${name} ${model}`,
    file,
    version,
    configuration,
    parameters: {},
    model,
    livelock: true,
    spin: null,
  }));
}

/** A hundred million states of 40 bytes, of which theory says how many there are: minutes, and gigabytes. */
function large() {
  const parameters = { n: 5, k: 40 };
  const spec = { file: `${SPECS}/wide.ts`, version: 'counters', configuration: '', parameters };
  const rest = { suite: 'large', ...spec, model: 'sc', spin: null, states: 40 ** 5 };
  return [
    { name: 'wide N=5 K=40', ...rest, livelock: false },
    { name: 'wide N=5 K=40, livelock', ...rest, livelock: true },
  ];
}

/** How litmus families grow with their threads. */
function families() {
  const most = 6;
  return ['SB', 'SB+mbs', 'MP', 'IRIW', 'IRIW+mbs'].flatMap((version) =>
    ['sc', 'tso', 'power'].flatMap((model) => {
      const least = version.startsWith('IRIW') ? 4 : 2;
      return Array.from({ length: most - least + 1 }, (_, i) => least + i).map((n) => ({
        suite: 'families',
        name: `${version} N=${n} ${model}`,
        file: `${SPECS}/families.ts`,
        version,
        configuration: '',
        parameters: { n },
        model,
        livelock: true,
        spin: null,
      }));
    }),
  );
}
