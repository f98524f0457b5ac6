/**
 * What a gate runs. Its specs were found below paths, so a name selects in those that have it, and the
 * others are left out; a name that none of them has is a mistake. A memory model that a spec is not
 * meant for is not selected: of its runs nothing is expected.
 */
import type { KcheckError } from '../errors.ts';
import type { LoadedSpec } from '../language/loaded-spec.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import { collecting } from './collecting.ts';
import type { CliErrorCode } from './errors.ts';
import { usageError } from './errors.ts';
import type { Since } from './since.ts';
import { isWhole, namedModel, nothingSelected, planRuns } from './select.ts';
import type { PlannedRun, Selection } from './select.ts';
import { suggestion } from './suggest.ts';

export interface GateRuns {
  readonly runs: readonly PlannedRun[];
  /** Of the same specs, when nothing is left out. */
  readonly total: number;
}

const WHOLE: Selection = {
  versions: null,
  configurations: null,
  models: null,
  overrides: {},
  fairness: null,
};

export async function gateRuns(
  specs: readonly LoadedSpec[],
  wanted: Selection,
  models: ReadonlyMap<string, MemoryModel>,
  errors: KcheckError[],
  since: Since | null,
): Promise<GateRuns> {
  const selection = { ...wanted, models: modelsNamed(wanted.models, models) };
  requireKnown(specs, selection);
  const runs: PlannedRun[] = [];
  let total = 0;
  /** How many specs. */
  let looked = 0;
  for (const spec of specs) {
    await collecting(errors, () => {
      const all = planRuns(spec, WHOLE, models);
      if (all.length === 0) throw nothingSelected(spec.file, WHOLE);
      total += all.length;
      if (since !== null && !since.mayDiffer(spec)) return;
      looked++;
      runs.push(...(isWhole(selection) ? all : planRuns(spec, narrowed(selection, spec), models)));
    });
  }
  const nothingChanged = since !== null && looked === 0;
  if (runs.length === 0 && errors.length === 0 && !nothingChanged) {
    throw nothingSelected(specs.length === 1 ? `${specs[0]?.file}` : 'any spec', selection);
  }
  return { runs, total };
}

/** By their own names, whatever alias the user has for them. */
function modelsNamed(
  wanted: readonly string[] | null,
  models: ReadonlyMap<string, MemoryModel>,
): readonly string[] | null {
  return wanted?.map((name) => namedModel(name, models).name) ?? null;
}

/** The names that the spec has. */
function narrowed(selection: Selection, spec: LoadedSpec): Selection {
  return {
    ...selection,
    versions: among(selection.versions, spec.versions),
    configurations: among(selection.configurations, spec.configurations),
    models: spec.models === null ? selection.models : among(selection.models, spec.models),
  };
}

function among(wanted: readonly string[] | null, known: readonly string[]): string[] | null {
  return wanted?.filter((name) => known.includes(name)) ?? null;
}

function requireKnown(specs: readonly LoadedSpec[], { versions, configurations }: Selection): void {
  const known = {
    version: specs.flatMap((spec) => spec.versions),
    configuration: specs.flatMap((spec) => spec.configurations).filter((name) => name !== ''),
  };
  requireAmong('KC0004', 'version', versions, known.version, specs);
  requireAmong('KC0005', 'configuration', configurations, known.configuration, specs);
}

function requireAmong(
  code: CliErrorCode,
  kind: string,
  wanted: readonly string[] | null,
  known: readonly string[],
  specs: readonly LoadedSpec[],
): void {
  const wrong = wanted?.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const nobody = specs.length === 1 ? `${specs[0]?.file} has no` : 'no spec has a';
  const advice = suggestion(wrong, [...new Set(known)]);
  throw usageError(code, `${nobody} ${kind} ${wrong}`, advice);
}
