/**
 * What a spec says of its runs: verdicts, nested by the names of versions, configurations and memory
 * models in any order. A verdict speaks of every run that has all the names around it; the one with the
 * most names wins.
 */
import { refuse, suggestion } from './errors.ts';
import type { Expectation, RunName } from './loaded-spec.ts';

/** The three kinds of names, all distinct. */
export interface Names {
  readonly versions: readonly string[];
  readonly configurations: readonly string[];
  readonly models: readonly string[];
}

interface Statement {
  readonly names: readonly string[];
  readonly expectation: Expectation;
}

export class Expectations {
  readonly #statements: readonly Statement[];

  /** Refuses unknown names, and what says two things of one run. */
  constructor(tree: unknown, names: Names) {
    this.#statements = tree === undefined ? [] : statementsIn(tree, [], names);
    for (const run of runsOf(names)) this.of(run);
  }

  /** null: nothing is said of the run. */
  of(run: RunName): Expectation | null {
    const about = [run.version, run.configuration, run.model];
    const apply = this.#statements.filter(({ names }) =>
      names.every((name) => about.includes(name)),
    );
    const most = Math.max(...apply.map(({ names }) => names.length));
    const [first, ...others] = apply.filter(({ names }) => names.length === most);
    if (!first) return null;
    const contrary = others.find((other) => !same(first.expectation, other.expectation));
    if (contrary) refuseContradiction(first, contrary, about);
    return first.expectation;
  }
}

function statementsIn(tree: unknown, path: readonly string[], names: Names): readonly Statement[] {
  const leaf = verdict(tree, path);
  if (leaf) return [{ names: path, expectation: leaf }];
  return Object.entries(tree as object).flatMap(([name, inner]) => {
    checkName(name, path, names);
    return statementsIn(inner, [...path, name], names);
  });
}

/** null: a level of names. */
function verdict(tree: unknown, path: readonly string[]): Expectation | null {
  if (tree === 'pass') return 'pass';
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree))
    return refuseVerdict(tree, path);
  if (!('fails' in tree)) return null;
  const { fails } = tree;
  const list: readonly unknown[] = Array.isArray(fails) ? fails : [fails];
  const all = list.filter((name) => typeof name === 'string');
  if (all.length === 0 || all.length < list.length || Object.keys(tree).length > 1) {
    return refuseVerdict(tree, path);
  }
  return { fails: all };
}

function checkName(name: string, path: readonly string[], names: Names): void {
  const kinds = [names.versions, names.configurations, names.models];
  const kind = kinds.find((each) => each.includes(name));
  if (!kind) {
    refuse(
      'KC0106',
      `expect${at(path)} speaks of '${name}', which is no version, configuration or memory model`,
      suggestion(name, kinds.flat().filter(Boolean)),
    );
  }
  const twice = path.find((outer) => kind.includes(outer));
  if (twice !== undefined) {
    refuse('KC0107', `expect${at(path)} speaks of '${name}' inside '${twice}'`, 'No run is both.');
  }
}

function refuseVerdict(tree: unknown, path: readonly string[]): never {
  return refuse(
    'KC0107',
    `expect${at(path)} is ${JSON.stringify(tree) ?? String(tree)}`,
    "Write 'pass', { fails: 'the property that fails' }, or names with what is expected of each.",
  );
}

function refuseContradiction(a: Statement, b: Statement, run: readonly string[]): never {
  const which = run.filter(Boolean).join(', ');
  return refuse(
    'KC0107',
    `expect says two things of ${which}: one under ${quoted(a)}, one under ${quoted(b)}`,
    'Say it under all the names of that run.',
  );
}

function quoted({ names }: Statement): string {
  return names.map((name) => `'${name}'`).join(', ');
}

function at(path: readonly string[]): string {
  return path.map((name) => `.${name}`).join('');
}

function same(a: Expectation, b: Expectation): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function runsOf({ versions, configurations, models }: Names): readonly RunName[] {
  return versions.flatMap((version) =>
    configurations.flatMap((configuration) =>
      models.map((model) => ({ version, configuration, model })),
    ),
  );
}
