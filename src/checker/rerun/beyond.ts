/**
 * Whether what must stay possible can still be reached from where a trace ends: the search of the
 * explorer, begun in that state.
 */
import type { Machine } from '../../machine/machine.ts';
import type {
  MemoryModel,
  Snapshot,
  Successors,
  TransitionSystem,
} from '../../memory-models/memory-model.ts';
import { newSuccessors } from '../../memory-models/memory-model.ts';
import { Begun } from '../begun.ts';
import { explore } from '../explore.ts';
import type { Goal } from '../goals.ts';
import { reachableGoals } from '../livelock.ts';
import type { CheckOptions } from '../options.ts';
import type { Interpreting } from '../reference/interpreting.ts';
import { Search } from '../search.ts';
import { stepsTo } from './ways.ts';
import type { Way } from './ways.ts';

export interface Beyond {
  /** What no path from there leads to. */
  readonly lost: readonly Goal[];
  /** The search met a limit, or had nowhere to begin, so that more may be lost. */
  readonly limited: boolean;
  /** Where it began. */
  readonly way: Way | null;
}

export async function searchBeyond(
  machine: Machine,
  model: MemoryModel,
  interpreter: Interpreting,
  ends: readonly Way[],
  options: CheckOptions,
): Promise<Beyond> {
  return explore(machine, model, async (system) => {
    for (const way of ends) {
      const start = wordsAt(system, interpreter, way);
      if (start === null) continue;
      const graph = await new Search(machine, new Begun(system, start), options).run();
      const can = reachableGoals(graph)[0] ?? 0;
      const lost = graph.goals.filter((_, index) => (can & (1 << index)) === 0);
      return { lost, limited: graph.limits.length > 0, way };
    }
    return { lost: [], limited: true, way: null };
  });
}

/**
 * The explorer's state after the steps of a way; null: it does not go that way. The interpreter puts off more
 * loads than the explorer, which leaves out what makes no difference.
 */
function wordsAt(system: TransitionSystem, interpreter: Interpreting, end: Way): Int32Array | null {
  const out = newSuccessors(system.words);
  let words = system.initial();
  for (const { by, state } of stepsTo(end)) {
    if (by === null) continue;
    const { mover, result } = by;
    const wanted = interpreter.snapshot(state);
    const next = successor(system, words, out, mover < 0 ? -1 - result.cpu : mover, wanted);
    if (next === null) return null;
    words = next;
  }
  return words;
}

function successor(
  system: TransitionSystem,
  words: Int32Array,
  out: Successors,
  context: number,
  wanted: Snapshot,
): Int32Array | null {
  const spelt = JSON.stringify(wanted);
  system.expand(words, 0, out);
  for (let k = 0; k < out.count; k++) {
    if (out.failedAt[k] !== 0 || out.context[k] !== context) continue;
    const at = k * system.words;
    if (JSON.stringify(system.decode(out.states, at)) === spelt) {
      return out.states.slice(at, at + system.words);
    }
  }
  return null;
}
