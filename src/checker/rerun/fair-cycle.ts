/** Whether a way ends in a cycle that is fair, and in which a context never gets anywhere. */
import type { Fairness } from '../../machine/fairness.ts';
import type { Interpreting, StateView } from '../reference/interpreting.ts';
import { stepsTo } from './ways.ts';
import type { Way } from './ways.ts';

/** A context, or -1 - cpu for memory. */
type Agent = number;

/** docs/design/fairness.md: any cycle at the end of the way that is fair will do. */
export function endsInStarvation(
  interpreter: Interpreting,
  end: Way,
  starved: number,
  fairness: Fairness,
): boolean {
  const spell = (state: StateView): string => JSON.stringify(interpreter.snapshot(state));
  const last = spell(end.state);
  const steps = stepsTo(end);
  for (let from = steps.length - 1; from >= 0; from--) {
    const before = steps[from]?.before;
    if (before === null || before === undefined) return false;
    const cycle = steps.slice(from);
    if (cycle.some(({ state }) => interpreter.settled(state, starved))) return false;
    if (spell(before.state) === last && isFair(interpreter, cycle, fairness)) return true;
  }
  return false;
}

function isFair(interpreter: Interpreting, cycle: readonly Way[], fairness: Fairness): boolean {
  const stepping = new Set(cycle.map(agentOf));
  const enabled = cycle.map(({ state }) => agentsEnabled(interpreter, state));
  return [...new Set(enabled.flatMap((each) => [...each]))].every((agent) => {
    const isAlways = enabled.every((each) => each.has(agent));
    return stepping.has(agent) || (fairness === 'weak' && !isAlways);
  });
}

function agentOf({ by }: Way): Agent {
  if (by === null) return -1;
  return by.mover < 0 ? -1 - by.result.cpu : by.mover;
}

function agentsEnabled(interpreter: Interpreting, state: StateView): ReadonlySet<Agent> {
  const contexts = interpreter.machine.contexts.flatMap((_, context) =>
    interpreter.stepsOf(state, context).length > 0 ? [context] : [],
  );
  return new Set([...contexts, ...interpreter.memorySteps(state).map(({ cpu }) => -1 - cpu)]);
}
