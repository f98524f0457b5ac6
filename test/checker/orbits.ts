/**
 * The orbits of a machine's states, by force: all states, each spelt as a reader sees it, and renamed as
 * the symmetry says, cell by cell. Shares nothing with how the explorer finds the least image.
 */
import { at } from '../../src/machine/graph.ts';
import { mapped } from '../../src/machine/symmetry/automorphism.ts';
import type { Automorphism } from '../../src/machine/symmetry/automorphism.ts';
import { newSuccessors } from '../../src/memory-models/memory-model.ts';
import type { Snapshot, TransitionSystem } from '../../src/memory-models/memory-model.ts';

/** How many orbits the reachable states belong to; null: more than `most` states. */
export function countOrbits(
  system: TransitionSystem,
  elements: readonly Automorphism[],
  most: number,
): { readonly states: number; readonly orbits: number } | null {
  const known = new Set<string>();
  const orbits = new Set<string>();
  const waiting: Int32Array[] = [];
  const out = newSuccessors(system.words);
  const find = (state: Int32Array): void => {
    const key = state.join();
    if (known.has(key)) return;
    known.add(key);
    waiting.push(state);
    const snapshot = system.decode(state, 0);
    orbits.add(leastOf(elements.map((element) => JSON.stringify(image(snapshot, element)))));
  };
  find(system.initial());
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    if (known.size > most) return null;
    system.expand(state, 0, out);
    for (let k = 0; k < out.count; k++) {
      if (out.failedAt[k] !== 0) continue;
      find(out.states.slice(k * system.words, (k + 1) * system.words));
    }
  }
  return { states: known.size, orbits: orbits.size };
}

function leastOf(texts: readonly string[]): string {
  return texts.reduce((least, text) => (text < least ? text : least));
}

function image(state: Snapshot, by: Automorphism): unknown {
  const nodes: number[] = [];
  const registers: (number | null)[][] = [];
  by.contexts.forEach((to, context) => {
    nodes[to] = at(at(by.nodes, context), at(state.nodes, context));
    const own = at(state.registers, context);
    const renamed: (number | null)[] = own.map(() => null);
    own.forEach((value, register) => {
      const place = at(at(by.registers, context), register);
      if (value === null || place < 0) return;
      renamed[place] = mapped(at(at(by.registerValues, context), register), value);
    });
    registers[to] = renamed;
  });
  const memory: number[] = [];
  by.locations.forEach((to, location) => {
    memory[to] = mapped(at(by.locationValues, location), at(state.memory, location));
  });
  const ghosts: number[] = [];
  by.ghosts.forEach((to, ghost) => {
    ghosts[to] = mapped(at(by.ghostValues, ghost), at(state.ghosts, ghost));
  });
  return { nodes, registers, memory, ghosts, pending: pendingImage(state.pending, by) };
}

/** Buffers by CPU, each `location=value,…`. */
function pendingImage(pending: string, by: Automorphism): readonly string[] {
  if (pending === '') return [];
  const buffers: string[] = [];
  pending.split('|').forEach((buffer, cpu) => {
    const entries = buffer === '' ? [] : buffer.split(',');
    const renamed = entries.map((entry) => {
      const [location = 0, value = 0] = entry.split('=').map(Number);
      const to = at(by.locations, location);
      return `${to}=${mapped(at(by.locationValues, location), value)}`;
    });
    buffers[at(by.cpus, cpu)] = renamed.join(',');
  });
  return buffers;
}
