/** The command line's grammar. Commands are loaded when they run, so that help is quick. */
import { Command, Option } from 'commander';
import type { GateOptions } from './commands/check.ts';
import type { ExploreOptions } from './commands/explore.ts';
import type { GraphOptions } from './commands/graph.ts';
import type { LitmusOptions } from './commands/litmus.ts';
import type { ReplayOptions } from './commands/replay.ts';
import type { SimOptions } from './commands/sim.ts';
import type { StepOptions } from './commands/step.ts';
import type { Engine } from './engine.ts';
import { usageError } from './errors.ts';
import * as help from './help.ts';
import { packageVersion } from './package-version.ts';
import { suggestion } from './suggest.ts';
import type { Terminal } from './terminal.ts';
import {
  bitstate,
  each,
  fairnessOrNone,
  folder,
  names,
  positiveInteger,
  positiveNumber,
  reductions,
  shard,
  strategy,
  wholeNumber,
} from './values.ts';

const HELP_WIDTH = 78;
const REPORTERS = 'text, json, junit, ktap, sarif, github or html';

/** `finish` gets the exit code of the command that ran. */
export function createProgram(
  engine: Engine,
  terminal: Terminal,
  finish: (code: number) => void,
): Command {
  const program = new Command('kcheck')
    .description('Exhaustive interleaving model checker for kernel synchronization mechanisms')
    .version(packageVersion(), '-V, --version', 'print the version of kcheck')
    .addHelpText('after', help.OVERVIEW)
    // A subcommand's --version selects versions of a spec.
    .enablePositionalOptions();
  addExplore(program, engine, terminal, finish);
  addCheck(program, engine, terminal, finish);
  addGraph(program, engine, terminal, finish);
  addLitmus(program, engine, terminal, finish);
  addReplay(program, engine, terminal, finish);
  addSim(program, engine, terminal, finish);
  addStep(program, engine, terminal, finish);
  addExplain(program, terminal, finish);
  addInit(program, terminal, finish);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    });
  }
  return program;
}

function addExplore(
  program: Command,
  engine: Engine,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  const command = addRunSelection(
    program
      .command('explore')
      .description('explore the runs of specs, show verdicts and the counterexample')
      .argument('<spec...>', 'spec files'),
  )
    .option('--fairness <kind>', 'look for starvation: weak, strong or none', fairnessOrNone)
    .option('--no-livelock', 'do not look for livelocks: takes less memory')
    .option('--exact', 'compare whole states: none is missed, more memory and time')
    .option('--bitstate <mb>', 'look for failures alone, in so little memory', bitstate)
    .option('--checkpoint <file>', 'write the search down there, to go on with it')
    .option('--checkpoint-every <s>', 'every s seconds (default: 600)', positiveNumber)
    .option('--resume <file>', 'go on with the search of a checkpoint')
    .option('--trace', 'print the trace of every failure')
    .option('--format <name>', 'only one trace, as itf, mermaid or litmus', traceFormat)
    .option('--property <name>', 'with --format: the trace of this failure')
    .option('--watch', 'explore again when the spec, or what it imports, changes')
    .addHelpText('after', help.EXPLORE);
  addParallelOptions(command).action(async (files: string[], options: ExploreOptions) => {
    const { explore } = await import('./commands/explore.ts');
    finish(await explore(files, options, engine, terminal));
  });
}

function addCheck(
  program: Command,
  engine: Engine,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  const command = program
    .command('check')
    .description('compare every spec below the paths with its expected verdicts')
    .argument('[path...]', 'spec files or directories (default: as configured, or specs)')
    .option('--version <names>', 'versions, in the specs that have them (default: all)', names)
    .option('--configuration <names>', 'configurations, likewise (default: all)', names)
    .option('--model <names>', 'memory models (default: all of each spec)', names)
    .option('--quick', 'only the runs that a spec names as quick')
    .option('--shard <i/n>', 'only part i of n of the runs', shard)
    .option('--since <ref>', 'only specs of which a file has changed since a git commit')
    .option('--bail', 'stop at the first run that is not as expected')
    .option('--baseline <file>', 'compare with an earlier --reporter json=file')
    .option('--update', 'write the verdicts found into the specs as what they expect')
    .option('--cache <directory>', 'where verdicts are kept (default: .kcheck-cache)')
    .option('--no-cache', 'explore every run, and keep no verdict')
    .option('--watch', 'check again what a change of a spec, or of its imports, concerns')
    .addHelpText('after', help.CHECK);
  addParallelOptions(command).action(async (paths: string[], options: GateOptions) => {
    const { check } = await import('./commands/check.ts');
    finish(await check(paths, options, engine, terminal));
  });
}

function addGraph(
  program: Command,
  engine: Engine,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  const command = program
    .command('graph')
    .description('print the state machine of a spec, or the states of a run')
    .argument('<spec>', 'a spec file')
    .addOption(
      new Option('--format <format>', 'text, mermaid, dot or svg')
        .default('text')
        .argParser((value) => oneOf(value, ['text', 'mermaid', 'dot', 'svg'])),
    )
    .option('--version <name>', 'a version (default: the first)')
    .option('--configuration <name>', 'a configuration (default: the first)')
    .option('-p, --parameter <name=value>', 'override a parameter; repeatable', each)
    .option('--states', 'explore one run, and print its state graph')
    .option('--model <name>', 'of --states: a memory model (default: the first)')
    .option('--most <n>', 'of --states: draw at most n nodes (default: 200)', positiveInteger)
    .addHelpText('after', help.GRAPH);
  addLimits(command).action(async (file: string, options: GraphOptions) => {
    const { graph } = await import('./commands/graph.ts');
    finish(await graph(file, options, engine, terminal));
  });
}

function addLitmus(
  program: Command,
  engine: Engine,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  const command = program
    .command('litmus')
    .description('outcomes and verdicts of litmus tests, as herd7 prints them')
    .argument('<path...>', '.litmus and .jsonl files, or directories of them')
    .option('--model <names>', 'sc, tso, power (default: tso for X86, power for PPC, C)', names)
    .addHelpText('after', help.LITMUS);
  addRunOptions(command, 'text or json').action(async (paths: string[], options: LitmusOptions) => {
    const { litmus } = await import('./commands/litmus.ts');
    finish(await litmus(paths, options, engine, terminal));
  });
}

function addReplay(
  program: Command,
  engine: Engine,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  const command = program
    .command('replay')
    .description('execute saved traces again, and say where they stop fitting')
    .argument('<trace>', 'a JSON report, or a trace that step or sim has saved')
    .argument('[spec]', 'the spec (default: the one that the trace names)')
    .option('--version <name>', "a version (default: the trace's)")
    .option('--configuration <name>', 'a configuration, likewise')
    .option('--model <name>', 'a memory model, likewise')
    .option('-p, --parameter <name=value>', 'override a parameter; repeatable', each)
    .option('--property <names>', 'only the traces that end in these', names)
    .option('--trace', 'print the schedule of each of several traces')
    .addHelpText('after', help.REPLAY);
  addLimits(command).action(
    async (trace: string, spec: string | undefined, options: ReplayOptions) => {
      const { replay } = await import('./commands/replay.ts');
      finish(await replay(trace, spec, options, engine, terminal));
    },
  );
}

function addSim(
  program: Command,
  engine: Engine,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  addRunSelection(
    program
      .command('sim')
      .description('random walks through runs that are too large to explore')
      .argument('<spec...>', 'spec files'),
  )
    .option('--seed <n>', 'of the first walk; the next has n + 1', wholeNumber, 1)
    .option('--walks <n>', 'at most so many walks of each run', positiveInteger, 1000)
    .option('--depth <n>', 'at most so many steps of each walk', positiveInteger, 1000)
    .option('--strategy <name>', 'random or pct', strategy, 'random')
    .option('--changes <n>', 'of pct: changes of priority in a walk', wholeNumber, 2)
    .option('--timeout <s>', 'stop the walks of a run after s seconds', positiveNumber)
    .option('--trace', 'print the schedule of every failure, not of the first')
    .option('--save <file>', 'write the first failure there, for replay')
    .addHelpText('after', help.SIM)
    .action(async (files: string[], options: SimOptions) => {
      const { sim } = await import('./commands/sim.ts');
      finish(await sim(files, options, engine, terminal));
    });
}

function addStep(
  program: Command,
  engine: Engine,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  const command = program
    .command('step')
    .description('walk one run by hand, step by step')
    .argument('<spec>', 'a spec file')
    .option('--version <name>', 'a version (default: the first)')
    .option('--configuration <name>', 'a configuration (default: the first)')
    .option('--model <name>', 'a memory model (default: the first of the spec)')
    .option('-p, --parameter <name=value>', 'override a parameter; repeatable', each)
    .addHelpText('after', help.STEP);
  addLimits(command).action(async (file: string, options: StepOptions) => {
    const { step } = await import('./commands/step.ts');
    const { processInput } = await import('./line-input.ts');
    finish(await step(file, options, engine, terminal, terminal.input ?? processInput));
  });
}

function addExplain(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  program
    .command('explain')
    .description('explain an error code or a word of a verdict, with an example')
    .argument('<code...>', 'KC0110, deadlock, data race, vacuous, …')
    .addHelpText('after', help.EXPLAIN)
    .action(async (words: string[]) => {
      const { explain } = await import('./commands/explain.ts');
      finish(explain(words, terminal));
    });
}

function addInit(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  program
    .command('init')
    .description('write a spec to start from, and snippets for CI')
    .argument('[dir]', 'where (default: here)')
    .addHelpText('after', help.INIT)
    .action(async (directory: string | undefined) => {
      const { init } = await import('./commands/init.ts');
      finish(init(directory ?? '.', terminal));
    });
}

/** Lists of names; each run that has them. */
function addRunSelection(command: Command): Command {
  return command
    .option('--version <names>', 'versions, separated by commas (default: all)', names)
    .option('--configuration <names>', 'configurations (default: all)', names)
    .option('--model <names>', 'memory models: sc, tso, power (default: all of the spec)', names)
    .option('-p, --parameter <name=value>', 'override a parameter; repeatable', each);
}

function addParallelOptions(command: Command): Command {
  const words = 'explore in n threads (default: one a core)';
  return addRunOptions(command, REPORTERS)
    .option('--workers <n>', words, positiveInteger)
    .option('--reduce <names>', 'leave states out: por, symmetry, all (default: none)', reductions)
    .option('--spill-dir <folder>', 'for what exceeds memory (default: the temporary one)', folder);
}

function addRunOptions(command: Command, reporters: string): Command {
  const words = `${reporters}, to a file if named; repeatable`;
  return addLimits(command.option('--reporter <name[=file]>', words, each));
}

function addLimits(command: Command): Command {
  return command
    .option('--max-states <n>', 'stop a run after n states (inconclusive)', positiveInteger)
    .option('--timeout <s>', 'stop a run after s seconds (inconclusive)', positiveNumber)
    .option(
      '--max-memory <mb>',
      'stop a run that holds more (default: half of all, shared)',
      positiveNumber,
    );
}

function traceFormat(value: string): string {
  return oneOf(value, ['itf', 'mermaid', 'litmus']);
}

function oneOf(value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw usageError('KC0014', `no format is named ${value}`, suggestion(value, allowed));
}
