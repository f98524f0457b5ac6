/**
 * Boxes of a directed graph in layers, each below all that lead to it but for the edges that close a
 * loop. Coordinates are characters and lines. Layers by longest path, order within one by where the
 * predecessors stand (Sugiyama's method with one sweep), which is enough for the graphs that structured
 * code makes.
 */

export interface Box {
  readonly width: number;
  readonly lines: number;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
  /** Where its layer ends: between that and the next nothing stands. */
  readonly bottom: number;
}

/** back: it goes up, part of a loop. far: past a layer. */
export type Way = 'near' | 'far' | 'back';

export interface Layers {
  readonly spots: readonly Spot[];
  wayOf(from: number, to: number): Way;
}

/** For each box the boxes that its edges lead to. */
export type Targets = readonly (readonly number[])[];

/** Between boxes, and lines between layers. */
const GAP = 6;
const LAYER_GAP = 3;

/** Everything can be reached from the first box. */
export function inLayers(
  boxes: readonly Box[],
  targets: Targets,
  layerGap: number = LAYER_GAP,
): Layers {
  const back = backEdges(targets);
  const layers = layered(targets, back);
  return {
    spots: positioned(boxes, layers, targets, back, layerGap),
    wayOf: (from, to) => {
      if (back.has(`${from} ${to}`)) return 'back';
      return (layers[to] ?? 0) - (layers[from] ?? 0) > 1 ? 'far' : 'near';
    },
  };
}

/** Edges to a box that is being walked, as `from to`: each closes a loop. */
function backEdges(targets: Targets): ReadonlySet<string> {
  const back = new Set<string>();
  const state = new Map<number, 'open' | 'done'>();
  const stack: { readonly box: number; next: number }[] = [{ box: 0, next: 0 }];
  state.set(0, 'open');
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const target = targets[top.box]?.[top.next++];
    if (target === undefined) {
      state.set(top.box, 'done');
      stack.pop();
    } else if (state.get(target) === 'open') back.add(`${top.box} ${target}`);
    else if (!state.has(target)) {
      state.set(target, 'open');
      stack.push({ box: target, next: 0 });
    }
  }
  return back;
}

/** Each box one layer below the lowest that leads to it. */
function layered(targets: Targets, back: ReadonlySet<string>): readonly number[] {
  const layers = targets.map(() => 0);
  for (let moved = true; moved;) {
    moved = false;
    for (const [from, list] of targets.entries()) {
      for (const target of list) {
        const [above = 0, below = 0] = [layers[from], layers[target]];
        if (back.has(`${from} ${target}`) || below > above) continue;
        layers[target] = above + 1;
        moved = true;
      }
    }
  }
  return layers;
}

function positioned(
  boxes: readonly Box[],
  layers: readonly number[],
  targets: Targets,
  back: ReadonlySet<string>,
  layerGap: number,
): readonly Spot[] {
  const above = predecessors(targets, back);
  const spots: Spot[] = [];
  const byLayer: number[][] = [];
  layers.forEach((layer, index) => (byLayer[layer] ??= []).push(index));
  let y = 0;
  for (const here of byLayer) {
    const wanted = new Map(here.map((i) => [i, middleOf(above[i] ?? [], boxes, spots)]));
    const lines = Math.max(0, ...here.map((index) => boxes[index]?.lines ?? 0));
    let x = 0;
    for (const index of here.toSorted((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))) {
      const { width = 0 } = boxes[index] ?? {};
      const left = Math.max(x, Math.round((wanted.get(index) ?? 0) - width / 2));
      spots[index] = { x: left, y, bottom: y + lines };
      x = left + width + GAP;
    }
    y += lines + layerGap;
  }
  return spots;
}

/** Those that lead to each box, but for the edges that close a loop. */
function predecessors(targets: Targets, back: ReadonlySet<string>): readonly (readonly number[])[] {
  const above: number[][] = targets.map(() => []);
  for (const [from, list] of targets.entries()) {
    for (const target of new Set(list)) {
      if (!back.has(`${from} ${target}`)) above[target]?.push(from);
    }
  }
  return above;
}

/** Where boxes stand, on average. */
function middleOf(
  indices: readonly number[],
  boxes: readonly Box[],
  spots: readonly Spot[],
): number {
  const middles = indices.map((i) => (spots[i]?.x ?? 0) + (boxes[i]?.width ?? 0) / 2);
  return middles.length === 0 ? 0 : middles.reduce((sum, each) => sum + each, 0) / middles.length;
}
