/**
 * Whether some schedule races, naively: every state with every history that leads to it. The oracle of
 * the explorer's search for races (checker/race-search.ts).
 *
 * Histories of loops have no end, so an access is left out that adds nothing: one that every CPU
 * knows of, and one that was repeated by its CPU, if whoever knows of the later one knows of it.
 */
import { at } from '../../machine/graph.ts';
import { liveRegisters } from '../../machine/liveness.ts';
import type { Machine } from '../../machine/machine.ts';
import { Interpreter } from '../interpreter.ts';
import type { View } from './happens-before.ts';
import type { ReferenceModel } from './memory.ts';
import type { Race } from './race.ts';
import type { State } from './state.ts';
import type { Granularity } from './step.ts';

/**
 * A race, or null; `past`: of those with an access that was made before, whatever could be next beside it.
 *
 * @throws RangeError beyond `maxStates`.
 */
export function exploreRaces(
  machine: Machine,
  model: ReferenceModel,
  { granularity = 'step', maxStates = 100_000, past = false }: RaceOptions = {},
): Race | null {
  const interpreter = new Interpreter(machine, model, granularity);
  const live = machine.contexts.map(liveRegisters);
  const key = (state: State): string => {
    const liveAt = (context: number): ReadonlySet<number> =>
      at(at(live, context), at(state.nodes, context));
    return `${interpreter.key(state)} ${historyKey(state, liveAt)}`;
  };
  const initial = interpreter.initialState();
  const known = new Set([key(initial)]);
  const states = [initial];
  for (const state of states) {
    const race = past ? interpreter.findRaceWithPast(state) : interpreter.findRace(state);
    if (race !== null) return race;
    const contexts = machine.contexts.flatMap((_, c) => interpreter.stepsOf(state, c));
    for (const outcome of [...contexts, ...interpreter.memorySteps(state)]) {
      if (outcome.kind !== 'state' || known.has(key(outcome.state))) continue;
      if (states.length >= maxStates) throw new RangeError(`more than ${maxStates} states`);
      known.add(key(outcome.state));
      states.push(outcome.state);
    }
  }
  return null;
}

export interface RaceOptions {
  readonly granularity?: Granularity;
  readonly maxStates?: number;
  readonly past?: boolean;
}

function historyKey({ memory }: State, live: (context: number) => ReadonlySet<number>): string {
  const { history } = memory;
  const views = [...history.views(live), ...memory.views()];
  const cpus = history.machine.cpus.map((_, cpu) => cpu);
  const tracked = history.events.flatMap((_, number) => {
    const everybody = cpus.every(
      (cpu) => history.knows(cpu, number, true) && history.knows(cpu, number, false),
    );
    return everybody || !history.canRace(number) ? [] : [number];
  });
  const kept = tracked.filter((number) => !tracked.some((later) => repeats(number, later)));
  return JSON.stringify([
    kept.map((number) => spelt(number)),
    views.map((view) => kept.flatMap((number, index) => (view.has(number) ? [index] : []))),
  ]);

  function spelt(number: number): string {
    const { cpu, location, write, plain } = at(history.events, number);
    return [cpu, location, write, plain].join(' ');
  }

  function repeats(number: number, later: number): boolean {
    return later > number && spelt(number) === spelt(later) && isKnownWith(number, later, views);
  }
}

function isKnownWith(number: number, later: number, views: readonly View[]): boolean {
  return views.every((view) => !view.has(later) || view.has(number));
}
