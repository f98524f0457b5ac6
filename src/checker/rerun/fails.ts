/** What a state fails by itself, and how a step does, judged by the plain interpreter alone. */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import { stuckWords } from '../failures.ts';
import { raceWords } from '../race-message.ts';
import type { Interpreting, StateView } from '../reference/interpreting.ts';
import type { FailureKind, Waiting } from '../result.ts';
import type { Way } from './ways.ts';

export interface Fails {
  readonly kind: FailureKind;
  readonly property: string;
  readonly message: string;
  readonly detail?: string;
  readonly sites?: readonly number[];
  readonly waiting: readonly Waiting[];
}

/** Of a step that fails. */
export function stepFails(machine: Machine, { by }: Way): Fails | null {
  if (by === null || by.result.kind !== 'failure') return null;
  const { kind, property, message } = by.result.failure;
  const who = by.mover < 0 ? 'memory' : at(machine.contexts, by.mover).name;
  return { kind, property, message: `${who}: ${message}`, waiting: [] };
}

/** All that a state fails, whatever led to it; a race only where it is asked for, for it costs most. */
export function stateFails(
  interpreter: Interpreting,
  state: StateView,
  { races }: { readonly races: boolean },
): readonly Fails[] {
  return [
    ...(races ? racing(interpreter, state) : []),
    ...propertyFails(interpreter, state),
    ...deadlocked(interpreter, state),
  ];
}

/** Nobody can step. */
export function isStuck(interpreter: Interpreting, state: StateView): boolean {
  return (
    interpreter.memorySteps(state).length === 0 &&
    interpreter.machine.contexts.every(
      (_, context) => interpreter.stepsOf(state, context).length === 0,
    )
  );
}

function racing(interpreter: Interpreting, state: StateView): readonly Fails[] {
  const race = interpreter.findRace(state);
  if (race === null) return [];
  const words = raceWords(interpreter.machine, race);
  return [{ kind: 'race', property: 'race', ...words, waiting: [] }];
}

function propertyFails(interpreter: Interpreting, state: StateView): readonly Fails[] {
  return interpreter.machine.properties.flatMap(({ kind, name }, index): readonly Fails[] => {
    const asked = kind === 'invariant' || (kind === 'final' && interpreter.isFinal(state));
    if (!asked || interpreter.evaluate(index, state) !== 0) return [];
    const where = kind === 'final' ? ' in a final state' : '';
    const message = `'${name}' does not hold${where}`;
    return [
      { kind: kind === 'final' ? 'final' : 'invariant', property: name, message, waiting: [] },
    ];
  });
}

function deadlocked(interpreter: Interpreting, state: StateView): readonly Fails[] {
  const { machine } = interpreter;
  const isUnsettled = machine.contexts.some(
    ({ liveness }, context) => liveness !== 'none' && !interpreter.settled(state, context),
  );
  if (!isUnsettled || !isStuck(interpreter, state)) return [];
  const message = `no context can step, ${stuckWords(machine, { interpreter, state })}`;
  const waiting = interpreter.blockedOn(state);
  return [{ kind: 'deadlock', property: 'deadlock', message, waiting }];
}
