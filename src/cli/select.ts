/** From the names on the command line to the runs that they select. */
import { requireFairSteps } from '../checker/fairness/applicable.ts';
import type { KcheckError } from '../errors.ts';
import type { Expectation, LoadedSpec, Parameters } from '../language/loaded-spec.ts';
import type { Fairness } from '../machine/fairness.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import type { CliErrorCode } from './errors.ts';
import { usageError } from './errors.ts';
import { suggestion } from './suggest.ts';

/** What the user asked for; null or empty: no preference. */
export interface Selection {
  readonly versions: readonly string[] | null;
  readonly configurations: readonly string[] | null;
  readonly models: readonly string[] | null;
  readonly overrides: Parameters;
  /** In place of what the spec names; null: as the spec says. */
  readonly fairness: Fairness | 'none' | null;
  /** False: what the spec expects does not apply, since livelocks are not looked for. */
  readonly livelocks?: boolean;
  /** Only the runs that the spec names as quick. */
  readonly quick?: boolean;
}

export interface PlannedRun {
  readonly spec: LoadedSpec;
  readonly version: string;
  readonly configuration: string;
  readonly model: MemoryModel;
  readonly params: Parameters;
  readonly overrides: Parameters;
  readonly fairness: Fairness | null;
  readonly expected: Expectation | null;
  readonly acceptedUnreached: readonly string[];
}

/** The runs of a spec, the models of one machine next to each other; none where it skips them all. */
export function planRuns(
  spec: LoadedSpec,
  selection: Selection,
  available: ReadonlyMap<string, MemoryModel>,
): PlannedRun[] {
  const versions = selectVersions(spec, selection.versions);
  const configurations = selectConfigurations(spec, selection.configurations);
  const models = selectModels(spec, selection.models, available);
  checkOverrides(spec, selection.overrides);
  return versions.flatMap((version) =>
    configurations.flatMap((configuration) =>
      models
        .filter((model) => isWanted(spec, version, configuration, model, selection))
        .map((model) => planRun(spec, version, configuration, model, selection)),
    ),
  );
}

function isWanted(
  spec: LoadedSpec,
  version: string,
  configuration: string,
  model: MemoryModel,
  { quick }: Selection,
): boolean {
  const run = { version, configuration, model: model.name };
  return spec.wants(run) && (quick !== true || spec.quick(run));
}

/** The one version and configuration that `graph` draws: the first unless named. */
export function selectMachine(
  spec: LoadedSpec,
  selection: Pick<Selection, 'versions' | 'configurations' | 'overrides'>,
): Parameters {
  const [version = ''] = selectVersions(spec, selection.versions);
  const [configuration = ''] = selectConfigurations(spec, selection.configurations);
  checkOverrides(spec, selection.overrides);
  return spec.parameters(version, configuration, selection.overrides);
}

function planRun(
  spec: LoadedSpec,
  version: string,
  configuration: string,
  model: MemoryModel,
  { overrides, fairness: wanted, livelocks }: Selection,
): PlannedRun {
  const params = spec.parameters(version, configuration, overrides);
  const stated = spec.parameters(version, configuration, {});
  const name = { version, configuration, model: model.name };
  const named = spec.fairness(name);
  const asked = livelocks === false ? 'none' : wanted;
  const fairness = asked === null ? named : asked === 'none' ? null : asked;
  if (fairness !== null) requireFairSteps(model);
  // An expectation speaks of the parameters and the fairness that the spec states, and of no others.
  const same = JSON.stringify(params) === JSON.stringify(stated) && fairness === named;
  const expected = same && livelocks !== false ? spec.expectation(name) : null;
  const acceptedUnreached = spec.acceptedUnreached(name);
  const chosen = { spec, version, configuration, model, params, overrides, fairness };
  return { ...chosen, expected, acceptedUnreached };
}

function selectVersions(spec: LoadedSpec, wanted: readonly string[] | null): readonly string[] {
  for (const name of wanted ?? []) {
    if (!spec.versions.includes(name))
      throw unknown('KC0004', spec, 'version', name, spec.versions);
  }
  return wanted ?? spec.versions;
}

function selectConfigurations(
  spec: LoadedSpec,
  wanted: readonly string[] | null,
): readonly string[] {
  const names = spec.configurations.filter((name) => name !== '');
  for (const name of wanted ?? []) {
    if (!names.includes(name)) throw unknown('KC0005', spec, 'configuration', name, names);
  }
  return wanted ?? spec.configurations;
}

function selectModels(
  spec: LoadedSpec,
  wanted: readonly string[] | null,
  available: ReadonlyMap<string, MemoryModel>,
): MemoryModel[] {
  if (wanted !== null) return unique(wanted.map((name) => namedModel(name, available)));
  const models = unique([...available.values()]);
  const meant = spec.models?.map((name) => available.get(name)?.name ?? name);
  return models.filter((model) => meant === undefined || meant.includes(model.name));
}

/** Throws, with the closest name, where none is named so. */
export function namedModel(name: string, available: ReadonlyMap<string, MemoryModel>): MemoryModel {
  const model = available.get(name);
  if (model !== undefined) return model;
  const advice = suggestion(name, [...available.keys()]);
  throw usageError('KC0006', `no memory model is named ${name}`, advice);
}

/** Every name must be a parameter somewhere in the spec, with a value of the same type. */
function checkOverrides(spec: LoadedSpec, overrides: Parameters): void {
  const stated = new Map<string, unknown>();
  for (const version of spec.versions) {
    for (const configuration of spec.configurations) {
      const parameters = spec.parameters(version, configuration, {});
      for (const [name, value] of Object.entries(parameters)) stated.set(name, value);
    }
  }
  for (const [name, value] of Object.entries(overrides)) {
    if (!stated.has(name)) throw unknown('KC0007', spec, 'parameter', name, [...stated.keys()]);
    checkType(spec, name, stated.get(name), value);
  }
}

function checkType(spec: LoadedSpec, name: string, stated: unknown, value: unknown): void {
  if (stated === undefined || stated === null || typeof stated === typeof value) return;
  const advice = `${spec.file} states ${name}=${JSON.stringify(stated)}.`;
  const message = `parameter ${name} is a ${typeof stated}, not a ${typeof value}`;
  throw usageError('KC0008', message, advice);
}

function unique(models: readonly MemoryModel[]): MemoryModel[] {
  return [...new Map(models.map((model) => [model.name, model])).values()];
}

function unknown(
  code: CliErrorCode,
  spec: LoadedSpec,
  kind: string,
  name: string,
  names: readonly string[],
): KcheckError {
  const advice = names.length === 0 ? `It has no ${kind}s.` : suggestion(name, names);
  return usageError(code, `${spec.file} has no ${kind} ${name}`, advice);
}

export function nothingSelected(where: string, selection: Selection): KcheckError {
  const advice = isWhole(selection)
    ? 'No version in it has a run under a memory model that kcheck has.'
    : 'The spec skips this combination; select fewer names to see what it has.';
  return usageError('KC0011', `nothing to run in ${where}`, advice);
}

/** Nothing was left out by the user's choice. */
export function isWhole({ versions, configurations, models, quick }: Selection): boolean {
  return [versions, configurations, models].every((names) => names === null) && quick !== true;
}
