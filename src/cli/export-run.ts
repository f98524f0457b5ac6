/** `explore --format`: runs are explored as ever, and one counterexample is written in place of the report. */
import { availableParallelism } from 'node:os';
import type { Engine } from './engine.ts';
import { errorText } from './error-text.ts';
import { exitCodeOf, limitsOf } from './run-command.ts';
import type { ParallelOptions } from './run-command.ts';
import { searchModeOf } from './search-mode.ts';
import type { Selection } from './select.ts';
import { runSpecs } from './session.ts';
import type { Terminal } from './terminal.ts';

export async function exportRun(
  files: readonly string[],
  selection: Selection,
  options: ParallelOptions,
  { format, property }: { readonly format: string; readonly property: string | null },
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const session = await runSpecs(
    {
      files,
      selection,
      gate: false,
      shard: null,
      since: null,
      limits: (atATime) => limitsOf(options, atATime),
      mode: searchModeOf(options),
      workers: options.workers ?? availableParallelism(),
      reductions: options.reduce ?? [],
      cache: null,
      isLast: null,
    },
    engine,
    terminal,
  );
  for (const error of session.errors) terminal.err(errorText(error));
  const { exportedTrace } = await import('./trace-export.ts');
  const text = exportedTrace(session.runs, format, property);
  if (text === null) {
    const what = property === null ? 'nothing fails' : `nothing fails by the name ${property}`;
    terminal.err(`kcheck: ${what}: there is no trace to write\n`);
  } else terminal.out(text);
  return exitCodeOf(session, false, false);
}
