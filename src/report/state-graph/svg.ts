/** One SVG document. Double border: final; thick border: something fails; thick and dashed: livelock. */
import { at } from '../../machine/graph.ts';
import { inLayers } from '../../machine/print/layers.ts';
import type { Layers } from '../../machine/print/layers.ts';
import {
  CHAR,
  LANE,
  LINE,
  MOST_LANES,
  PAD,
  STYLE,
  arrowOf,
  escape,
  round,
  svgDocument,
} from '../../machine/print/svg-parts.ts';
import type { EdgeRoute, SvgBox } from '../../machine/print/svg-parts.ts';
import type { DrawnEdge, DrawnNode, Drawing } from './drawing.ts';

/** Between layers stand the labels of edges, one below the other. */
const LAYER_GAP = 5;
const MOST_LABELS = 4;

const SHAPES = `
  .block .inner { fill: none; }
  .failing rect { stroke: var(--text); stroke-width: 3; }
  .livelock rect { stroke: var(--text); stroke-width: 3; stroke-dasharray: 6 3; }
  .block .mark { font-weight: 700; }
`;

export function stateSvg(drawing: Drawing): string {
  const { title, figures, nodes, edges } = drawing;
  const canvas = new Canvas(drawing);
  const headings = [title, ...figures];
  const top = LINE * headings.length + PAD;
  const widest = Math.max(...headings.map((line) => line.length)) * CHAR + 2 * PAD;
  return svgDocument({
    title,
    style: STYLE + SHAPES,
    width: Math.max(canvas.width, widest),
    height: top + canvas.height,
    lines: [
      ...headings.map(
        (line, index) =>
          `<text class="heading" x="${PAD}" y="${LINE * (index + 1)}">${escape(line)}</text>`,
      ),
      `<g transform="translate(0 ${round(top)})">`,
      ...edges.flatMap((edge) => canvas.edgeLines(edge)),
      ...nodes.flatMap((node) => canvas.nodeLines(node)),
      '</g>',
    ],
  });
}

class Canvas {
  readonly #layers: Layers;
  readonly #boxes: readonly SvgBox[];
  readonly #degree: readonly number[];
  /** Edges that were drawn, by the box that they leave, and by the side that they pass. */
  readonly #left: number[];
  readonly #lanes = { near: 0, far: 0, back: 0 };

  constructor({ nodes, edges }: Drawing) {
    const targets: number[][] = nodes.map(() => []);
    for (const { from, to } of edges) targets[from]?.push(to);
    const sizes = nodes.map((node) => {
      const lines = linesOf(node);
      return {
        width: Math.max(...lines.map((line) => line.length)) + 2,
        lines: lines.length,
      };
    });
    this.#layers = inLayers(sizes, targets, LAYER_GAP);
    this.#degree = targets.map(({ length }) => length);
    this.#left = nodes.map(() => 0);
    const shift = LANE * MOST_LANES;
    this.#boxes = sizes.map(({ width, lines }, index) => {
      const { x, y } = at(this.#layers.spots, index);
      return {
        x: PAD + shift + x * CHAR,
        y: PAD + y * LINE,
        width: (width + 2) * CHAR,
        height: lines * LINE + 8,
      };
    });
  }

  get width(): number {
    return this.#right + LANE * MOST_LANES + PAD;
  }

  get height(): number {
    const lowest = Math.max(...this.#boxes.map(({ y, height }) => y + height));
    return lowest + LAYER_GAP * LINE;
  }

  /** Where the boxes end. */
  get #right(): number {
    return Math.max(...this.#boxes.map(({ x, width }) => x + width)) + PAD;
  }

  nodeLines(node: DrawnNode): readonly string[] {
    const { x, y, width, height } = at(this.#boxes, node.index);
    const rect = (inset: number, how: string): string =>
      `<rect${how} x="${round(x + inset)}" y="${round(y + inset)}"` +
      ` width="${round(width - 2 * inset)}" height="${round(height - 2 * inset)}"` +
      ` rx="${node.shape === 'failing' ? 0 : 6}"/>`;
    return [
      `<g class="block ${node.shape}">`,
      rect(0, ''),
      ...(node.shape === 'final' ? [rect(3, ' class="inner"')] : []),
      ...linesOf(node).map((text, index) => {
        const how = index > 0 && index <= node.marks.length ? ' class="mark"' : '';
        const base = y + 4 + LINE * (index + 0.75);
        return `<text${how} x="${round(x + CHAR)}" y="${round(base)}">${escape(text)}</text>`;
      }),
      '</g>',
    ];
  }

  edgeLines({ from, to, label }: DrawnEdge): readonly string[] {
    const way = this.#layers.wayOf(from, to);
    const [a, b] = [at(this.#boxes, from), at(this.#boxes, to)];
    const rank = at(this.#left, from);
    this.#left[from] = rank + 1;
    const x = a.x + (a.width * (rank + 1)) / (at(this.#degree, from) + 1);
    const y = a.y + a.height;
    const shape = arrowOf({ way, x, y, to: b, ...this.#passage(from, to, y + 6) });
    const base = y + 13 * (1 + (rank % MOST_LABELS));
    const words = `<text x="${round(x + 4)}" y="${round(base)}">${escape(label)}</text>`;
    return [`<g class="edge ${way}">`, ...shape, words, '</g>'];
  }

  /** Where an edge passes by boxes; one that leads back to its own box stays close to it. */
  #passage(from: number, to: number, below: number): Pick<EdgeRoute, 'low' | 'left' | 'right'> {
    const { x, width } = at(this.#boxes, from);
    if (from === to) return { low: below - 14, left: 0, right: x + width + 14 };
    const lane = LANE * (this.#lanes[this.#layers.wayOf(from, to)]++ % MOST_LANES);
    const low = PAD + at(this.#layers.spots, from).bottom * LINE + 8;
    return { low, left: PAD / 2 + lane, right: this.#right + lane };
  }
}

function linesOf({ name, marks, lines }: DrawnNode): readonly string[] {
  return [name, ...marks, ...lines];
}
