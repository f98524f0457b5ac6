/** `kcheck explore`: the runs that the user selects, with the counterexample to look at. */
import type { Engine } from '../engine.ts';
import { usageError } from '../errors.ts';
import { exportRun } from '../export-run.ts';
import { requireFile } from '../files.ts';
import { runAndReport } from '../run-command.ts';
import type { ParallelOptions } from '../run-command.ts';
import { requireModesThatAgree, seeksLivelocks } from '../search-mode.ts';
import type { Fairness } from '../../machine/fairness.ts';
import type { Terminal } from '../terminal.ts';
import { parameterValues } from '../values.ts';
import { watched } from '../watch.ts';

export interface ExploreOptions extends ParallelOptions {
  readonly version?: readonly string[];
  readonly configuration?: readonly string[];
  readonly model?: readonly string[];
  readonly parameter?: readonly string[];
  readonly fairness?: Fairness | 'none';
  readonly trace?: boolean;
  /** Again whenever the spec, or what it imports, changes. */
  readonly watch?: boolean;
  /** One counterexample for another tool, in place of the report. */
  readonly format?: string;
  /** What that counterexample is to fail. */
  readonly property?: string;
}

export async function explore(
  files: readonly string[],
  options: ExploreOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  for (const file of files) requireFile(file);
  requireSense(options);
  requireModesThatAgree(options);
  if (options.watch !== true) return exploreOnce(files, options, engine, terminal);
  return watched(engine, terminal, async (watching) => {
    for (const file of files) requireFile(file);
    return exploreOnce(files, options, watching, terminal);
  });
}

/** An option that would be passed over is a mistake. */
function requireSense({ format, property, reporter, trace }: ExploreOptions): void {
  if (format === undefined && property !== undefined) {
    const advice = 'It chooses the trace that --format writes; --trace prints every one.';
    throw usageError('KC0043', '--property needs --format', advice);
  }
  if (format === undefined) return;
  const refused = reporter !== undefined ? '--reporter' : trace === true ? '--trace' : null;
  if (refused === null) return;
  const advice = '--format writes one trace in place of the report.';
  throw usageError('KC0043', `--format does not go with ${refused}`, advice);
}

async function exploreOnce(
  files: readonly string[],
  options: ExploreOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const selection = {
    versions: options.version ?? null,
    configurations: options.configuration ?? null,
    models: options.model ?? null,
    overrides: parameterValues(options.parameter ?? []),
    fairness: options.fairness ?? null,
    livelocks: seeksLivelocks(options),
  };
  const { format, property = null } = options;
  if (format !== undefined) {
    return exportRun(files, selection, options, { format, property }, engine, terminal);
  }
  const traces = options.trace === true ? 'all' : 'first';
  return runAndReport(files, selection, options, { traces, gate: false }, engine, terminal);
}
