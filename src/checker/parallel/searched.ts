/** A search by as many threads as there may be; the result does not depend on how many there are. */
import type { Machine } from '../../machine/machine.ts';
import type { TransitionSystem } from '../../memory-models/memory-model.ts';
import type { CheckOptions } from '../options.ts';
import { Search } from '../search.ts';
import type { Exploration, SearchOptions } from '../search.ts';
import { spillingOf } from '../storage.ts';
import { FINGERPRINTS } from '../visited-states.ts';
import { expansionOf } from '../expansion.ts';
import { goalsOf } from '../goals.ts';
import { hasThreads } from './crew.ts';
import { OnlyAlone, Together } from './together.ts';
import type { Sharing } from './together.ts';

/** Then a search has taken some fifty milliseconds, as many as a thread takes to start. */
const KNOWN = 1 << 17;
const WAITING = 1 << 11;
const MOST_THREADS = 64;
/** The table that threads share says more than a search without edges asks: two threads are slower than one. */
const LEAST_WITHOUT_EDGES = 3;

export async function searched(
  machine: Machine,
  system: TransitionSystem,
  model: string,
  options: CheckOptions,
  wanted: Pick<SearchOptions, 'keepsEdges' | 'seeksLivelocks'> = {},
  sharing: Sharing = { threads: options.workers ?? 1, known: KNOWN, waiting: WAITING },
): Promise<Exploration> {
  const { threads, known } = sharing;
  const alone = (rest: CheckOptions): Promise<Exploration> =>
    new Search(machine, system, rest, wanted).run();
  const isSmall = options.maxStates !== null && options.maxStates < known;
  // Where no context has to finish, nothing is told of goals but by who asks states.
  const goals = wanted.seeksLivelocks === false ? [] : goalsOf(machine);
  const asksAlone = goals.length > 0 && goals.every(({ kind }) => kind === 'property');
  const tooFew = wanted.keepsEdges === false && threads < LEAST_WITHOUT_EDGES;
  if (
    threads === 1 ||
    tooFew ||
    isSmall ||
    asksAlone ||
    !hasThreads() ||
    system.leader === undefined
  ) {
    return alone(options);
  }
  const started = performance.now();
  try {
    return await together(machine, system, model, options, wanted, sharing);
  } catch (error) {
    if (!(error instanceof OnlyAlone)) throw error;
    return alone(lessTime(options, started));
  }
}

async function together(
  machine: Machine,
  system: TransitionSystem,
  model: string,
  options: CheckOptions,
  wanted: Pick<SearchOptions, 'keepsEdges' | 'seeksLivelocks'>,
  sharing: Sharing,
): Promise<Exploration> {
  let expansion: Together | null = null;
  const { keepsEdges: edges = true, seeksLivelocks: livelocks = true } = wanted;
  const threads = Math.min(sharing.threads, MOST_THREADS);
  const search = new Search(machine, system, options, {
    ...wanted,
    expansion: (asked) => {
      const leader = system.leader?.(asked, threads) ?? null;
      if (leader === null) return expansionOf(system, asked, spillingOf(options), FINGERPRINTS);
      const mostWaiting = spillingOf(options)?.mostBytes ?? Infinity;
      const limits = { ...sharing, threads, mostWaiting };
      const wishes = { edges, livelocks, asks: asked.looks !== 'none' };
      expansion = new Together(machine, system, model, wishes, leader, limits);
      return expansion;
    },
  });
  // What is assigned in a function is not seen here.
  const shared = (): Together | null => expansion;
  try {
    const first = await search.run();
    return (await shared()?.merged(first)) ?? first;
  } finally {
    await shared()?.end();
  }
}

/** What was spent in vain counts. */
function lessTime(options: CheckOptions, started: number): CheckOptions {
  const { secondsSpent = 0 } = options;
  return { ...options, secondsSpent: secondsSpent + (performance.now() - started) / 1000 };
}
