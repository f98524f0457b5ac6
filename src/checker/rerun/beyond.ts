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
  /** The search met a limit, so that more may be lost. */
  readonly limited: boolean;
}

export async function searchBeyond(
  machine: Machine,
  model: MemoryModel,
  interpreter: Interpreting,
  end: Way,
  options: CheckOptions,
): Promise<Beyond> {
  return explore(machine, model, async (system) => {
    const start = wordsAt(system, interpreter, end);
    const graph = await new Search(machine, new Begun(system, start), options).run();
    const can = reachableGoals(graph)[0] ?? 0;
    const lost = graph.goals.filter((_, index) => (can & (1 << index)) === 0);
    return { lost, limited: graph.limits.length > 0 };
  });
}

/** The explorer's state after the steps of a way. */
function wordsAt(system: TransitionSystem, interpreter: Interpreting, end: Way): Int32Array {
  const out = newSuccessors(system.words);
  let words = system.initial();
  for (const { by, state } of stepsTo(end)) {
    if (by === null) continue;
    const { mover, result } = by;
    const wanted = interpreter.snapshot(state);
    const next = successor(system, words, out, mover < 0 ? -1 - result.cpu : mover, wanted);
    if (next === null) throw new Error('the explorer has no such step as the interpreter took');
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
