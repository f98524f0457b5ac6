/** A name for the parts of kcheck that a verdict on a machine depends on. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from '../machine/hash.ts';
import { packageVersion } from './package-version.ts';

const SOURCES = join(import.meta.dirname, '..');

/** What turns a machine into a verdict; what makes machines and what prints verdicts is elsewhere. */
const PARTS = ['checker', 'machine', 'memory-models'];

/** Another one as soon as one of the files is another, whatever the version says. */
export async function engineFingerprint(): Promise<string> {
  const texts = PARTS.flatMap((part) => codeBelow(join(SOURCES, part)));
  const all = [packageVersion(), ...texts].join('\0');
  return contentHash(all);
}

function codeBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(js|ts)$/.test(name) && !name.endsWith('.d.ts'))
    .toSorted()
    .flatMap((name) => [name, readFileSync(join(directory, name), 'utf8')]);
}
