/**
 * Documentation that is executed. In a document,
 *
 *  - a `ts` block whose first line is a comment with a file name, `// peterson.ts`, is written to that
 *    file in the document's working directory;
 *  - in a `console` block every line that begins with `$ ` is a command, and what follows it is what
 *    the command prints. `$ echo $?` prints the exit code of the command before.
 *
 * Times, rates and hashes of machines differ from run to run or change with every change of the language, and a run too short to measure has no rate: neither is compared,
 * nor is where a line breaks before one.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EXECUTABLE = path.join(ROOT, 'bin/kcheck.js');

const BLOCK = /^```(\w+)[^\n]*\n(.*?)^```$/gms;

/** The document with every command's output as it is now. */
export function executed(document: string, cwd: string): string {
  return document.replaceAll(BLOCK, (block: string, language: string, body: string) => {
    if (language === 'ts') save(body, cwd);
    if (language !== 'console') return block;
    return block.replace(body, () => runAll(body, cwd));
  });
}

/** The same with what differs from run to run taken out. */
export function comparable(text: string): string {
  return text
    .replaceAll(/\s+\d+(\.\d+)? ?(s|ms)\b/g, ' T')
    .replaceAll(/ time="[\d.]+"/g, ' time="T"')
    .replaceAll(/"(seconds|memoryBytes)": [\d.]+/g, '"$1": T')
    .replaceAll(/"machine": "[\da-f]{16}"/g, '"machine": HASH')
    .replaceAll(/,\s+[\d.,]+\s*[kM]?(states|transitions)\/s/g, '')
    .replaceAll(/[\d.]+ ?(B|kB|KiB|MB|MiB|GB|GiB)\b/g, 'BYTES')
    .replaceAll(/[ \t]+$/gm, '');
}

function save(body: string, cwd: string): void {
  const name = /^\/\/ (\S+\.ts)\n/.exec(body)?.[1];
  if (name === undefined) return;
  const file = path.join(cwd, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, body);
}

function runAll(body: string, cwd: string): string {
  let status = 0;
  const commands = body.split('\n').filter((line) => line.startsWith('$ '));
  const parts = commands.map((line) => {
    const command = line.slice(2);
    if (command === 'echo $?') return `${line}\n${status}\n`;
    const result = run(command, cwd);
    status = result.status;
    return `${line}\n${result.output}`;
  });
  return parts.join('');
}

/** Only what the document is about is run: kcheck, by whatever name, alone or before a pipe. */
function run(command: string, cwd: string): { readonly output: string; readonly status: number } {
  const own = command
    .replace(/^npm ci && /, '')
    .replace(/^(npx )?kcheck\b/, `node "${EXECUTABLE}"`)
    // What is printed must not depend on what was run before.
    .replace(/(?<=^node "[^"]*" )check\b/, 'check --no-cache');
  if (own === command) throw new Error(`not a kcheck command: ${command}`);
  const { stdout, stderr, status } = spawnSync('bash', ['-c', own], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', CI: '1' },
  });
  return { output: stdout + stderr, status: status ?? -1 };
}
