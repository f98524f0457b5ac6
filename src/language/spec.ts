/** `spec()`: what a spec file exports by default. */
import { unreachedOf } from './acceptance.ts';
import type { Accepted } from './acceptance.ts';
import { Expectations } from './expectations.ts';
import { refuse, suggestion } from './errors.ts';
import { describe } from './staging/cells.ts';
import { current } from './staging/current.ts';
import { FAIRNESSES } from '../machine/fairness.ts';
import type { Fairness } from '../machine/fairness.ts';
import type { Expectation, Parameters, RunName, TableWords } from './loaded-spec.ts';

/** The memory models that kcheck knows. */
export type MemoryModelName = 'sc' | 'tso' | 'power';

/** `pass`, or the properties that must fail; nested by names of versions, configurations, models. */
export type Expected<Name extends string> =
  | 'pass'
  | { readonly fails: string | readonly string[] }
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- of no names, where it is generic
  | { readonly [name in Name]?: Expected<Name> };

/** The parameters of a run: a version's go before a configuration's, and those before the defaults. */
export type ParametersOf<V, C, P> = Over<V, Over<C, P>>;

type Over<Top, Bottom> = {
  readonly [K in KeyOf<Top> | KeyOf<Bottom>]: At<Top, K, At<Bottom, K, undefined>>;
};
type KeyOf<U> = U extends unknown ? keyof U : never;
type At<U, K, Otherwise> = U extends unknown ? (K extends keyof U ? U[K] : Otherwise) : never;

/** What `spec()` takes. */
export interface SpecDefinition<
  V extends Readonly<Record<string, object>>,
  C extends Readonly<Record<string, object>>,
  P extends object,
> {
  /** What the mechanism is called. */
  readonly title: string;
  /** The states of the code under discussion, each with its parameters. */
  readonly versions: V;
  /** Named sets of parameters: how many CPUs, which tasks. Every version runs in every one. */
  readonly configurations?: C;
  /** Parameters that neither a version nor a configuration sets. */
  readonly parameters?: P;
  /** The memory models that the spec is meant for; all unless given. */
  readonly models?: readonly MemoryModelName[];
  /** Whether a combination is left out. */
  readonly skip?: (run: RunName) => boolean;
  /** The schedules in which starvation is looked for; none unless given. */
  readonly fairness?: Fairness | ((run: RunName) => Fairness | null);
  /** The configurations, or the runs, that `kcheck check --quick` is content with; all unless given. */
  readonly quick?: readonly (keyof C & string)[] | ((run: RunName) => boolean);
  /** A table of versions and configurations for each memory model, with these words. */
  readonly table?: TableWords;
  /** Declares the machine of one run. */
  readonly system: (parameters: ParametersOf<V[keyof V], C[keyof C], P>) => void;
  /** The verdicts that are expected. */
  readonly expect?: Expected<((keyof V | keyof C) & string) | MemoryModelName>;
  /** What `kcheck check` is not to take for an error. */
  readonly accept?: Accepted;
}

const MODELS: readonly MemoryModelName[] = ['sc', 'tso', 'power'];
const FIELDS = [
  'title',
  'versions',
  'configurations',
  'parameters',
  'models',
  'skip',
  'fairness',
  'quick',
  'table',
  'system',
  'expect',
  'accept',
];

/** Defines a spec; a spec file says `export default spec({ … })`. */
export function spec<
  V extends Readonly<Record<string, object>>,
  C extends Readonly<Record<string, object>> = Readonly<Record<'', object>>,
  P extends object = object,
>(definition: SpecDefinition<V, C, P>): Spec {
  if (current.draft || current.stage) {
    refuse(
      'KC0120',
      'spec() is called inside system()',
      'A file defines one spec, as its default export.',
    );
  }
  return new Spec(definition);
}

/** A spec that was defined. */
export class Spec {
  readonly title: string;
  readonly versions: readonly string[];
  /** `['']` when there are none. */
  readonly configurations: readonly string[];
  /** null: all. */
  readonly models: readonly string[] | null;
  /** null: the verdicts are not laid out as a table. */
  readonly table: TableWords | null;
  readonly #layers: Layers;
  readonly #skip: ((run: RunName) => unknown) | null;
  readonly #fairness: unknown;
  readonly #quick: (run: RunName) => unknown;
  readonly #system: (parameters: Parameters) => unknown;
  readonly #expectations: Expectations;
  readonly #unreached: (run: RunName) => readonly string[];

  constructor(definition: unknown) {
    const fields = record(definition, 'spec() is given');
    for (const name of Object.keys(fields)) {
      if (!FIELDS.includes(name))
        refuse('KC0107', `a spec has no '${name}'`, suggestion(name, FIELDS));
    }
    const { title, versions, configurations, parameters, models, skip, table, system, expect } =
      fields;
    const { fairness = null, quick } = fields;
    if (typeof title !== 'string' || title === '')
      wrong('title', title, 'It is the name of the mechanism.');
    if (typeof system !== 'function')
      wrong('system', system, 'It is a function that declares the machine.');
    if (skip !== undefined && typeof skip !== 'function')
      wrong('skip', skip, 'It is a function of a run.');
    if (typeof fairness !== 'function') fairnessNamed(fairness);
    this.title = title;
    this.#layers = {
      parameters: parameters === undefined ? {} : record(parameters, 'parameters is'),
      versions: layer('versions', versions),
      configurations:
        configurations === undefined ? { '': {} } : layer('configurations', configurations),
    };
    deepFreeze(this.#layers);
    this.versions = Object.keys(this.#layers.versions);
    this.configurations = Object.keys(this.#layers.configurations);
    this.models = models === undefined ? null : modelNames(models);
    this.table = table === undefined ? null : tableWords(table);
    this.#unreached = unreachedOf(fields['accept']);
    this.#skip = (skip as ((run: RunName) => unknown) | undefined) ?? null;
    this.#fairness = fairness;
    this.#quick = quickRuns(quick, this.configurations);
    this.#system = system as (parameters: Parameters) => unknown;
    distinct([...this.versions, ...this.configurations.filter(Boolean), ...MODELS]);
    const names = { versions: this.versions, configurations: this.configurations, models: MODELS };
    this.#expectations = new Expectations(expect, names);
  }

  expectation(run: RunName): Expectation | null {
    return this.#expectations.of(run);
  }

  /** Properties that the spec accepts to be evaluated nowhere in the run. */
  acceptedUnreached(run: RunName): readonly string[] {
    return this.#unreached(run);
  }

  wants(run: RunName): boolean {
    return !this.#skip?.(run);
  }

  quick(run: RunName): boolean {
    return Boolean(this.#quick(run));
  }

  fairness(run: RunName): Fairness | null {
    const fairness = this.#fairness;
    if (typeof fairness !== 'function') return fairnessNamed(fairness);
    return fairnessNamed((fairness as (run: RunName) => unknown)(run));
  }

  parameters(version: string, configuration: string, overrides: Parameters): Parameters {
    const { parameters, versions, configurations } = this.#layers;
    return Object.freeze({
      ...parameters,
      ...pick('configuration', configurations, configuration),
      ...pick('version', versions, version),
      ...overrides,
    });
  }

  /** Declares the machine of one run, into the draft that is current. */
  declare(parameters: Parameters): void {
    this.#system(parameters);
  }
}

export type { RunName };

interface Layers {
  readonly parameters: Parameters;
  readonly versions: Readonly<Record<string, Parameters>>;
  readonly configurations: Readonly<Record<string, Parameters>>;
}

function layer(field: string, value: unknown): Readonly<Record<string, Parameters>> {
  const sets = record(value, `${field} is`);
  if (Object.keys(sets).length === 0)
    wrong(field, value, 'Name at least one, with its parameters.');
  for (const [name, parameters] of Object.entries(sets)) {
    if (name === '') wrong(field, value, 'A name has at least one character.');
    record(parameters, `${field}.${name} is`);
  }
  return sets as Readonly<Record<string, Parameters>>;
}

function pick(kind: string, sets: Readonly<Record<string, Parameters>>, name: string): Parameters {
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
  return (
    set ?? refuse('KC0106', `no ${kind} is named '${name}'`, suggestion(name, Object.keys(sets)))
  );
}

function modelNames(models: unknown): readonly string[] {
  if (!Array.isArray(models) || models.length === 0) {
    return wrong('models', models, `It is a list of some of ${MODELS.join(', ')}.`);
  }
  return models.map((model: unknown) => {
    const known = MODELS.find((each) => each === model);
    return (
      known ??
      refuse(
        'KC0106',
        `no memory model is named '${String(model)}'`,
        suggestion(String(model), MODELS),
      )
    );
  });
}

function quickRuns(quick: unknown, configurations: readonly string[]): (run: RunName) => unknown {
  if (quick === undefined) return () => true;
  if (typeof quick === 'function') return quick as (run: RunName) => unknown;
  if (!Array.isArray(quick) || quick.length === 0)
    wrong('quick', quick, 'It is a list of configurations, or a function of a run.');
  const known = configurations.filter(Boolean);
  const named = quick.map((name: unknown) => (typeof name === 'string' ? name : describe(name)));
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const message = `quick speaks of '${unknown}', which is no configuration`;
    refuse('KC0106', message, suggestion(unknown, known));
  }
  return ({ configuration }) => named.includes(configuration);
}

function fairnessNamed(value: unknown): Fairness | null {
  if (value === null) return null;
  if (typeof value !== 'string')
    wrong('fairness', value, `It is one of ${FAIRNESSES.join(', ')}, or a function of a run.`);
  const known = FAIRNESSES.find((each) => each === value);
  const unknown = `no fairness is named '${value}'`;
  return known ?? refuse('KC0106', unknown, suggestion(value, FAIRNESSES));
}

function tableWords(table: unknown): TableWords {
  const words = record(table, 'table is');
  const { pass, fail } = words;
  if (typeof pass !== 'string' || typeof fail !== 'string' || Object.keys(words).length > 2) {
    return wrong('table', table, "It is the words of a verdict: { pass: 'O', fail: 'X' }.");
  }
  return { pass, fail };
}

/** expect tells versions, configurations and memory models apart by their names alone. */
function distinct(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    refuse(
      'KC0130',
      `'${twice}' names two of: a version, a configuration, a memory model`,
      'Rename one of them.',
    );
  }
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  return refuse('KC0107', `${what} ${describe(value)}`, 'Write an object.');
}

function wrong(field: string, value: unknown, advice: string): never {
  return refuse('KC0107', `${field} is ${describe(value)}`, advice);
}

/** Every run gets the same parameters: one that changed them would change the next. */
function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
}
