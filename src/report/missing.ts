/** Runs of which a spec expects nothing, and the lines that would state what was found. */
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
      ...[...treeOf(ofSpec)].map(([name, inner]) => `  ${entry(name, inner)},`),
    ]),
  ];
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
  return `${propertyName(name)}: ${inner instanceof Map ? nested(inner) : sourceOf(inner)}`;
}

function nested(tree: Tree): string {
  return `{ ${[...tree].map(([name, inner]) => entry(name, inner)).join(', ')} }`;
}

function sourceOf(expected: Expectation): string {
  if (expected === 'pass') return quoted('pass');
  const names = expected.fails.map(quoted);
  return `{ fails: ${names.length === 1 ? names.join('') : `[${names.join(', ')}]`} }`;
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
