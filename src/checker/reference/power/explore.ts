/** All final states of a machine under `power`, by naive search over canonical keys. */
import type { Machine } from '../../../machine/machine.ts';
import { isFinished, settle, visible } from './issue.ts';
import { canLoad, canStore, load, store, update } from './perform.ts';
import { initialState, threadAt, valueOf, type State } from './state.ts';

export interface PowerFinal {
  /** By context, its registers. */
  readonly registers: readonly (readonly number[])[];
  /** Coherence-latest values. */
  readonly memory: readonly number[];
}

export interface PowerFinals {
  readonly finals: readonly PowerFinal[];
  readonly states: number;
}

export function explorePower(machine: Machine): PowerFinals {
  const start = settle(initialState(machine), machine);
  const seen = new Set([JSON.stringify(start)]);
  const finals = new Map<string, PowerFinal>();
  const stack = [start];
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    if (isFinal(state, machine)) {
      const final = finalOf(state, machine);
      finals.set(JSON.stringify(final), final);
    }
    for (const next of successors(state, machine)) {
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      stack.push(next);
    }
  }
  return { finals: [...finals.values()], states: seen.size };
}

/**
 * A store that can be placed is placed before anything else happens: whoever comes later can still
 * take any place before it, and nobody has to read it.
 */
function successors(state: State, machine: Machine): State[] {
  for (const [cpu, thread] of state.threads.entries()) {
    const index = thread.accesses.findIndex(
      (access, at) => access.kind === 'store' && canStore(thread, at),
    );
    if (index >= 0) return store(state, cpu, index).map((next) => settle(next, machine));
  }
  return state.threads
    .flatMap((_, cpu) => stepsOf(state, machine, cpu))
    .map((next) => settle(next, machine));
}

function stepsOf(state: State, machine: Machine, cpu: number): State[] {
  const thread = threadAt(state, cpu);
  const steps = thread.accesses.flatMap((access, index) => {
    if (access.done) return [];
    if (access.kind === 'load') return canLoad(thread, index) ? load(state, cpu, index) : [];
    if (access.kind === 'store') return [];
    const ready = canLoad(thread, index) && canStore(thread, index);
    return ready ? update(state, machine, cpu, index) : [];
  });
  return [...steps, ...visible(state, machine, cpu)];
}

function isFinal(state: State, machine: Machine): boolean {
  return machine.contexts.every((context, cpu) => isFinished(context, threadAt(state, cpu)));
}

function finalOf(state: State, machine: Machine): PowerFinal {
  return {
    registers: state.threads.map((thread) =>
      thread.registers.map((register) => valueOf(thread, register) ?? 0),
    ),
    memory: machine.locations.map((_, l) => state.memory[l]?.at(-1)?.value ?? 0),
  };
}
