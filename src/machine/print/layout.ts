/**
 * A context's state machine as a drawing: straight runs of nodes are one block, blocks stand in layers,
 * each below all that lead to it but for the edges that close a loop. Coordinates are characters and
 * lines. Layers by longest path, order within one by where their predecessors stand (Sugiyama's method
 * with one sweep), which is enough for the graphs that structured code makes.
 */
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

export interface LaidBlock {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Where its layer ends: between that and the next nothing stands. */
  readonly bottom: number;
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
  /** back: it goes up, part of a loop. far: past a layer. */
  readonly way: 'near' | 'far' | 'back';
}

interface Block {
  readonly nodes: readonly ChartNode[];
  readonly edges: readonly Edge[];
}

interface Placed extends Block {
  layer: number;
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
  const back = backEdges(targets);
  const placed = layered(blocks, targets, back);
  const drawn = positioned(placed, targets, back);
  const edges = targets.flatMap((list, from) =>
    list.map(({ target, when }): LaidEdge => {
      const layers = (placed[target]?.layer ?? 0) - (placed[from]?.layer ?? 0);
      const way = back.has(`${from} ${target}`) ? 'back' : layers > 1 ? 'far' : 'near';
      return { from, to: target, when, way };
    }),
  );
  return {
    name: chart.name,
    about: chart.about,
    width: Math.max(0, ...drawn.map(({ x, width }) => x + width)),
    height: Math.max(0, ...drawn.map(({ y, lines }) => y + lines.length)),
    blocks: drawn,
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

type Targets = readonly (readonly {
  readonly target: number;
  readonly when: 'yes' | 'no' | null;
}[])[];

/** Edges to a block that is being walked, as `from to`: each closes a loop. */
function backEdges(targets: Targets): ReadonlySet<string> {
  const back = new Set<string>();
  const state = new Map<number, 'open' | 'done'>();
  const stack: { readonly block: number; next: number }[] = [{ block: 0, next: 0 }];
  state.set(0, 'open');
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = targets[top.block]?.[top.next++];
    if (edge === undefined) {
      state.set(top.block, 'done');
      stack.pop();
    } else if (state.get(edge.target) === 'open') back.add(`${top.block} ${edge.target}`);
    else if (!state.has(edge.target)) {
      state.set(edge.target, 'open');
      stack.push({ block: edge.target, next: 0 });
    }
  }
  return back;
}

/** Each block one layer below the lowest that leads to it. */
function layered(
  blocks: readonly Block[],
  targets: Targets,
  back: ReadonlySet<string>,
): readonly Placed[] {
  const placed = blocks.map((block): Placed => ({ ...block, layer: 0 }));
  for (let moved = true; moved;) {
    moved = false;
    for (const [from, list] of targets.entries()) {
      for (const { target } of list) {
        const [above, below] = [placed[from], placed[target]];
        if (above === undefined || below === undefined || back.has(`${from} ${target}`)) continue;
        if (below.layer > above.layer) continue;
        below.layer = above.layer + 1;
        moved = true;
      }
    }
  }
  return placed;
}

/** Characters that a line may take, between blocks, and lines between layers. */
const MOST_WIDE = 64;
const GAP = 6;
const LAYER_GAP = 3;

function positioned(
  placed: readonly Placed[],
  targets: Targets,
  back: ReadonlySet<string>,
): readonly LaidBlock[] {
  const drawn = new Map<number, LaidBlock>();
  const last = Math.max(0, ...placed.map(({ layer }) => layer));
  let y = 0;
  for (let layer = 0; layer <= last; layer++) {
    const here = placed.flatMap((block, index) => (block.layer === layer ? [index] : []));
    const wanted = new Map(here.map((index) => [index, middleAbove(index, targets, back, drawn)]));
    let x = 0;
    let lines = 0;
    for (const index of here.toSorted((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))) {
      const { nodes = [] } = placed[index] ?? {};
      const block = laidBlock(nodes, 0, y);
      const left = Math.max(x, Math.round((wanted.get(index) ?? 0) - block.width / 2));
      drawn.set(index, { ...block, x: left });
      x = left + block.width + GAP;
      lines = Math.max(lines, block.lines.length);
    }
    for (const index of here) {
      const block = drawn.get(index);
      if (block !== undefined) drawn.set(index, { ...block, bottom: y + lines });
    }
    y += lines + LAYER_GAP;
  }
  return placed.flatMap((_, index) => drawn.get(index) ?? []);
}

/** Where those that lead here stand, on average. */
function middleAbove(
  index: number,
  targets: Targets,
  back: ReadonlySet<string>,
  drawn: ReadonlyMap<number, LaidBlock>,
): number {
  const above = targets.flatMap((list, from) =>
    list.some(({ target }) => target === index) && !back.has(`${from} ${index}`)
      ? (drawn.get(from) ?? [])
      : [],
  );
  const sum = above.reduce((total, { x, width }) => total + x + width / 2, 0);
  return above.length === 0 ? 0 : sum / above.length;
}

function laidBlock(nodes: readonly ChartNode[], x: number, y: number): LaidBlock {
  const lines = nodes.map(({ index, text, place, atomic }) => {
    const words = `${atomic === 'rest' ? '. ' : ''}${text}`;
    return { node: index, text: clipped(words), place };
  });
  const width = Math.max(...lines.map(({ text }) => text.length)) + 2;
  const bottom = y + lines.length;
  return { x, y, width, bottom, kind: nodes.at(-1)?.kind ?? 'other', lines };
}

function clipped(text: string): string {
  return text.length <= MOST_WIDE ? text : `${text.slice(0, MOST_WIDE - 2)}..`;
}
