/** A context's state machine as a drawing: straight runs of nodes are one block, blocks stand in layers. */
import { at } from '../graph.ts';
import { inLayers } from './layers.ts';
import type { Spot, Way } from './layers.ts';
import type { Chart, ChartNode, Edge } from './chart.ts';

/** A control-flow graph, laid out in characters and lines. */
export interface Layout {
  readonly name: string;
  readonly about: string;
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly LaidBlock[];
  readonly edges: readonly LaidEdge[];
}

export interface LaidBlock extends Spot {
  readonly width: number;
  readonly kind: 'branch' | 'done' | 'other';
  readonly lines: readonly {
    readonly node: number;
    readonly text: string;
    readonly place: string;
  }[];
}

export interface LaidEdge {
  readonly from: number;
  readonly to: number;
  readonly when: 'yes' | 'no' | null;
  readonly way: Way;
}

interface Block {
  readonly nodes: readonly ChartNode[];
  readonly edges: readonly Edge[];
}

export function layOut(chart: Chart): Layout {
  const blocks = blocksOf(chart);
  const first = new Map(blocks.map((block, index) => [block.nodes[0]?.index ?? -1, index]));
  const targets = blocks.map(({ edges }) =>
    edges.flatMap(({ to, when }) => {
      const target = first.get(to);
      return target === undefined ? [] : [{ target, when }];
    }),
  );
  const drawn = blocks.map(({ nodes }) => laidBlock(nodes));
  const boxes = drawn.map(({ width, lines }) => ({ width, lines: lines.length }));
  const layers = inLayers(
    boxes,
    targets.map((list) => list.map(({ target }) => target)),
  );
  const placed = drawn.map((block, index) => ({ ...block, ...at(layers.spots, index) }));
  const edges = targets.flatMap((list, from) =>
    list.map(({ target, when }): LaidEdge => ({
      from,
      to: target,
      when,
      way: layers.wayOf(from, target),
    })),
  );
  return {
    name: chart.name,
    about: chart.about,
    width: Math.max(0, ...placed.map(({ x, width }) => x + width)),
    height: Math.max(0, ...placed.map(({ y, lines }) => y + lines.length)),
    blocks: placed,
    edges,
  };
}

/** Straight runs; the entry's comes first. */
function blocksOf({ nodes, entry }: Chart): Block[] {
  const byIndex = new Map(nodes.map((node) => [node.index, node]));
  const entering = new Map<number, number>([[entry, 2]]);
  for (const { edges } of nodes) {
    for (const { to } of edges) entering.set(to, (entering.get(to) ?? 0) + 1);
  }
  const leads = (node: ChartNode): boolean => node.edges.length !== 1;
  const starts = new Set<number>([entry]);
  for (const node of nodes) {
    for (const { to } of node.edges) if (leads(node) || (entering.get(to) ?? 0) > 1) starts.add(to);
  }
  return [...starts].flatMap((start) => {
    const run: ChartNode[] = [];
    for (let node = byIndex.get(start); node !== undefined;) {
      run.push(node);
      const [only, other] = node.edges;
      if (only === undefined || other !== undefined || starts.has(only.to)) break;
      node = byIndex.get(only.to);
    }
    return run.length === 0 ? [] : [{ nodes: run, edges: run.at(-1)?.edges ?? [] }];
  });
}

/** Characters that a line may take. */
const MOST_WIDE = 64;

function laidBlock(nodes: readonly ChartNode[]): Omit<LaidBlock, keyof Spot> {
  const lines = nodes.map(({ index, text, place, atomic }) => {
    const words = `${atomic === 'rest' ? '. ' : ''}${text}`;
    return { node: index, text: clipped(words), place };
  });
  const width = Math.max(...lines.map(({ text }) => text.length)) + 2;
  return { width, kind: nodes.at(-1)?.kind ?? 'other', lines };
}

function clipped(text: string): string {
  return text.length <= MOST_WIDE ? text : `${text.slice(0, MOST_WIDE - 2)}..`;
}
