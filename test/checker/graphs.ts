/** Graphs as values that can be compared. */
import { createHash } from 'node:crypto';
import { plainEdges } from '../../src/checker/edges/plain.ts';
import type { CheckOptions } from '../../src/checker/options.ts';
import { Search } from '../../src/checker/search.ts';
import type { Exploration, SearchOptions } from '../../src/checker/search.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel, TransitionSystem } from '../../src/memory-models/memory-model.ts';
import { NO_LIMITS } from './options.ts';

export function modelOf(name: string): MemoryModel {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(name);
  return model;
}

export function systemOf(machine: Machine, name: string): TransitionSystem {
  return modelOf(name).compile(machine);
}

export function graphOf(exploration: Exploration): unknown {
  const { edges, met, levels, states, transitions, violations } = exploration;
  const plain = plainEdges(edges);
  const digest = (words: Int32Array): string => createHash('sha256').update(words).digest('hex');
  return {
    edges: digest(plain.edges),
    edgesFrom: digest(plain.edgesFrom),
    met: digest(met.words.subarray(0, met.length)),
    levels,
    violations: violations.all,
    states: states.size,
    transitions,
  };
}

/** Whatever the search for races, coverage and traces take from an exploration. */
export async function everythingOf(
  machine: Machine,
  name: string,
  wanted: SearchOptions,
  options: CheckOptions = NO_LIMITS,
): Promise<unknown> {
  const system = systemOf(machine, name);
  const explored = await new Search(machine, system, options, wanted).run();
  return [graphOf(explored), system.seen, system.coverage];
}
