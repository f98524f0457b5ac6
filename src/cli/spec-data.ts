/**
 * A spec as data: all that a gate asks of it but its machines. Its own functions (`skip`, `quick`,
 * `fairness`, `accept`) are asked about every run once, in one order, whatever is selected, so that
 * what they answered can stand for them in a later session.
 */
import { isDeepStrictEqual } from 'node:util';
import { KcheckError } from '../errors.ts';
import type { Expectation, LoadedSpec, Parameters } from '../language/loaded-spec.ts';
import type { RunName, TableWords } from '../language/loaded-spec.ts';
import type { Fairness } from '../machine/fairness.ts';

export interface SpecData {
  readonly file: string;
  readonly title: string;
  readonly versions: readonly string[];
  readonly configurations: readonly string[];
  readonly models: readonly string[] | null;
  readonly table: TableWords | null;
  readonly parameters: readonly NamedParameters[];
  /** Those that the spec wants. */
  readonly runs: readonly RunData[];
}

interface NamedParameters {
  readonly version: string;
  readonly configuration: string;
  readonly parameters: Parameters;
}

interface RunData extends RunName {
  readonly quick: boolean;
  readonly fairness: Fairness | null;
  readonly expectation: Expectation | null;
  readonly acceptedUnreached: readonly string[];
}

/** Null where data cannot say what the spec says: a parameter is a function, or one of its own throws. */
export function dataOf(spec: LoadedSpec, models: readonly string[]): SpecData | null {
  try {
    const data = collected(spec, models);
    return isDeepStrictEqual(JSON.parse(JSON.stringify(data)), data) ? data : null;
  } catch (error) {
    if (error instanceof KcheckError) return null;
    throw error;
  }
}

function collected(spec: LoadedSpec, modelNames: readonly string[]): SpecData {
  const { file, title, versions, configurations, models, table } = spec;
  const machines = versions.flatMap((version) =>
    configurations.map((configuration) => ({ version, configuration })),
  );
  const runs = machines.flatMap((name) => modelNames.map((model) => ({ ...name, model })));
  return {
    file,
    title,
    versions,
    configurations,
    models,
    table,
    parameters: machines.map(({ version, configuration }) => {
      const parameters = spec.parameters(version, configuration, {});
      return { version, configuration, parameters };
    }),
    runs: runs
      .filter((run) => spec.wants(run))
      .map((run) => ({
        ...run,
        quick: spec.quick(run),
        fairness: spec.fairness(run),
        expectation: spec.expectation(run),
        acceptedUnreached: spec.acceptedUnreached(run),
      })),
  };
}

/** The spec that the data was taken from; `rest` may become known later. */
export function specOf(data: SpecData, rest: Pick<LoadedSpec, 'files' | 'machine'>): LoadedSpec {
  const runs = new Map(data.runs.map((run) => [keyOf(run), run]));
  const stated = new Map(data.parameters.map((each) => [keyOf(each), each.parameters]));
  const at = (run: RunName): RunData => present(runs.get(keyOf(run)));
  const { file, title, versions, configurations, models, table } = data;
  return {
    file,
    title,
    versions,
    configurations,
    models,
    table,
    get files() {
      return rest.files;
    },
    machine: (parameters) => rest.machine(parameters),
    wants: (run) => runs.has(keyOf(run)),
    quick: (run) => at(run).quick,
    fairness: (run) => at(run).fairness,
    expectation: (run) => at(run).expectation,
    acceptedUnreached: (run) => at(run).acceptedUnreached,
    parameters: (version, configuration, overrides) => ({
      ...present(stated.get(keyOf({ version, configuration }))),
      ...overrides,
    }),
  };
}

function keyOf(name: { version: string; configuration: string; model?: string }): string {
  return JSON.stringify([name.version, name.configuration, name.model ?? null]);
}

/** Asked of runs alone that the spec has, or wants. */
function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a recorded spec is asked about a run that it has not');
  return value;
}
