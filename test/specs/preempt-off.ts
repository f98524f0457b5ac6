/**
 * The longest sections with preemption off, over every schedule: what of the task itself is in one,
 * and how often it stands still there for another CPU.
 *
 * Every state is explored together with what the section that it is in has come to so far. A section
 * has an end in each schedule in which nobody waits for ever, so these figures have a maximum.
 */
import { interpreterOf } from '../../src/checker/interpreter.ts';
import { scReference } from '../../src/checker/reference/sc.ts';
import type { Interpreting, StateView } from '../../src/checker/reference/interpreting.ts';
import type { Machine } from '../../src/machine/machine.ts';

export interface Section {
  /** Steps of the task, the one that turns preemption on again included. */
  readonly steps: number;
  /** Those of them that had to wait for another CPU first. */
  readonly waits: number;
}

interface Visit {
  readonly state: StateView;
  readonly section: Section;
  /** The task has stood still since its last step. */
  readonly waiting: boolean;
}

const NONE: Section = { steps: 0, waits: 0 };

/** The longest section of the task; null if it has none. */
export function longestSection(machine: Machine, task: string): Section | null {
  const interpreter = interpreterOf(machine, scReference);
  const context = machine.contexts.findIndex(({ name }) => name === task);
  let longest = NONE;
  const seen = new Set<string>();
  const work: Visit[] = [{ state: interpreter.initialState(), section: NONE, waiting: false }];
  for (let visit = work.pop(); visit !== undefined; visit = work.pop()) {
    const key = `${interpreter.key(visit.state)} ${JSON.stringify([visit.section, visit.waiting])}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const { section } = visit;
    longest = {
      steps: Math.max(longest.steps, section.steps),
      waits: Math.max(longest.waits, section.waits),
    };
    work.push(...visitsAfter(interpreter, visit, task, context));
  }
  return longest.steps === 0 ? null : longest;
}

function visitsAfter(
  interpreter: Interpreting,
  { state, section, waiting }: Visit,
  task: string,
  context: number,
): Visit[] {
  const inside = hasPreemptionOff(interpreter.machine, state, task);
  const stands = inside && (waiting || standsStill(interpreter, state, task, context));
  return interpreter.machine.contexts.flatMap((_, stepping) =>
    interpreter.stepsOf(state, stepping).flatMap((outcome): Visit[] => {
      if (outcome.kind !== 'state') return [];
      if (!inside) return [{ state: outcome.state, section: NONE, waiting: false }];
      if (stepping !== context) return [{ state: outcome.state, section, waiting: stands }];
      const next = { steps: section.steps + 1, waits: section.waits + (stands ? 1 : 0) };
      return [{ state: outcome.state, section: next, waiting: false }];
    }),
  );
}

function hasPreemptionOff(machine: Machine, state: StateView, task: string): boolean {
  return machine.ghosts.some(({ name }, i) => {
    const cpu = /^(.*)\.preempt_off$/.exec(name)?.[1];
    return cpu !== undefined && state.ghosts[i] === 1 && currentOn(machine, state, cpu) === task;
  });
}

function currentOn(machine: Machine, state: StateView, cpu: string): string | null {
  const index = machine.ghosts.findIndex(({ name }) => name === `${cpu}.current`);
  const current = state.ghosts[index] ?? 0;
  const tasks = machine.contexts.filter(({ liveness }) => liveness === 'done');
  return tasks[current - 1]?.name ?? null;
}

/** Not because an interrupt handler has the CPU. */
function standsStill(
  interpreter: Interpreting,
  state: StateView,
  task: string,
  index: number,
): boolean {
  if (interpreter.stepsOf(state, index).length > 0) return false;
  const blocked = interpreter.blockedOn(state).find(({ context }) => context === task);
  return blocked?.on === 'condition';
}
