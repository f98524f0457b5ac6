/** Runs of which a spec expects nothing, and the lines that would state what was found. */
import { nameSource, verdictSource } from '../language/expect-text.ts';
import type { Expectation } from '../language/loaded-spec.ts';
import { groupBy } from './group.ts';
import { runWords, shortFailing } from './outcome.ts';
import type { Run } from './run.ts';
import { count, wrap } from './words.ts';

/** The lines to add stay whole, a version each, for they are there to be copied. */
export function missingLines(runs: readonly Run[], width: number): string[] {
  const open = runs.filter(({ result }) => result.limits.length > 0);
  const found = runs.filter(({ result }) => result.limits.length === 0);
  return [
    ...open.flatMap((run) => wrap(`error: ${openWords(run)}`, width)),
    ...[...groupBy(found, ({ spec }) => spec)].flatMap(([spec, ofSpec]) => [
      ...wrap(`error: ${whose(spec, ofSpec)}; add to its expect:`, width),
      ...entryLines(ofSpec),
    ]),
  ];
}

/** The entries of `expect` that state what was found, a version a line. */
export function entryLines(runs: readonly Run[]): string[] {
  return [...treeOf(runs)].map(([name, inner]) => `  ${entry(name, inner)},`);
}

/** What a stopped search has found may not be all. */
function openWords(run: Run): string {
  const why = run.result.limits.join(', ');
  return `${run.spec}  ${runWords(run)}: no expectation, and the search not complete: ${why}`;
}

function whose(spec: string, runs: readonly Run[]): string {
  const [run] = runs;
  if (run !== undefined && runs.length === 1) return `${spec}  ${runWords(run)}: no expectation`;
  return `${spec}: no expectation of ${count(runs.length, 'run')}`;
}

/** Verdicts, nested by the names of version, configuration and model. */
type Tree = Map<string, Tree | Expectation>;

function treeOf(runs: readonly Run[]): Tree {
  const root: Tree = new Map();
  for (const run of runs) {
    const names = [run.version, run.configuration].filter((name) => name !== '');
    const inner = names.reduce(descend, root);
    const { verdict } = run.result;
    inner.set(run.model, verdict === 'pass' ? 'pass' : { fails: shortFailing(run) });
  }
  return root;
}

function descend(tree: Tree, name: string): Tree {
  const known = tree.get(name);
  if (known instanceof Map) return known;
  const inner: Tree = new Map();
  tree.set(name, inner);
  return inner;
}

/** `V3: { fork: { sc: 'pass' } }`. */
function entry(name: string, inner: Tree | Expectation): string {
  return `${nameSource(name)}: ${inner instanceof Map ? nested(inner) : verdictSource(inner)}`;
}

function nested(tree: Tree): string {
  return `{ ${[...tree].map(([name, inner]) => entry(name, inner)).join(', ')} }`;
}
