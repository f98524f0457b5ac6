/**
 * Speed of the explorer, and against Spin on the same transition systems, in rounds that take turns: each
 * ratio is of two runs one after the other, and the median of them counts. Every kcheck run is a process
 * of its own. `npm run bench -- --help`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CASES } from './cases.js';
import { Verifiers, isInstalled } from './spin.js';
import { geometricMean, median, row } from './table.js';

const HELP = `npm run bench -- [options] [words]

Measures the cases whose suite (spin, livelock, reduced, specs, families, large)
or name has one of the words; without words, those of the suites spin and
livelock.

  --rounds <n>      how often each case is run (3)
  --json <file>     write the figures there
  --compare <file>  print the states/s of a file of --json beside them
  --dist <folder>   take the built kcheck of another folder in turns with
                    this one, and print how much faster this one is`;

const HEADER = [
  'run',
  'states',
  'transitions',
  'search s',
  'start s',
  'compile s',
  'Mstates/s',
  'B/state',
];
const WIDTHS = [10, 13, 10, 9, 11, 11, 9, 11, 12, 7, 8];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    compare: { type: 'string' },
    dist: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) console.log(HELP);
else runAll();

function runAll() {
  const words = positionals.length > 0 ? positionals : ['spin', 'livelock'];
  const cases = CASES.filter(({ suite, name }) => {
    return words.some((word) => suite === word || name.includes(word));
  });
  const spin = isInstalled() ? new Verifiers() : null;
  if (spin === null) {
    console.log('spin or gcc is missing (Debian: apt-get install spin gcc): kcheck alone');
  }
  const before = values.compare === undefined ? null : JSON.parse(readFileSync(values.compare));
  console.log(row([...HEADER, 'Spin Mst/s', 'gcc s', 'ratio', ...lastColumn(before)], WIDTHS));
  const figures = cases.map((each) => measureAndPrint(each, spin, before));
  spin?.close();
  for (const suite of ['spin', 'livelock', 'reduced']) printMean(suite, figures);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}

function lastColumn(before) {
  if (values.dist !== undefined) return ['faster'];
  return before === null ? [] : ['before'];
}

function measureAndPrint(each, verifiers, before) {
  const figures = measure(each, each.spin === null ? null : verifiers);
  const { states, transitions, search, start, compile, bytes, spin, ratio, faster } = figures;
  const was = before?.find(({ name }) => name === each.name);
  const beside = was === undefined ? [] : [(was.states / was.search / 1e6).toFixed(2)];
  // A search for non-progress cycles has states of its own besides.
  const spinStates = each.spin?.reduces ? spin.states : states;
  const cells = [
    states,
    transitions,
    search.toFixed(3),
    start.toFixed(2),
    compile.toFixed(3),
    (states / search / 1e6).toFixed(2),
    (bytes / states).toFixed(1),
    spin === null ? '' : (spinStates / spin.search / 1e6).toFixed(2),
    spin === null ? '' : spin.start.toFixed(1),
    ratio === null ? '' : ratio.toFixed(2),
    ...(faster === null ? beside : [faster.toFixed(2)]),
  ];
  console.log(row([each.name, ...cells], WIDTHS));
  if (spin !== null && each.spin.reduces) console.log(`  Spin, reduced: ${spin.states} states`);
  return figures;
}

/** Medians over the rounds; `ratio` is the median of the rounds' ratios. */
function measure(each, verifiers) {
  const rounds = Array.from({ length: Number(values.rounds) }, () => ({
    spin: verifiers === null ? null : verifiers.run(each),
    before: values.dist === undefined ? null : kcheck(each, values.dist),
    kcheck: kcheck(each, 'bench'),
  }));
  const [first] = rounds;
  if (first.spin !== null) requireAgreement(each, first);
  const of = (figure) => median(rounds.map(figure));
  return {
    suite: each.suite,
    name: each.name,
    states: first.kcheck.states,
    transitions: first.kcheck.transitions,
    search: of((round) => seconds(round.kcheck)),
    start: of((round) => round.kcheck.start),
    compile: of((round) => round.kcheck.compile),
    bytes: first.kcheck.bytes,
    spin: first.spin && {
      search: of((round) => round.spin.search),
      start: first.spin.start,
      states: first.spin.states,
      vector: first.spin.vector,
    },
    ratio: first.spin && of((round) => ratioOf(each, round)),
    faster: first.before && of((round) => seconds(round.before) / seconds(round.kcheck)),
  };
}

function kcheck(each, folder) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${folder}/measure.js`, JSON.stringify(each)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${each.name}:\n${stderr}`);
  return JSON.parse(stdout);
}

function seconds({ search, livelock = 0 }) {
  return search + livelock;
}

/** Of the times, where both do the same work; where each reduces it in its own way, of the states a second. */
function ratioOf({ spin: { reduces } }, { kcheck: own, spin }) {
  const times = spin.search / seconds(own);
  return reduces ? (times * own.states) / spin.states : times;
}

/** Spin counts the arrival in the initial state as a transition. */
function requireAgreement({ name, livelock, spin: { reduces } }, { kcheck: own, spin }) {
  if (livelock || reduces) return;
  if (own.states === spin.states && own.transitions + 1 === spin.transitions) return;
  throw new Error(
    `${name}: ${own.states} states and ${own.transitions} transitions, ` +
      `Spin has ${spin.states} and ${spin.transitions} - 1`,
  );
}

function printMean(suite, figures) {
  const ratios = figures.flatMap((each) => {
    return each.suite === suite && each.ratio !== null ? [each.ratio] : [];
  });
  if (ratios.length === 0) return;
  const least = Math.min(...ratios).toFixed(2);
  console.log(`${suite}: geometric mean ${geometricMean(ratios).toFixed(2)}, least ${least}`);
}
