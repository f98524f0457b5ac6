/** The values of options, from the words of the command line. */
import { statSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { REDUCTIONS, orderedReductions } from '../checker/reductions.ts';
import type { Reduction } from '../checker/reductions.ts';
import { STRATEGIES } from '../checker/sim/strategy.ts';
import type { StrategyName } from '../checker/sim/strategy.ts';
import { FAIRNESSES } from '../machine/fairness.ts';
import type { Fairness } from '../machine/fairness.ts';
import { usageError } from './errors.ts';
import type { Shard } from './shard.ts';
import { suggestion } from './suggest.ts';

/** Collects `--model sc,tso --model power` into one list; `\,` is a comma of a name. */
export function names(value: string, before: readonly string[] | undefined): string[] {
  const parts = value.match(/(?:\\.|[^,\\]|\\$)+/g) ?? [];
  const plain = parts.map((part) => part.replaceAll(/\\([,\\])/g, '$1').trim());
  return [...(before ?? []), ...plain.filter((part) => part !== '')];
}

export function each(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export function positiveInteger(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

/** Megabytes; one array of bits holds no more. */
export function bitstate(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0 && number <= MOST_BITSTATE) return number;
  throw new InvalidArgumentError(`It must be a number of megabytes, ${MOST_BITSTATE} at most.`);
}

const MOST_BITSTATE = 8192;

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be a whole number, 0 or more.');
}

export function strategy(value: string): StrategyName {
  const found = STRATEGIES.find((each) => each === value);
  if (found !== undefined) return found;
  throw usageError('KC0021', `no strategy is named ${value}`, suggestion(value, STRATEGIES));
}

export function positiveNumber(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** Told before a search of hours finds out. */
export function folder(value: string): string {
  if (statSync(value, { throwIfNoEntry: false })?.isDirectory() === true) return value;
  throw usageError('KC0051', `${value} is no folder`, 'Create it, or name another.');
}

/** `2/4`: the second of four. */
export function shard(value: string): Shard {
  const [index = Number.NaN, count = Number.NaN, ...more] = value.split('/').map(Number);
  const isPart = Number.isSafeInteger(index) && index >= 1 && index <= count;
  if (isPart && Number.isSafeInteger(count) && more.length === 0) return { index, count };
  throw new InvalidArgumentError('It must be i/n, part i of n from 1, as in 2/4.');
}

const NONE = 'none';

export function fairnessOrNone(value: string): Fairness | typeof NONE {
  const known = [...FAIRNESSES, NONE] as const;
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw usageError('KC0016', `no fairness is named ${value}`, suggestion(value, known));
}

/** `por,symmetry`, `all` of them, or `none`; what is named later adds to what is named before. */
export function reductions(value: string, before: readonly Reduction[] = []): readonly Reduction[] {
  const known = ['none', 'all', ...REDUCTIONS];
  const asked = names(value, []).flatMap((word) => {
    if (!known.includes(word)) {
      throw usageError('KC0023', `no reduction is named ${word}`, suggestion(word, known));
    }
    return word === 'all' ? REDUCTIONS : REDUCTIONS.filter((reduction) => reduction === word);
  });
  return orderedReductions([...before, ...asked]);
}

export type ParameterValue = number | boolean | string;

/** `cpus=3 fixup=true name=x` as a record; later ones win. */
export function parameterValues(words: readonly string[]): Record<string, ParameterValue> {
  return Object.fromEntries(words.map(parameterValue));
}

function parameterValue(word: string): [string, ParameterValue] {
  const cut = word.indexOf('=');
  if (cut < 1) {
    const advice = 'Write -p name=value, as in -p cpus=3.';
    throw usageError('KC0008', `not a parameter: ${word}`, advice);
  }
  return [word.slice(0, cut), typedValue(word.slice(cut + 1))];
}

function typedValue(word: string): ParameterValue {
  if (word === 'true') return true;
  if (word === 'false') return false;
  return /^(-?\d+|0x[\da-fA-F]+)$/.test(word) ? Number(word) : word;
}
