/** The shortest way on from where a walk stands to where something holds: breadth first, step by step. */
import { contentHash } from '../../machine/hash.ts';
import type { Interpreting } from '../reference/interpreting.ts';
import type { Way } from '../rerun/ways.ts';
import { after, choicesAt } from './hand-walk.ts';
import type { Choice } from './hand-walk.ts';

export interface Search {
  /** Whether a walk is there, given what can happen next. */
  readonly isThere: (way: Way, choices: readonly Choice[]) => boolean;
  /** Steps that may be taken on the way. */
  readonly may: (choice: Choice) => boolean;
  readonly seconds: number;
  readonly signal: AbortSignal | null;
}

export interface Nearest {
  /** null: there is none, or none was found. */
  readonly way: Way | null;
  /** Every state was looked at. */
  readonly complete: boolean;
  readonly states: number;
}

const BREATH_MS = 50;

/** Where the walk stands itself does not count: it goes on by a step at least, unless nobody can. */
export async function nearest(
  interpreter: Interpreting,
  start: Way,
  { isThere, may, seconds, signal }: Search,
): Promise<Nearest> {
  // A state's own spelling is long, under power above all: its hash is kept.
  const known = new Set([await contentHash(interpreter.key(start.state))]);
  const ways = [start];
  const started = performance.now();
  let breathed = started;
  for (const way of ways) {
    const now = performance.now();
    if (now - breathed > BREATH_MS) {
      breathed = now;
      await new Promise(setImmediate);
    }
    if (signal?.aborted === true || now - started > seconds * 1000) {
      return { way: null, complete: false, states: known.size };
    }
    const choices = choicesAt(interpreter, way);
    if (way !== start && isThere(way, choices)) return { way, complete: true, states: known.size };
    for (const choice of choices) {
      if (choice.result.kind === 'failure' || !may(choice)) continue;
      const then = after(way, choice);
      const key = await contentHash(interpreter.key(then.state));
      if (known.has(key)) continue;
      known.add(key);
      ways.push(then);
    }
  }
  return { way: null, complete: true, states: known.size };
}
