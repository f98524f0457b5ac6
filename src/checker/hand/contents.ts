/** What memory holds in a state of a walk, for a reader: values, and what the memory model keeps besides. */
import { at } from '../../machine/graph.ts';
import type { Machine, ValueType } from '../../machine/machine.ts';
import type { AccessRecord, Interpreting, StateView } from '../reference/interpreting.ts';

export interface Value {
  readonly name: string;
  readonly type: ValueType;
  readonly value: number | null;
}

/** Coherence-latest values of all locations, and the ghosts. */
export function valuesOf(
  machine: Machine,
  state: StateView,
): { readonly memory: readonly Value[]; readonly ghosts: readonly Value[] } {
  const memory = machine.locations.map(({ name, type }, index) => ({
    name,
    type,
    value: state.memory.latest(index),
  }));
  const ghosts = machine.ghosts.map(({ name, type }, index) => ({
    name,
    type,
    value: at(state.ghosts, index),
  }));
  return { memory, ghosts };
}

/** What a CPU has not brought to memory, or not yet had satisfied, oldest first. */
export interface Pending {
  readonly cpu: number;
  readonly kind: 'store' | 'load' | 'rmw';
  /** null: its address is not known yet. */
  readonly variable: Value | null;
}

export function pendingOf(interpreter: Interpreting, state: StateView): readonly Pending[] {
  const records = interpreter.accesses?.(state);
  return records === undefined
    ? bufferedIn(interpreter.machine, interpreter.snapshot(state).pending)
    : records.flatMap((accesses, cpu) => deferredIn(interpreter.machine, accesses, cpu));
}

/** `0=1,3=2|…`: by CPU, oldest entry first, each as location and value (tso). */
export function bufferedIn(machine: Machine, pending: string): readonly Pending[] {
  return pending.split('|').flatMap((buffer, cpu) =>
    buffer === ''
      ? []
      : buffer.split(',').map((entry) => {
          const [location = 0, value = 0] = entry.split('=').map(Number);
          const { name, type } = at(machine.locations, location);
          return { cpu, kind: 'store' as const, variable: { name, type, value } };
        }),
  );
}

function deferredIn(
  machine: Machine,
  accesses: readonly AccessRecord[],
  cpu: number,
): readonly Pending[] {
  return accesses
    .filter(({ done }) => !done)
    .map(({ kind, location, value }) => {
      const cell = location === null ? null : at(machine.locations, location);
      return { cpu, kind, variable: cell === null ? null : { ...cell, value } };
    });
}

/** The writes of a location in coherence order, the first one its initial value. */
export interface Coherence {
  readonly name: string;
  readonly writes: readonly (Value & { readonly cpu: number | null })[];
}

/** Only where a CPU can read what others have overwritten; else empty. */
export function coherenceOf(interpreter: Interpreting, state: StateView): readonly Coherence[] {
  const { machine } = interpreter;
  const records = interpreter.accesses?.(state) ?? [];
  return machine.locations.flatMap(({ name, type, initial }, location) => {
    const writes = records
      .flatMap((accesses, cpu) => accesses.map((access) => ({ ...access, cpu })))
      .filter((access) => access.location === location && access.kind !== 'load' && access.done)
      .filter((access) => access.position !== null && access.value !== null)
      .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
      .map(({ value, cpu }) => ({ name, type, value, cpu }));
    const first = { name, type, value: initial, cpu: null };
    return writes.length === 0 ? [] : [{ name, writes: [first, ...writes] }];
  });
}
