/** `kcheck check`: the gate; every spec below the paths against the verdicts that it expects. */
import { readBaseline } from '../baseline.ts';
import { readConfig } from '../config.ts';
import type { Engine } from '../engine.ts';
import { findSpecs } from '../files.ts';
import { runAndReport } from '../run-command.ts';
import type { ParallelOptions } from '../run-command.ts';
import type { Shard } from '../shard.ts';
import { since } from '../since.ts';
import type { Terminal } from '../terminal.ts';

export interface GateOptions extends ParallelOptions {
  readonly version?: readonly string[];
  readonly configuration?: readonly string[];
  readonly model?: readonly string[];
  readonly quick?: boolean;
  readonly shard?: Shard;
  readonly since?: string;
  readonly bail?: boolean;
  /** A directory; false: `--no-cache`. */
  readonly cache?: string | false;
  readonly baseline?: string;
  readonly update?: boolean;
}

const DEFAULT_SPECS = ['specs'];
const DEFAULT_CACHE = '.kcheck-cache';

/** What the command line does not say, the configuration may. */
export async function check(
  paths: readonly string[],
  given: GateOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const { specs = DEFAULT_SPECS, cache = DEFAULT_CACHE, ...config } = await readConfig(engine);
  const reporter = given.reporter ?? config.reporters ?? [];
  const workers = given.workers ?? config.workers;
  const options = { ...given, reporter, ...(workers === undefined ? {} : { workers }) };
  const files = findSpecs(paths.length === 0 ? specs : paths);
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
    since: options.since === undefined ? null : since(options.since),
    bail: options.bail === true,
    cache: directoryOf(options.cache ?? cache),
    baseline: options.baseline === undefined ? null : readBaseline(options.baseline),
    update: options.update === true,
  };
  const style = { traces: 'unexpected', gate: true } as const;
  return runAndReport(files, selection, options, style, engine, terminal, gate);
}

function directoryOf(cache: string | false): string | null {
  return cache === false ? null : cache;
}
