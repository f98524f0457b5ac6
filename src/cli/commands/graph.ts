/** `kcheck graph`: the state machine that a spec becomes. */
import type { Engine, GraphFormat } from '../engine.ts';
import { ExitCode } from '../exit-code.ts';
import { requireFile } from '../files.ts';
import { selectMachine } from '../select.ts';
import type { Terminal } from '../terminal.ts';
import { parameterValues } from '../values.ts';

export interface GraphOptions {
  readonly format: GraphFormat;
  readonly version?: string;
  readonly configuration?: string;
  readonly parameter?: readonly string[];
}

export async function graph(
  file: string,
  options: GraphOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  requireFile(file);
  const spec = await engine.loadSpec(file);
  const parameters = selectMachine(spec, {
    versions: options.version === undefined ? null : [options.version],
    configurations: options.configuration === undefined ? null : [options.configuration],
    overrides: parameterValues(options.parameter ?? []),
  });
  const text = await engine.printMachine(spec.machine(parameters), options.format);
  terminal.out(text.endsWith('\n') ? text : `${text}\n`);
  return ExitCode.asExpected;
}
