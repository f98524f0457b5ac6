/** Stretches of a body that a primitive runs in a way of its own: conditions, atomic regions. */
import { refuse } from '../errors.ts';
import { now } from './cells.ts';
import { outside } from './places.ts';
import type { Stage } from './stage.ts';

/** Stages an expression without steps: a condition that the machine evaluates by itself. */
export function pureSection(stage: Stage, primitive: string, run: () => unknown): unknown {
  const { position, region } = stage;
  const mark = stage.trail.length;
  const since = now();
  stage.position = { when: null };
  stage.region = {};
  let value: unknown;
  stage.guarded(() => {
    value = outside(run);
    return undefined;
  });
  if (!stage.position) refuseEndless(primitive);
  for (const cell of stage.trail.changes(mark).keys()) {
    if (cell.born <= since) refuseAssignment(primitive, cell.name);
  }
  stage.trail.undo(mark);
  stage.position = position;
  stage.region = region;
  return value;
}

function refuseEndless(primitive: string): never {
  return refuse(
    'KC0122',
    `the condition of ${primitive} never gives a value`,
    'Return one on every path.',
  );
}

function refuseAssignment(primitive: string, name: string): never {
  return refuse(
    'KC0122',
    `the condition of ${primitive} assigns '${name}'`,
    'A condition only reads: it is evaluated whenever the explorer wants to know whether it holds.',
  );
}
