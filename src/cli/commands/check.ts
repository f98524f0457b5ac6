/** `kcheck check`: the gate; every spec below the paths against the verdicts that it expects. */
import type { Engine } from '../engine.ts';
import { findSpecs } from '../files.ts';
import { runAndReport } from '../run-command.ts';
import type { RunOptions } from '../run-command.ts';
import type { Terminal } from '../terminal.ts';

export interface GateOptions extends RunOptions {
  readonly model?: readonly string[];
}

export async function check(
  paths: readonly string[],
  options: GateOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const files = findSpecs(paths.length === 0 ? ['specs'] : paths);
  const selection = {
    versions: null,
    configurations: null,
    models: options.model ?? null,
    overrides: {},
    // Expectations speak of the fairness that the spec names.
    fairness: null,
  };
  const style = { traces: 'unexpected', gate: true } as const;
  return runAndReport(files, selection, options, style, engine, terminal);
}
