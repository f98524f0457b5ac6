/** How many bytes successors take, of the graphs that are measured; docs/performance.md has larger ones. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Edges } from '../../src/checker/edges/edges.ts';
import { reachableGoals } from '../../src/checker/livelock.ts';
import { Search } from '../../src/checker/search.ts';
import type { Exploration } from '../../src/checker/search.ts';
import { loadSpec } from '../../src/language/loader.ts';
import { systemOf } from './graphs.ts';
import { NO_LIMITS } from './options.ts';

const SPECS = join(import.meta.dirname, '../../bench/specs');

async function graphOf(
  file: string,
  version: string,
  parameters: Readonly<Record<string, number>>,
  model: string,
): Promise<Exploration> {
  const spec = loadSpec(join(SPECS, `${file}.ts`));
  const machine = spec.machine(spec.parameters(version, '', parameters));
  return new Search(machine, systemOf(machine, model), NO_LIMITS).run();
}

/** The same edges, all of them in blocks. */
function written({ edges }: Exploration): Edges {
  const blocks = new Edges(0, 0);
  for (let state = 0; state < edges.states; state++) {
    blocks.appendState();
    for (const successor of edges.reader.successorsOf(state)) blocks.append(successor);
  }
  blocks.finish();
  return blocks;
}

test.each([
  ['cid-pool', 'pool', { n: 4 }, 'sc', 1.3],
  ['test-and-set', 'counter', { n: 5, k: 6 }, 'sc', 0.8],
  ['philosophers', 'deadlock', { n: 10 }, 'sc', 1.2],
  ['wide', 'counters', { n: 5, k: 10 }, 'sc', 0.4],
  ['filter-lock', 'bare', { n: 4 }, 'sc', 1.6],
] as const)(
  '%s: %s, as words 4 bytes an edge and 4 a state',
  async (file, version, parameters, model, most) => {
    const graph = await graphOf(file, version, parameters, model);
    const blocks = written(graph);
    expect(blocks.length).toBe(graph.edges.length);
    expect(blocks.blocks.bytes / blocks.length).toBeLessThan(most);
    // What is decided of the graph is the same.
    expect(reachableGoals({ ...graph, edges: blocks })).toEqual(reachableGoals(graph));
  },
);
