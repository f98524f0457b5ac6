/** A command that a user can type to see the same again. */
import type { PlannedRun } from './select.ts';

/** `kcheck sim spec.ts --version V0 --model sc -p cpus=3 --seed 7`. */
export function commandLine(
  command: string,
  { spec, version, configuration, model, overrides }: PlannedRun,
  more: readonly string[],
): string {
  const words = [
    'kcheck',
    command,
    spec.file,
    '--version',
    version,
    ...(configuration === '' ? [] : ['--configuration', configuration]),
    '--model',
    model.name,
    ...Object.entries(overrides).flatMap(([name, value]) => ['-p', `${name}=${String(value)}`]),
    ...more,
  ];
  return words.map(quoted).join(' ');
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
