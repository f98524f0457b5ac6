/** `kcheck init`: a spec to start from, and lines for CI. */
import { join } from 'node:path';
import { ExitCode } from '../exit-code.ts';
import { writeStarter } from '../starter.ts';
import type { Terminal } from '../terminal.ts';

export function init(directory: string, terminal: Terminal): number {
  const files = writeStarter(directory);
  const lines = files.map(({ path, kept }) => `${kept ? 'kept   ' : 'written'}  ${path}`);
  terminal.out(`${[...lines, '', ...nextSteps(directory)].join('\n')}\n`);
  return ExitCode.asExpected;
}

function nextSteps(directory: string): string[] {
  const spec = join(directory, 'specs/wake-up/spec.ts');
  return [
    'Next:',
    `  kcheck explore ${spec}`,
    `  kcheck explore ${spec} -p barrier=false --model tso`,
    `  kcheck check ${join(directory, 'specs')}`,
  ];
}
