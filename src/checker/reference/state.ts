/** A state of the plain interpreter: plain values, never changed, only replaced. */
import { at } from '../../machine/graph.ts';
import type { Environment } from './evaluate.ts';
import type { ReferenceMemory } from './memory.ts';

export interface State {
  /** The node at which each context stands. */
  readonly nodes: readonly number[];
  readonly registers: readonly (readonly number[])[];
  readonly ghosts: readonly number[];
  readonly memory: ReferenceMemory;
}

/** What a context's expressions see. */
export function environment(state: State, context: number): Environment {
  return { registers: at(state.registers, context), ghosts: state.ghosts };
}

export function moveTo(state: State, context: number, node: number): State {
  return { ...state, nodes: state.nodes.with(context, node) };
}

/** Registers of one context, all set at once. */
export function setRegisters(
  state: State,
  context: number,
  moves: readonly (readonly [register: number, value: number])[],
): State {
  const registers = [...at(state.registers, context)];
  for (const [register, value] of moves) registers[register] = value;
  return { ...state, registers: state.registers.with(context, registers) };
}

/** Two states are one if and only if their keys are. */
export function keyOf(state: State, locations: number): string {
  const memory = Array.from({ length: locations }, (_, location) => state.memory.latest(location));
  const { nodes, registers, ghosts } = state;
  return JSON.stringify([nodes, registers, ghosts, memory, state.memory.pending()]);
}
