/** `kcheck check`: the gate; every spec below the paths against the verdicts that it expects. */
import { readBaseline } from '../baseline.ts';
import type { Engine } from '../engine.ts';
import { findSpecs } from '../files.ts';
import { runAndReport } from '../run-command.ts';
import type { ParallelOptions } from '../run-command.ts';
import type { Shard } from '../shard.ts';
import type { Terminal } from '../terminal.ts';

export interface GateOptions extends ParallelOptions {
  readonly version?: readonly string[];
  readonly configuration?: readonly string[];
  readonly model?: readonly string[];
  readonly quick?: boolean;
  readonly shard?: Shard;
  readonly bail?: boolean;
  /** A directory; false: `--no-cache`. */
  readonly cache: string | false;
  readonly baseline?: string;
}

export async function check(
  paths: readonly string[],
  options: GateOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const files = findSpecs(paths.length === 0 ? ['specs'] : paths);
  const selection = {
    versions: options.version ?? null,
    configurations: options.configuration ?? null,
    models: options.model ?? null,
    overrides: {},
    // Expectations speak of the fairness that the spec names.
    fairness: null,
    quick: options.quick === true,
  };
  const gate = {
    shard: options.shard ?? null,
    bail: options.bail === true,
    cache: options.cache === false ? null : options.cache,
    baseline: options.baseline === undefined ? null : readBaseline(options.baseline),
  };
  const style = { traces: 'unexpected', gate: true } as const;
  return runAndReport(files, selection, options, style, engine, terminal, gate);
}
