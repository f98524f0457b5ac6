/** The one run that a command is about: the first of what is selected. */
import type { Engine } from './engine.ts';
import { requireFile } from './files.ts';
import { nothingSelected, planRuns } from './select.ts';
import type { PlannedRun } from './select.ts';
import { parameterValues } from './values.ts';

export interface OneRunOptions {
  readonly version?: string;
  readonly configuration?: string;
  readonly model?: string;
  readonly parameter?: readonly string[];
}

export async function selectedRun(
  file: string,
  options: OneRunOptions,
  engine: Engine,
): Promise<PlannedRun> {
  requireFile(file);
  const spec = await engine.loadSpec(file);
  const one = (name: string | undefined): string[] | null => (name === undefined ? null : [name]);
  const selection = {
    versions: one(options.version),
    configurations: one(options.configuration),
    models: one(options.model),
    overrides: parameterValues(options.parameter ?? []),
    fairness: 'none',
  } as const;
  const [first] = planRuns(spec, selection, await engine.memoryModels());
  if (first === undefined) throw nothingSelected(file, selection);
  return first;
}
