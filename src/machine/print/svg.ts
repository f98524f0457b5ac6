/**
 * The contexts one below the other as one SVG document that needs nothing else: it brings its colours,
 * light and dark, and is laid out for a monospaced font, whose characters are a little less wide than
 * CHAR. The HTML report draws the same layout (templates/report/chart.js), where nodes can be marked.
 */
import { at } from '../graph.ts';
import type { Machine } from '../machine.ts';
import { chartOf } from './chart.ts';
import { layOut } from './layout.ts';
import type { LaidBlock, LaidEdge, Layout } from './layout.ts';

/** Of a character and a line, in pixels. */
const CHAR = 7.3;
const LINE = 17;
const PAD = 12;
/** Between edges that run beside the blocks; so many have a lane of their own. */
const LANE = 10;
const MOST_LANES = 8;
/** Above the blocks: what the context is. */
const HEADING = 28;
const BETWEEN = 16;

const STYLE = `
  svg { --back: #fff; --panel: #f4f6f8; --text: #1c2128; --quiet: #59636e;
    background: var(--back); }
  @media (prefers-color-scheme: dark) {
    svg { --back: #14171b; --panel: #1d2127; --text: #e4e8ec; --quiet: #9aa4af; }
  }
  text { font: 12px ui-monospace, 'DejaVu Sans Mono', monospace; fill: var(--text);
    white-space: pre; }
  .heading { font-weight: 700; }
  .block rect { fill: var(--panel); stroke: var(--quiet); }
  .branch rect { stroke-dasharray: 6 3; }
  .edge path { fill: none; stroke: var(--quiet); }
  .edge .head { fill: var(--quiet); }
  .edge text { fill: var(--quiet); }
  .back path { stroke-dasharray: 2 3; }
`;

export function printSvg(machine: Machine): string {
  const drawings = machine.contexts.map((context) => drawing(layOut(chartOf(context, machine))));
  const width = Math.max(0, ...drawings.map((each) => each.width));
  let y = 0;
  const groups = drawings.map(({ height, lines }) => {
    const group = [`<g transform="translate(0 ${round(y)})">`, ...lines, '</g>'];
    y += height + BETWEEN;
    return group;
  });
  const size = `${round(width)} ${round(y)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}"` +
      ` width="${round(width)}" height="${round(y)}">`,
    `<title>${escape(machine.title)}</title>`,
    `<style>${STYLE}</style>`,
    ...groups.flat(),
    '</svg>',
    '',
  ].join('\n');
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
}

function drawing(layout: Layout): Drawing {
  const { name, about } = layout;
  const heading = `${name}  ${about}`;
  const lanes = { near: 0, far: 0, back: 0 };
  const blocks = [
    ...layout.edges.flatMap((edge) => edgeLines(layout, edge, lanes[edge.way]++ % MOST_LANES)),
    ...layout.blocks.flatMap((block) => blockLines(block, leftOf(layout))),
  ];
  const right = LANE * lanesOf(layout, 'back') + 20;
  const width = leftOf(layout) + (layout.width + 2) * CHAR + 2 * PAD + right;
  return {
    width: Math.max(width, heading.length * CHAR + 2 * PAD),
    height: HEADING + layout.height * LINE + 3 * PAD,
    lines: [
      `<text class="heading" x="${PAD}" y="20">${escape(heading)}</text>`,
      `<g transform="translate(0 ${HEADING})">`,
      ...blocks,
      '</g>',
    ],
  };
}

/** Edges past a layer go down at the left of all blocks, loops go up at the right. */
function lanesOf({ edges }: Layout, way: LaidEdge['way']): number {
  return Math.min(MOST_LANES, edges.filter((edge) => edge.way === way).length);
}

function leftOf(layout: Layout): number {
  return LANE * lanesOf(layout, 'far');
}

function blockLines(block: LaidBlock, shift: number): readonly string[] {
  const { x, y, width, height } = boxOf(block, shift);
  const corner = { branch: 0, done: 12, other: 4 }[block.kind];
  return [
    `<g class="block ${block.kind}">`,
    `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"` +
      ` rx="${corner}"/>`,
    ...block.lines.map(({ text, place }, index) => {
      const base = y + 4 + LINE * (index + 0.75);
      const title = `<title>${escape(place)}</title>`;
      return `<text x="${round(x + CHAR)}" y="${round(base)}">${escape(text)}${title}</text>`;
    }),
    '</g>',
  ];
}

function boxOf({ x, y, width, lines }: LaidBlock, shift: number): Box {
  return {
    x: PAD + shift + x * CHAR,
    y: PAD + y * LINE,
    width: (width + 2) * CHAR,
    height: lines.length * LINE + 8,
  };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function edgeLines(layout: Layout, edge: LaidEdge, lane: number): readonly string[] {
  const { from, to, when, way } = edge;
  const shift = leftOf(layout);
  const [above, below] = [at(layout.blocks, from), at(layout.blocks, to)];
  const [a, b] = [boxOf(above, shift), boxOf(below, shift)];
  const x = a.x + a.width * (when === null ? 0.5 : SIDES[when]);
  const y = a.y + a.height;
  // Between the layer of the upper block and the next nothing stands.
  const low = PAD + above.bottom * LINE + 8;
  const middle = b.x + b.width / 2;
  const words =
    when === null ? [] : [`<text x="${round(x + 4)}" y="${round(y + 13)}">${when}</text>`];
  return [`<g class="edge ${way}">`, ...shape(), ...words, '</g>'];

  function shape(): readonly string[] {
    switch (way) {
      case 'back': {
        const right = PAD + shift + (layout.width + 2) * CHAR + 10 + LANE * lane;
        const end = b.x + b.width;
        return arrow(
          ['M', x, y, 'V', low + 14, 'H', right, 'V', b.y + 12, 'H', end],
          [end, b.y + 12, 'l7,-4 v8 z'],
        );
      }
      case 'far': {
        const side = PAD / 2 + LANE * lane;
        const line = ['M', x, y, 'V', low + 22, 'H', side, 'V', b.y - 12, 'H', middle, 'V', b.y];
        return arrow(line, [middle, b.y, DOWN]);
      }
      case 'near': {
        const curve = ['M', x, y, 'C', x, y + 24, middle, b.y - 24, middle, b.y];
        return arrow(curve, [middle, b.y, DOWN]);
      }
    }
  }
}

const SIDES = { yes: 0.35, no: 0.65 } as const;
const DOWN = 'l-4,-7 h8 z';

function arrow(
  line: readonly (string | number)[],
  [x, y, head]: readonly [number, number, string],
): readonly string[] {
  const d = line.map((part) => (typeof part === 'number' ? round(part) : part)).join(' ');
  return [`<path d="${d}"/>`, `<path class="head" d="M ${round(x)} ${round(y)} ${head}"/>`];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  const codes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, (character) => codes[character] ?? character);
}
