/**
 * One function, run twice: as the JavaScript that it is, and as the machine that it is staged to. Each
 * argument is a model value or an ordinary one, as a mask says, so that ordinary and staged control
 * mix in every way.
 */
import { compileFunction } from 'node:vm';
import { loadSpecSource } from '../../src/language/loader.ts';
import { execute } from './execute.ts';
import type { LoadedSpec } from '../../src/language/loaded-spec.ts';

/** What a run does: every emitted value, then the returned one. */
export type Behaviour = readonly string[];

type Plain = (emit: (value: unknown) => void, ...args: readonly number[]) => unknown;

const NAMES = ['a', 'b', 'c'] as const;

/** `source` declares `function f(a, b, c)`, which may call `emit(value)`. */
export class BothWays {
  readonly #source: string;
  readonly #spec: LoadedSpec;
  readonly #plain: Plain;
  readonly #machines = new Map<string, ReturnType<LoadedSpec['machine']>>();

  constructor(source: string) {
    this.#source = source;
    this.#spec = loadSpecSource(specText(source), 'both-ways.ts');
    this.#plain = compileFunction(`'use strict'; ${source}; return f(a, b, c);`, [
      'emit',
      ...NAMES,
    ]) as Plain;
  }

  /** How the two differ, null if they do not. `model[i]`: whether argument i is a model value. */
  difference(args: readonly number[], model: readonly boolean[]): string | null {
    const [staged, plain] = [this.staged(args, model).join(), this.plain(args).join()];
    if (staged === plain) return null;
    const call = `f(${args.join(', ')}), model values: ${model.join(', ')}`;
    return `${this.#source}\n${call}\nJavaScript: ${plain}\nmachine:    ${staged.slice(0, 300)}`;
  }

  /** The first difference, whichever arguments are model values. */
  differenceInAnyMix(args: readonly number[]): string | null {
    for (let mask = 0; mask < 8; mask++) {
      const found = this.difference(args, mixOf(mask));
      if (found !== null) return found;
    }
    return null;
  }

  plain(args: readonly number[]): Behaviour {
    const seen: string[] = [];
    const emit = (value: unknown): void => void seen.push(spelt(value));
    const result = this.#plain(emit, ...args);
    return [...seen, `returns ${spelt(result)}`];
  }

  staged(args: readonly number[], model: readonly boolean[]): Behaviour {
    const ordinary = Object.fromEntries(NAMES.map((name, i) => [name, model[i] ? null : args[i]]));
    const key = JSON.stringify(ordinary);
    const machine = this.#machines.get(key) ?? this.#spec.machine(ordinary);
    this.#machines.set(key, machine);
    const inputs = Object.fromEntries(NAMES.map((name, i) => [`${name}_`, args[i] ?? 0]));
    const { stores, failure } = execute(machine, inputs);
    const seen = stores.map((store) =>
      store.replace(/^returned_\w+=/, 'returns ').replace(/^\w+=/, ''),
    );
    return failure === null ? seen : [...seen, failure];
  }
}

/** Bit i of the mask: whether argument i is a model value. */
export function mixOf(mask: number): readonly boolean[] {
  return [0, 1, 2].map((i) => ((mask >> i) & 1) === 1);
}

function spelt(value: unknown): string {
  if (value === undefined) return 'nothing';
  return String(Number(value) + 0);
}

function specText(source: string): string {
  return `
import { spec, shared, task, READ_ONCE, WRITE_ONCE } from 'kcheck';
export default spec({
  title: 'both ways',
  versions: { only: { a: 0, b: 0, c: 0 } },
  system({ a, b, c }) {
    const a_ = shared(0);
    const b_ = shared(0);
    const c_ = shared(0);
    const number = shared(0);
    const boolean = shared(false);
    const returned_number = shared(0);
    const returned_boolean = shared(false);
    const put = (numbers, booleans, value) => {
      if (typeof value === 'boolean') WRITE_ONCE(booleans, value);
      else WRITE_ONCE(numbers, value);
    };
    const emit = (value) => put(number, boolean, value);
    ${source}
    task('f', () => {
      const x = a === null ? READ_ONCE(a_) : a;
      const y = b === null ? READ_ONCE(b_) : b;
      const z = c === null ? READ_ONCE(c_) : c;
      put(returned_number, returned_boolean, f(x, y, z));
    });
  },
});
`;
}
