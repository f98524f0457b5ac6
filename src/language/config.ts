/** `kcheck.config.ts`: what `kcheck check` does where its command line says nothing. */
import { refuse, suggestion } from './errors.ts';
import { describe } from './staging/cells.ts';

export interface Config {
  /** Spec files, or directories that have them; `['specs']` unless given. */
  readonly specs?: readonly string[];
  /** How many runs are explored at a time. */
  readonly workers?: number;
  /** As `--reporter` takes them: `text`, `junit=kcheck.xml`. */
  readonly reporters?: readonly string[];
  /** Where verdicts are kept; false: nowhere. */
  readonly cache?: string | false;
}

/** What `kcheck.config.ts` exports by default. @throws KcheckError KC0131 */
export function defineConfig(config: Config): Config {
  return checked(config);
}

/** What a value must be, for a reader, and whether it is. */
type Rule = readonly [what: string, holds: (value: unknown) => boolean];

const RULES: Readonly<Record<keyof Config, Rule>> = {
  specs: ["a list of paths: ['specs']", isPaths],
  workers: ['a whole number above 0', (value) => Number.isSafeInteger(value) && Number(value) > 0],
  reporters: ["a list of reporters: ['text', 'junit=kcheck.xml']", isPaths],
  cache: ["a directory, or false: '.kcheck-cache'", (value) => value === false || isText(value)],
};

/** The value as a configuration, whoever made it. */
export function checked(value: unknown): Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const advice = 'Write export default defineConfig({ … }).';
    return refuse('KC0131', `the configuration is ${describe(value)}`, advice);
  }
  const names = Object.keys(RULES);
  for (const [name, each] of Object.entries(value)) {
    const rule = isRuled(name) ? RULES[name] : undefined;
    if (rule === undefined)
      return refuse('KC0131', `the configuration has no '${name}'`, suggestion(name, names));
    const [what, holds] = rule;
    if (!holds(each)) refuse('KC0131', `${name} is ${shown(each)}`, `It is ${what}.`);
  }
  return value;
}

/** A reader knows the value again, where it is short. */
function shown(value: unknown): string {
  const isPlain = Array.isArray(value) || isText(value) || typeof value === 'number';
  return isPlain ? JSON.stringify(value) : describe(value);
}

function isRuled(name: string): name is keyof Config {
  return Object.hasOwn(RULES, name);
}

function isPaths(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
