/** A way as the steps of a trace. */
import { at, nodeAt } from '../../machine/graph.ts';
import { withEffects } from '../effects/index.ts';
import type { Interpreting, StateView } from '../reference/interpreting.ts';
import type { TraceEvent, TraceStep } from '../result.ts';
import { stepsTo } from './ways.ts';
import type { Way } from './ways.ts';

/** With what memory did. */
export function shownSteps(
  interpreter: Interpreting,
  model: string,
  way: Way,
): readonly TraceStep[] {
  const taken = stepsTo(way);
  const states = [interpreter.initialState()];
  const steps = taken.flatMap(({ before, by, state }, index): readonly TraceStep[] => {
    if (before === null || by === null) return [];
    const { mover, result } = by;
    if (result.kind === 'state' || result.state !== undefined) states.push(state);
    return [
      {
        step: index + 1,
        cpu: result.cpu,
        context: mover < 0 ? '' : at(interpreter.machine.contexts, mover).name,
        events: shownEvents(interpreter, before.state, mover, result.events),
      },
    ];
  });
  return withEffects(interpreter.machine, model, interpreter, steps, states);
}

/** Of a step in which nothing happened that a reader would see: where it began. */
export function shownEvents(
  { machine }: Interpreting,
  before: StateView,
  mover: number,
  events: readonly TraceEvent[],
): readonly TraceEvent[] {
  if (events.length > 0 || mover < 0) return events;
  const node = at(before.nodes, mover);
  const { site } = nodeAt(at(machine.contexts, mover), node);
  const nothing = { variable: null, before: null, after: null, choice: null };
  return [{ kind: 'local', node, site, primitive: '', ...nothing, note: '' }];
}
