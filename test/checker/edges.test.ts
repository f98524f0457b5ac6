/** What was appended is read: successors of random graphs, in sweeps and of states at random. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EdgeBlocks } from '../../src/checker/edges/blocks.ts';
import { Edges } from '../../src/checker/edges/edges.ts';
import { BLOCK } from '../../src/checker/edges/format.ts';
import { plainEdges } from '../../src/checker/edges/plain.ts';
import { EdgeReader } from '../../src/checker/edges/reader.ts';
import { sweepEdges } from '../../src/checker/edges/sweep.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 300);
const MOST_NUMBER = 2 ** 31 - 2;

type Graph = readonly (readonly number[])[];

/** Numbers given as they are met; some successors are states that were met before, near or far. */
function breadthFirst(
  states: number,
  degree: () => number,
  pick: (below: number) => number,
): Graph {
  const graph: number[][] = [];
  let known = 1;
  for (let state = 0; state < states; state++) {
    graph.push(
      Array.from({ length: degree() }, () => {
        const kind = pick(4);
        if (kind === 0) return known++;
        if (kind === 1) return state;
        return kind === 2 ? pick(known) : Math.max(0, known - 1 - pick(40));
      }),
    );
  }
  return graph;
}

const random = fc
  .record({ states: fc.integer({ min: 0, max: 700 }), seed: fc.infiniteStream(fc.nat()) })
  .chain(({ states, seed }) => {
    const draw = (below: number): number => (seed.next().value ?? 0) % below;
    return fc.constantFrom(
      breadthFirst(states, () => draw(7), draw),
      // The same number of successors each.
      breadthFirst(states, () => 5, draw),
      // Few have any.
      breadthFirst(states, () => (draw(9) === 0 ? draw(3) : 0), draw),
    );
  });

const successor = fc.oneof(
  fc.nat(MOST_NUMBER),
  fc.nat(200),
  fc.integer({ min: MOST_NUMBER - 200, max: MOST_NUMBER }),
  ...[6, 14, 22, 30].map((bits) =>
    fc.integer({ min: 2 ** (bits - 1) - 3, max: 2 ** (bits - 1) + 3 }),
  ),
);

/** Any numbers at all, and now and then a great many successors. */
const arbitrary: fc.Arbitrary<Graph> = fc.array(
  fc.oneof(
    { arbitrary: fc.array(successor, { maxLength: 9 }), weight: 30 },
    { arbitrary: fc.array(successor, { minLength: 250, maxLength: 700, size: 'max' }), weight: 1 },
  ),
  { maxLength: 3 * BLOCK, size: 'max' },
);

/** In batches of some states; of each batch part of the edges comes before it is told which are whose. */
function append(edges: Edges, graph: Graph, batch: number, before: number, counter = 0): number {
  let next = counter;
  for (let first = 0; first < graph.length; first += batch) {
    const states = graph.slice(first, first + batch);
    const words = Int32Array.from(states.flat());
    const early = Math.min(before, words.length);
    edges.appendAll(words, 0, early);
    const counters = states.map(({ length }) => (next += length) - length);
    edges.appendStates(Int32Array.from(counters), 0, counters.length);
    edges.appendAll(words, early, words.length - early);
  }
  return next;
}

function appended(graph: Graph, batch: number, before: number, mostWaiting: number): Edges {
  const edges = new Edges(0, mostWaiting);
  append(edges, graph, batch, before);
  return edges;
}

/** As sweeps read blocks: downwards, and no more columns than are needed. */
function sweptDown(reader: EdgeReader, isEnough: (successor: number) => boolean): Graph {
  const graph: number[][] = [];
  for (let block = reader.length - 1; block >= 0; block--) {
    for (let i = reader.count(block) - 1; i >= 0; i--) {
      reader.open(block);
      const successors: number[] = [];
      for (let k = 0; k < (reader.words[i] ?? 0); k++) {
        if (k >= reader.read) reader.readTo(k);
        const successor = reader.words[reader.columns + k * BLOCK + i] ?? -1;
        successors.push(successor);
        if (isEnough(successor)) break;
      }
      graph.unshift(successors);
    }
  }
  return graph;
}

/** The goals that can be reached where a state meets one bit, by the definition. */
function reachable(graph: Graph, met: Int32Array): Int32Array {
  const can = met.slice();
  for (let changed = true; changed;) {
    changed = false;
    graph.forEach((successors, state) => {
      const before = can[state] ?? 0;
      const now = successors.reduce((sum, to) => sum | (can[to] ?? 0), before);
      changed ||= now !== before;
      can[state] = now;
    });
  }
  return can;
}

test.each([
  ['breadth first', random],
  ['any', arbitrary],
])('successors are as they were appended: %s', (_, graphs) => {
  const property = fc.property(
    graphs,
    fc.integer({ min: 1, max: 600 }),
    fc.nat(2000),
    fc.constantFrom(0, 700, 2 ** 20),
    fc.infiniteStream(fc.nat()),
    (graph, batch, before, mostWaiting, order) => {
      const edges = appended(graph, batch, before, mostWaiting);
      expect([edges.states, edges.length]).toEqual([graph.length, graph.flat().length]);
      const { waiting } = edges.reader;
      expect(waiting.base + waiting.count).toBe(graph.length);
      expect(waiting.base > 0).toBe(edges.reader.length > 0);
      if (graph.flat().length <= mostWaiting) expect(waiting.base).toBe(0);
      const written = graph.slice(0, waiting.base);
      expect(sweptDown(edges.reader, () => false)).toEqual(written);
      const isOdd = (successor: number): boolean => successor % 2 === 1;
      expect(sweptDown(edges.reader, isOdd)).toEqual(
        written.map((all) => all.slice(0, all.findIndex(isOdd) + 1 || all.length + 1)),
      );
      const plain = plainEdges(edges);
      expect([...plain.edges]).toEqual(graph.flat());
      expect(plain.edgesFrom[graph.length]).toBe(edges.length);
      for (let i = 0; i < Math.min(50, graph.length); i++) {
        const state = (order.next().value ?? 0) % graph.length;
        expect([...edges.reader.successorsOf(state)]).toEqual(graph[state]);
      }
    },
  );
  fc.assert(property, { numRuns: RUNS });
});

test('segments of successive states are read in another thread as well', () => {
  const segments = fc.array(fc.record({ gap: fc.nat(3), graph: fc.oneof(random, arbitrary) }), {
    maxLength: 5,
  });
  const batches = fc.integer({ min: 1, max: 600 });
  const property = fc.property(segments, fc.nat(2 ** 32 - 1), batches, (parts, counter, batch) => {
    const edges = new Edges(counter);
    const firsts: number[] = [];
    let first = 7;
    let next = counter;
    for (const { gap, graph } of parts) {
      first += gap;
      firsts.push(first);
      edges.startAt(first);
      next = append(edges, graph, batch, 3, next);
      first += graph.length;
    }
    edges.finish();
    const reader = new EdgeReader(new EdgeBlocks(structuredClone(edges.blocks.sent)));
    const read = new Map<number, readonly number[]>();
    let before = counter | 0;
    for (let block = 0; block < reader.length; block++) {
      expect(reader.counter(block)).toBe(before);
      for (let i = 0; i < reader.count(block); i++) {
        const successors = reader.successors(block, i);
        read.set(reader.base(block) + i, successors);
        before = (before + successors.length) | 0;
      }
    }
    const wanted = parts.flatMap(({ graph }, part) =>
      graph.map((successors, i) => [(firsts[part] ?? 0) + i, successors] as const),
    );
    expect([...read]).toEqual(wanted);
  });
  fc.assert(property, { numRuns: RUNS / 5 });
});

test('sweeps find what can be reached', () => {
  const most = fc.constantFrom(0, 500, 2 ** 20);
  const property = fc.property(random, most, fc.infiniteStream(fc.nat()), (graph, some, stream) => {
    const edges = appended(graph, 512, 0, some);
    const known = 1 + graph.flat().reduce((max, to) => Math.max(max, to), graph.length);
    const met = Int32Array.from({ length: known }, () => {
      const goal = (stream.next().value ?? 0) % 40;
      return goal < 3 ? 1 << goal : 0;
    });
    const can = met.slice();
    const sum = { lacking: 0, changed: true };
    while (sum.changed) {
      sum.changed = false;
      sum.lacking = 0;
      sweepEdges(edges.reader, can, 7, sum);
    }
    const wanted = reachable(graph, met);
    expect(can).toEqual(wanted);
    const lacking = graph.filter((_, state) => ((wanted[state] ?? 0) & 7) !== 7);
    expect(sum.lacking).toBe(lacking.length);
  });
  fc.assert(property, { numRuns: RUNS / 3 });
});

test('what is appended while others read is read by the next', () => {
  const edges = new Edges(0, 600);
  for (let state = 0; state < 1000; state++) {
    edges.appendState();
    for (let k = 0; k <= state % 3; k++) edges.append(state + k);
    expect(edges.reader.successorsOf(state)).toHaveLength(1 + (state % 3));
    expect(edges.reader.successorsOf(state >> 1)[0]).toBe(state >> 1);
  }
});
