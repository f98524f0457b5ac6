/** Why contexts cannot step: who waits for what, and who holds it. */
import { at, nodeAt } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Waiting } from '../result.ts';
import { Fault, resolve } from './evaluate.ts';
import { environment } from './state.ts';
import type { State } from './state.ts';
import { attempt, cpuOf, mayStep } from './step.ts';
import type { Prepared } from './step.ts';

/** One entry a context that is not done and cannot step. */
export function blockedOn(prepared: Prepared, state: State): readonly Waiting[] {
  return prepared.machine.contexts.flatMap((_, context) => {
    const waiting = waitingOf(prepared, state, context);
    return waiting === null ? [] : [waiting];
  });
}

function waitingOf(prepared: Prepared, state: State, context: number): Waiting | null {
  const { machine } = prepared;
  const program = at(machine.contexts, context);
  const standing = at(state.nodes, context);
  if (nodeAt(program, standing).kind === 'done') return null;
  const { outcomes, blocked } = attempt(prepared, state, context);
  if (outcomes.length > 0) return null;
  const node = blocked?.node ?? standing;
  const { site } = nodeAt(program, node);
  const common = { context: program.name, cpu: cpuOrZero(machine, state, context), site };
  if (!mayStep(prepared, state, context)) {
    return { ...common, on: 'guard', what: textOf(machine, program.site), holder: null };
  }
  const lock = lockAt(machine, blocked?.state ?? state, context, node);
  return lock === null
    ? { ...common, on: 'condition', what: textOf(machine, site), holder: null }
    : { ...common, on: 'lock', ...lock };
}

/** The lock word that the node finds taken, and the context that has it. */
function lockAt(
  machine: Machine,
  state: State,
  context: number,
  index: number,
): { readonly what: string; readonly holder: string | null } | null {
  const node = nodeAt(at(machine.contexts, context), index);
  if (node.kind !== 'rmw' && node.kind !== 'load') return null;
  const location = resolve(node.address, environment(state, context));
  const cell = at(machine.locations, location);
  const word = state.memory.latest(location);
  if (!cell.lock || word === 0) return null;
  return { what: cell.name, holder: machine.contexts[word - 1]?.name ?? null };
}

function cpuOrZero(machine: Machine, state: State, context: number): number {
  try {
    return cpuOf(machine, state, context);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return 0; // A context whose guard is false need not be bound to a CPU.
  }
}

function textOf(machine: Machine, site: number): string {
  return at(machine.sites, site).text;
}
