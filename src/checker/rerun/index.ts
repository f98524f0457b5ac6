/**
 * Executes a recorded trace again, in the machine of today: how far it fits, and what it comes to. The
 * plain interpreter alone says so, but for what must stay possible (a livelock): there the explorer
 * searches on from where the trace ends.
 */
import { KcheckError } from '../../errors.ts';
import type { Fairness } from '../../machine/fairness.ts';
import type { Machine } from '../../machine/machine.ts';
import type { MemoryModel } from '../../memory-models/memory-model.ts';
import { kept, lost } from '../failures.ts';
import { interpreterOf } from '../interpreter.ts';
import type { CheckOptions } from '../options.ts';
import { referenceModels } from '../reference/index.ts';
import type { Interpreting, StepResult } from '../reference/interpreting.ts';
import type { FailureKind, TraceEvent, TraceStep, Waiting } from '../result.ts';
import { searchBeyond } from './beyond.ts';
import { endsInStarvation } from './fair-cycle.ts';
import { stateFails, stepFails } from './fails.ts';
import type { Fails } from './fails.ts';
import { deedOf, deedsOf } from './recorded.ts';
import type { RecordedStep, RecordedTrace } from './recorded.ts';
import { shownSteps } from './shown.ts';
import { Follower, moverOf, stepsTo } from './ways.ts';
import type { Followed, Way } from './ways.ts';

/** The failure that the trace was recorded for; null: it was recorded by hand, for none. */
export interface Wanted {
  readonly kind: FailureKind;
  readonly property: string;
  /** Of a starvation: who starves. */
  readonly context: string | null;
  readonly fairness: Fairness | null;
}

/**
 * same: it still ends in that failure. other: in another one. passes: it fits and nothing fails. stops: it
 * does not fit. open: a limit was met before that was known.
 */
export type Outcome = 'same' | 'other' | 'passes' | 'stops' | 'open';

export interface Rerun {
  readonly outcome: Outcome;
  /** What was executed. */
  readonly steps: readonly TraceStep[];
  /** What fails where it ends. */
  readonly fails: Fails | null;
  /** Where it stops fitting. */
  readonly stop: Stop | null;
}

export interface Stop {
  readonly step: RecordedStep;
  /** The index of the event that cannot happen; null: all of them can, and the step then does more. */
  readonly event: number | null;
  readonly instead: Instead;
}

/** What the context does in place of what is recorded, from there on. */
export type Instead =
  | { readonly kind: 'absent' }
  | { readonly kind: 'finished' }
  | { readonly kind: 'waits'; readonly waiting: Waiting }
  | { readonly kind: 'steps'; readonly events: readonly TraceEvent[] }
  /** Of memory: it has no such step to take. */
  | { readonly kind: 'nothing' };

export async function rerun(
  machine: Machine,
  model: MemoryModel,
  trace: RecordedTrace,
  wanted: Wanted | null,
  options: CheckOptions,
): Promise<Rerun> {
  const reference = referenceModels.get(model.name);
  if (reference === undefined) {
    throw new KcheckError('KC0402', `the memory model ${model.name} has no plain interpreter`);
  }
  const interpreter = interpreterOf(machine, reference);
  const followed = new Follower(interpreter, trace.steps).run();
  const show = (way: Way): readonly TraceStep[] => shownSteps(interpreter, model.name, way);
  const search: SearchBeyond = async (ends) =>
    searchBeyond(machine, model, interpreter, ends, options);
  const ending = await endingOf(interpreter, followed, wanted, search);
  if (ending !== null) {
    return { outcome: ending.outcome, fails: ending.fails, steps: show(ending.way), stop: null };
  }
  const { farthest, stop: mark, capped } = followed;
  const way = mark === null ? null : shortest(atTheDeed(interpreter, farthest, mark.step));
  if (way === null || mark === null) throw new Error('a trace that neither ends nor stops');
  const outcome = capped ? 'open' : 'stops';
  const stop = stopOf(interpreter, way, mark);
  return { outcome, fails: null, steps: show(way), stop };
}

/** Where a counterexample of this very machine ends, as a way of the interpreter; null: nowhere. */
export function endOf(
  interpreter: Interpreting,
  steps: readonly RecordedStep[],
  { kind, property }: Pick<Wanted, 'kind' | 'property'>,
): Way | null {
  const { ends, failing } = new Follower(interpreter, steps).run();
  const wanted = { kind, property, context: null, fairness: null };
  const races = kind === 'race';
  const failed = failing.filter((way) => {
    const fails = stepFails(interpreter.machine, way);
    return fails !== null && isWanted(fails, wanted);
  });
  const broken = ends.filter(({ state }) =>
    stateFails(interpreter, state, { races }).some((fails) => isWanted(fails, wanted)),
  );
  const [some, ...others] = [[...failed, ...broken], ends].find((ways) => ways.length > 0) ?? [];
  if (some === undefined) return null;
  // Steps that do nothing may have been left out, or more of them taken; rather not.
  const exact = [some, ...others].find((way) => stepsTo(way).length === steps.length);
  return exact ?? some;
}

interface Ending {
  readonly outcome: Outcome;
  readonly way: Way;
  readonly fails: Fails | null;
}

type SearchBeyond = (ends: readonly Way[]) => ReturnType<typeof searchBeyond>;

/** null: the trace does not fit. The wanted failure counts wherever it can be had; then any other. */
async function endingOf(
  interpreter: Interpreting,
  { ends, failing, early, capped }: Followed,
  wanted: Wanted | null,
  search: SearchBeyond,
): Promise<Ending | null> {
  const { machine } = interpreter;
  const met: (Omit<Ending, 'outcome'> & { readonly fails: Fails })[] = [];
  for (const way of [...failing, ...early]) {
    const fails = stepFails(machine, way);
    if (fails !== null) met.push({ way, fails });
  }
  for (const way of ends) {
    const races = wanted === null || wanted.kind === 'race';
    met.push(...stateFails(interpreter, way.state, { races }).map((fails) => ({ way, fails })));
  }
  const same = met.find(({ fails }) => isWanted(fails, wanted));
  if (same !== undefined) return { outcome: 'same', ...same };
  const kept = await lastingEnding(interpreter, ends, wanted, search);
  if (kept !== null) return kept;
  const [other] = met;
  if (other !== undefined) return { outcome: 'other', ...other };
  const way = shortest(ends);
  return way === null ? null : { outcome: capped ? 'open' : 'passes', way, fails: null };
}

/** Failures that no state has by itself. */
async function lastingEnding(
  interpreter: Interpreting,
  ends: readonly Way[],
  wanted: Wanted | null,
  search: SearchBeyond,
): Promise<Ending | null> {
  if (ends.length === 0 || wanted === null) return null;
  if (wanted.kind === 'starvation') return starving(interpreter, ends, wanted);
  return wanted.kind === 'livelock' ? trapped(interpreter, ends, wanted, search) : null;
}

function starving(
  interpreter: Interpreting,
  ends: readonly Way[],
  { context, fairness }: Wanted,
): Ending | null {
  const starved = interpreter.machine.contexts.findIndex(({ name }) => name === context);
  if (starved < 0 || fairness === null) return null;
  const way = ends.find((end) => endsInStarvation(interpreter, end, starved, fairness));
  if (way === undefined) return null;
  const message = `${context ?? ''} need never get on under ${fairness} fairness`;
  const fails = { kind: 'starvation', property: 'starvation', message, waiting: [] } as const;
  return { outcome: 'same', way, fails };
}

async function trapped(
  interpreter: Interpreting,
  ends: readonly Way[],
  wanted: Wanted,
  search: SearchBeyond,
): Promise<Ending | null> {
  const { machine } = interpreter;
  const byLength = ends.toSorted((a, b) => stepsTo(a).length - stepsTo(b).length);
  const { lost: goals, limited, way: begun } = await search(byLength);
  const way = begun ?? byLength[0];
  if (way === undefined) return null;
  const waiting = kept(machine, { interpreter, state: way.state });
  const traps = goals.map((goal) => ({ ...lost(machine, goal), waiting }));
  const same = traps.find((fails) => isWanted(fails, wanted));
  if (same !== undefined) return { outcome: 'same', way, fails: same };
  if (limited) return { outcome: 'open', way, fails: null };
  const [other] = traps;
  return other === undefined ? null : { outcome: 'other', way, fails: other };
}

/** An invariant that cannot be evaluated is told as an error of its name. */
function isWanted({ kind, property }: Fails, wanted: Wanted | null): boolean {
  if (property !== wanted?.property) return false;
  return kind === wanted.kind || wanted.kind === 'error';
}

/** Ways on which who is to step has no more to do before the deed that is to come; all, if there is none. */
function atTheDeed(
  interpreter: Interpreting,
  ways: readonly Way[],
  step: RecordedStep,
): readonly Way[] {
  const { machine } = interpreter;
  const mover = moverOf(step, machine);
  if (mover === null || mover < 0) return ways;
  const ready = ways.filter(({ state }) =>
    interpreter.stepsOf(state, mover).every(({ events }) => deedsOf(events, machine).length > 0),
  );
  return ready.length > 0 ? ready : ways;
}

function stopOf(
  interpreter: Interpreting,
  way: Way,
  { step, event }: { readonly step: RecordedStep; readonly event: number },
): Stop {
  const { machine } = interpreter;
  const mover = moverOf(step, machine);
  if (mover === null) return { step, event, instead: { kind: 'absent' } };
  if (mover < 0) return { step, event, instead: { kind: 'nothing' } };
  const nearest = nearestOf(machine, interpreter.stepsOf(way.state, mover), step, event);
  if (nearest !== null) return { step, ...nearest };
  const waiting = interpreter.blockedOn(way.state).find(({ context }) => context === step.context);
  const instead: Instead =
    waiting === undefined ? { kind: 'finished' } : { kind: 'waits', waiting };
  return { step, event, instead };
}

/** Of the steps that can be taken the one that goes with what is recorded the longest, and where it leaves it. */
function nearestOf(
  machine: Machine,
  results: readonly StepResult[],
  { events }: RecordedStep,
  from: number,
): Pick<Stop, 'event' | 'instead'> | null {
  const wanted = events.flatMap((event, index) =>
    index < from || deedOf(event) === null ? [] : [{ index, deed: deedOf(event) }],
  );
  let best: { common: number; events: readonly TraceEvent[] } | null = null;
  for (const result of results) {
    const deeds = deedsOf(result.events, machine);
    const differs = deeds.findIndex((deed, index) => deed !== wanted[index]?.deed);
    const common = differs < 0 ? deeds.length : differs;
    if (best === null || common > best.common) best = { common, events: result.events };
  }
  if (best === null) return null;
  const rest = fromDeed(best.events, best.common, machine);
  const event = wanted[best.common]?.index ?? null;
  return { event, instead: { kind: 'steps', events: rest } };
}

/** The events behind so many deeds. */
function fromDeed(
  events: readonly TraceEvent[],
  count: number,
  machine: Machine,
): readonly TraceEvent[] {
  let passed = 0;
  const last = events.findIndex((event) => {
    passed += deedsOf([event], machine).length;
    return passed === count;
  });
  return count === 0 ? events : events.slice(last + 1);
}

function shortest(ways: readonly Way[]): Way | null {
  return ways.reduce<Way | null>(
    (best, way) => (best === null || stepsTo(way).length < stepsTo(best).length ? way : best),
    null,
  );
}
