/** `kcheck check`: the gate; every spec below the paths against the verdicts that it expects. */
import { readBaseline } from '../baseline.ts';
import { readConfig } from '../config.ts';
import type { Engine } from '../engine.ts';
import { usageError } from '../errors.ts';
import { findSpecs } from '../files.ts';
import { runAndReport } from '../run-command.ts';
import type { ParallelOptions } from '../run-command.ts';
import type { Shard } from '../shard.ts';
import { since } from '../since.ts';
import type { Since } from '../since.ts';
import type { Terminal } from '../terminal.ts';
import { watched } from '../watch.ts';
import type { Round } from '../watch.ts';

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
  /** Again whenever a spec, or what it imports, changes. */
  readonly watch?: boolean;
}

const DEFAULT_SPECS = ['specs'];
const DEFAULT_CACHE = '.kcheck-cache';

export async function check(
  paths: readonly string[],
  options: GateOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  if (options.watch !== true) return checkOnce(paths, options, engine, terminal, null);
  requireWatchable(options);
  return watched(engine, terminal, (watching, round) =>
    checkOnce(paths, { ...options, reporter: [] }, watching, terminal, round),
  );
}

/** Who watches reads the text: files of reports would be of the specs that changed last alone. */
function requireWatchable(options: GateOptions): void {
  const toFile = options.reporter?.some((name) => name !== 'text') === true;
  const refused = [
    toFile ? '--reporter' : '',
    options.baseline === undefined ? '' : '--baseline',
    options.since === undefined ? '' : '--since',
    options.update === true ? '--update' : '',
  ].find((name) => name !== '');
  if (refused === undefined) return;
  const advice = 'Check once without --watch for that.';
  throw usageError('KC0043', `--watch does not go with ${refused}`, advice);
}

/** What the command line does not say, the configuration may. `round`: of `--watch`. */
async function checkOnce(
  paths: readonly string[],
  given: GateOptions,
  engine: Engine,
  terminal: Terminal,
  round: Round | null,
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
    since: sinceOf(options, round),
    onFile: round?.watch ?? null,
    bail: options.bail === true,
    cache: directoryOf(options.cache ?? cache),
    baseline: options.baseline === undefined ? null : readBaseline(options.baseline),
    update: options.update === true,
  };
  const style = { traces: 'unexpected', gate: true } as const;
  return runAndReport(files, selection, options, style, engine, terminal, gate);
}

function sinceOf(options: GateOptions, round: Round | null): Since | null {
  const changed = round?.changed ?? null;
  if (changed !== null) {
    const mayDiffer: Since['mayDiffer'] = ({ files }) =>
      files.some(({ path }) => changed.has(path));
    return { ref: 'the round before', mayDiffer };
  }
  return options.since === undefined ? null : since(options.since);
}

function directoryOf(cache: string | false): string | null {
  return cache === false ? null : cache;
}
