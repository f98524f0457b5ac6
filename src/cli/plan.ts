/** The runs of a session: every spec is loaded and asked before anything runs. */
import type { KcheckError } from '../errors.ts';
import type { LoadedSpec } from '../language/loaded-spec.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import { collecting } from './collecting.ts';
import type { Engine } from './engine.ts';
import { gateRuns } from './gate-plan.ts';
import { nothingSelected, planRuns } from './select.ts';
import type { PlannedRun, Selection } from './select.ts';
import { runsOfShard } from './shard.ts';
import type { Since } from './since.ts';
import type { Shard } from './shard.ts';

export interface PlanRequest {
  readonly files: readonly string[];
  readonly selection: Selection;
  /** The specs were found below paths, so a name need not be known to each. */
  readonly gate: boolean;
  readonly shard: Shard | null;
  /** Specs that are as they were are left out; null: none is. */
  readonly since: Since | null;
}

export interface Plan {
  readonly runs: readonly PlannedRun[];
  /** How many more a gate has that runs everything. */
  readonly leftOut: number;
  /** Specs that cannot be loaded, or have nothing to run. */
  readonly errors: readonly KcheckError[];
}

type Models = ReadonlyMap<string, MemoryModel>;

export async function planSession(
  request: PlanRequest,
  engine: Engine,
  /** Null: specs are loaded. */
  open: ((file: string) => Promise<LoadedSpec>) | null,
): Promise<Plan> {
  const loadSpec = open ?? engine.loadSpec;
  const models = await engine.memoryModels();
  const errors: KcheckError[] = [];
  const specs: LoadedSpec[] = [];
  for (const file of request.files) {
    await collecting(errors, async () => void specs.push(await loadSpec(file)));
  }
  const { selection, gate, shard, since } = request;
  if (!gate) return { runs: await everyRun(specs, selection, models, errors), leftOut: 0, errors };
  const { runs: selected, total } = await gateRuns(specs, selection, models, errors, since);
  const runs = shard === null ? selected : runsOfShard(selected, shard);
  return { runs, leftOut: total - runs.length, errors };
}

/** Of each spec that the user named something has to run. */
async function everyRun(
  specs: readonly LoadedSpec[],
  selection: Selection,
  models: Models,
  errors: KcheckError[],
): Promise<PlannedRun[]> {
  const planned: PlannedRun[] = [];
  for (const spec of specs) {
    await collecting(errors, () => {
      const runs = planRuns(spec, selection, models);
      if (runs.length === 0) throw nothingSelected(spec.file, selection);
      planned.push(...runs);
    });
  }
  return planned;
}
