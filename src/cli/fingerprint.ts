/** A name for the parts of kcheck that a verdict on a machine depends on. */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
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

/**
 * A name for what turns a spec into a machine besides its files: all of kcheck, the libraries that read
 * a spec, the engine that runs it, and the locale that its functions may ask for.
 */
export async function stagingFingerprint(): Promise<string> {
  const texts = codeBelow(SOURCES);
  const libraries = ['@babel/core', '@babel/preset-typescript'].map(versionOf);
  const locale = LOCALE.map((name) => process.env[name] ?? '');
  const all = [packageVersion(), process.version, ...libraries, ...locale, ...texts];
  return contentHash(JSON.stringify([...all, SOURCES, process.execArgv]));
}

const LOCALE = ['LC_ALL', 'LC_MESSAGES', 'LANG', 'LANGUAGE', 'NODE_OPTIONS', 'NODE_ICU_DATA'];

function versionOf(library: string): string {
  const file = createRequire(import.meta.url).resolve(`${library}/package.json`);
  return readFileSync(file, 'utf8');
}

function codeBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(js|ts)$/.test(name) && !name.endsWith('.d.ts'))
    .toSorted()
    .flatMap((name) => [name, readFileSync(join(directory, name), 'utf8')]);
}
