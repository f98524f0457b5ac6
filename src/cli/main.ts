/** The executable's entry: arguments to exit code, and no error without its words. */
import { CommanderError } from 'commander';
import { KcheckError } from '../errors.ts';
import { engine as defaultEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { errorText, internalErrorText } from './error-text.ts';
import { usageError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { createProgram } from './program.ts';
import { processTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Runs the command and sets the exit code of the process. */
export async function main(argv: string[]): Promise<void> {
  quietOnClosedPipe();
  process.exitCode = await run(argv, defaultEngine, processTerminal());
}

/** The same without the process. */
export async function run(
  argv: readonly string[],
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  let code: number = ExitCode.asExpected;
  const program = createProgram(engine, terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return failed(error, argv, terminal);
  }
}

function failed(error: unknown, argv: readonly string[], terminal: Terminal): number {
  // Commander has printed its words already: help and the version, or what is wrong with an option.
  if (error instanceof CommanderError) {
    const [word = ''] = argv;
    if (error.code === 'commander.unknownCommand' && word.endsWith('.ts')) {
      terminal.err(`  Did you mean kcheck explore ${word}?\n`);
    }
    return error.exitCode === 0 ? ExitCode.asExpected : ExitCode.usage;
  }
  if (error instanceof KcheckError) {
    terminal.err(errorText(error));
    return ExitCode.usage;
  }
  terminal.err(internalErrorText(error));
  return ExitCode.internal;
}

/** `kcheck … | head` closes the pipe when it has seen enough: that is no error. A full disk is. */
function quietOnClosedPipe(): void {
  process.stderr.on('error', () => process.exit());
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    const words = 'cannot write the report to standard output';
    process.stderr.write(errorText(usageError('KC0013', words, error.message)));
    process.exit(ExitCode.usage);
  });
}
