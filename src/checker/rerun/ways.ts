/**
 * Follows a recorded trace through a machine that need not be the one that it was recorded of. Only
 * what the steps did counts: a step fits if its context's deeds are the next of the trace, however many of
 * them. So an edit that moves lines, adds a barrier or cuts a step in two leaves the trace as it is, and
 * one that makes a value impossible is where it stops. Steps that do nothing are taken or left out.
 *
 * What is recorded need not tell a memory model's outcomes apart (where a store went in coherence order), so
 * all that look alike are followed side by side.
 */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Interpreting, StateView, StepResult } from '../reference/interpreting.ts';
import { deedOf, deedsOf } from './recorded.ts';
import type { RecordedStep } from './recorded.ts';

/** A way in which the machine can have followed so far. */
export interface Way {
  readonly state: StateView;
  readonly before: Way | null;
  /** The step that led here, and who took it: a context, or -1 for memory; null at the start. */
  readonly by: { readonly mover: number; readonly result: StepResult } | null;
  /** How many marks it has passed. */
  readonly passed: number;
}

/** One deed of the trace; or a step that did nothing, which may be left out. */
interface Mark {
  readonly step: RecordedStep;
  readonly deed: string | null;
  /** The index of the deed's event in the step. */
  readonly event: number;
}

/** Ways that look alike at one place; of more, the first. */
const MOST_WAYS = 512;

export interface Followed {
  /** Ways past the last mark; of these, `failing` end in a step that fails. */
  readonly ends: readonly Way[];
  readonly failing: readonly Way[];
  /** Steps that fail before the trace is over. */
  readonly early: readonly Way[];
  /** If there are no ends: ways that came farthest, and the mark that none of them passes. */
  readonly farthest: readonly Way[];
  readonly stop: { readonly step: RecordedStep; readonly event: number } | null;
  /** More ways looked alike than were followed. */
  readonly capped: boolean;
}

export class Follower {
  readonly #interpreter: Interpreting;
  readonly #machine: Machine;
  readonly #marks: readonly Mark[];
  /** By number of marks passed, the ways by their states. */
  readonly #places: Map<string, Way>[] = [];
  readonly #failed: Way[] = [];
  #capped = false;

  constructor(interpreter: Interpreting, steps: readonly RecordedStep[]) {
    this.#interpreter = interpreter;
    this.#machine = interpreter.machine;
    this.#marks = steps.flatMap(marksOf);
    this.#add({ state: interpreter.initialState(), before: null, by: null, passed: 0 });
  }

  run(): Followed {
    for (let place = 0; place < this.#marks.length; place++) this.#pass(place);
    const ends = this.#idle(this.#at(this.#marks.length), this.#everybody());
    const isOver = ({ passed }: Way): boolean => passed === this.#marks.length;
    const last = this.#places.length - 1;
    const stop = this.#marks[last];
    return {
      ends,
      failing: this.#failed.filter(isOver),
      early: this.#failed.filter((way) => !isOver(way)),
      farthest: ends.length > 0 ? [] : this.#at(last),
      stop: ends.length > 0 || stop === undefined ? null : { step: stop.step, event: stop.event },
      capped: this.#capped,
    };
  }

  #pass(place: number): void {
    const mark = at(this.#marks, place);
    const mover = moverOf(mark.step, this.#machine);
    if (mover === null) return;
    for (const way of this.#idle(this.#at(place), mover < 0 ? [] : [mover])) {
      if (mark.deed === null) this.#add({ ...way, passed: place + 1 });
      else this.#step(way, mover);
    }
  }

  /** Of memory any CPU's step will do: CPUs are numbered anew as contexts come and go. */
  #step(way: Way, mover: number): void {
    for (const result of this.#outcomes(way, mover)) {
      const deeds = deedsOf(result.events, this.#machine);
      if (deeds.length > 0 && this.#fits(way.passed, mover, deeds)) {
        this.#take(way, mover, result, way.passed + deeds.length);
      }
    }
  }

  /** Whether these deeds of one mover are what comes next. */
  #fits(place: number, mover: number, deeds: readonly string[]): boolean {
    return deeds.every((deed, index) => {
      const mark = this.#marks[place + index];
      return mark?.deed === deed && moverOf(mark.step, this.#machine) === mover;
    });
  }

  #take(way: Way, mover: number, result: StepResult, passed: number): Way | null {
    const by = { mover, result };
    if (result.kind === 'state') return this.#add({ state: result.state, before: way, by, passed });
    this.#failed.push({ state: result.state ?? way.state, before: way, by, passed });
    return null;
  }

  /** These ways, and those on which the movers have besides taken steps that do nothing. */
  #idle(ways: readonly Way[], movers: readonly number[]): readonly Way[] {
    const all = [...ways];
    for (const way of all) {
      for (const mover of movers) {
        for (const result of this.#outcomes(way, mover)) {
          if (deedsOf(result.events, this.#machine).length > 0) continue;
          const next = this.#take(way, mover, result, way.passed);
          if (next !== null) all.push(next);
        }
      }
    }
    return all;
  }

  #everybody(): readonly number[] {
    return this.#machine.contexts.map((_, context) => context);
  }

  #outcomes({ state }: Way, mover: number): readonly StepResult[] {
    return mover < 0
      ? this.#interpreter.memorySteps(state)
      : this.#interpreter.stepsOf(state, mover);
  }

  #at(place: number): readonly Way[] {
    return [...(this.#places[place]?.values() ?? [])];
  }

  /** null: known already, or one too many. */
  #add(way: Way): Way | null {
    while (this.#places.length <= way.passed) this.#places.push(new Map());
    const place = at(this.#places, way.passed);
    const key = this.#interpreter.key(way.state);
    if (place.has(key)) return null;
    if (place.size >= MOST_WAYS) {
      this.#capped = true;
      return null;
    }
    place.set(key, way);
    return way;
  }
}

function marksOf(step: RecordedStep): readonly Mark[] {
  const marks = step.events.flatMap((event, index): readonly Mark[] => {
    const deed = deedOf(event);
    return deed === null ? [] : [{ step, deed, event: index }];
  });
  return marks.length > 0 ? marks : [{ step, deed: null, event: 0 }];
}

/** A context's index, -1 for memory; null: the machine has no such context. */
export function moverOf({ context }: RecordedStep, machine: Machine): number | null {
  if (context === '') return -1;
  const index = machine.contexts.findIndex(({ name }) => name === context);
  return index < 0 ? null : index;
}

/** The ways from the start to this one, without the start. */
export function stepsTo(way: Way): readonly Way[] {
  const ways: Way[] = [];
  for (let each: Way = way; each.before !== null; each = each.before) ways.unshift(each);
  return ways;
}
