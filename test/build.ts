/**
 * Before any test: what runs the executable, as the documents do, or a thread, needs the one of these
 * sources. Built once, for tests run at the same time, and only if a source is newer.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

export default function setup(): void {
  if (newest() < modified('dist/cli/main.js')) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
}

function newest(): number {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name));
  return Math.max(...[...sources, 'tsconfig.json', 'tsconfig.build.json'].map(modified));
}

/** 0 for what is not there. */
function modified(name: string): number {
  return statSync(join(ROOT, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
