/** `kcheck graph`: the state machine that a spec becomes, or the states of a run of it. */
import type { Engine } from '../engine.ts';
import { usageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { requireFile } from '../files.ts';
import { selectMachine } from '../select.ts';
import type { Terminal } from '../terminal.ts';
import { parameterValues } from '../values.ts';
import type { StateGraphOptions } from './graph-states.ts';

export interface GraphOptions extends StateGraphOptions {
  /** The explored states of one run, in place of the machine. */
  readonly states?: boolean;
}

export async function graph(
  file: string,
  options: GraphOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  if (options.states === true) {
    const { graphStates } = await import('./graph-states.ts');
    return graphStates(file, options, engine, terminal);
  }
  requireSense(options);
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

/** An option that would be passed over is a mistake. */
function requireSense({ model, most, maxStates, timeout, maxMemory }: GraphOptions): void {
  const given = { '--model': model, '--most': most, '--max-states': maxStates };
  const all = Object.entries({ ...given, '--timeout': timeout, '--max-memory': maxMemory });
  const [refused] = all.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (refused === undefined) return;
  const advice = 'A machine is the same under every memory model, and nothing is explored.';
  throw usageError('KC0043', `${refused} needs --states`, advice);
}
