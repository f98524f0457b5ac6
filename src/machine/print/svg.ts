/**
 * The contexts one below the other as one SVG document. The HTML report draws the same layout
 * (templates/report/chart.js), where nodes can be marked.
 */
import { at } from '../graph.ts';
import type { Machine } from '../machine.ts';
import { chartOf } from './chart.ts';
import { layOut } from './layout.ts';
import type { LaidBlock, LaidEdge, Layout } from './layout.ts';
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
} from './svg-parts.ts';
import type { SvgBox } from './svg-parts.ts';

/** Above the blocks: what the context is. */
const HEADING = 28;
const BETWEEN = 16;

export function printSvg(machine: Machine): string {
  const drawings = machine.contexts.map((context) => drawing(layOut(chartOf(context, machine))));
  const width = Math.max(0, ...drawings.map((each) => each.width));
  let y = 0;
  const groups = drawings.map(({ height, lines }) => {
    const group = [`<g transform="translate(0 ${round(y)})">`, ...lines, '</g>'];
    y += height + BETWEEN;
    return group;
  });
  return svgDocument({
    title: machine.title,
    style: STYLE,
    width,
    height: y,
    lines: groups.flat(),
  });
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

function boxOf({ x, y, width, lines }: LaidBlock, shift: number): SvgBox {
  return {
    x: PAD + shift + x * CHAR,
    y: PAD + y * LINE,
    width: (width + 2) * CHAR,
    height: lines.length * LINE + 8,
  };
}

function edgeLines(layout: Layout, edge: LaidEdge, lane: number): readonly string[] {
  const { from, to, when, way } = edge;
  const shift = leftOf(layout);
  const [above, below] = [at(layout.blocks, from), at(layout.blocks, to)];
  const [a, b] = [boxOf(above, shift), boxOf(below, shift)];
  const x = a.x + a.width * (when === null ? 0.5 : SIDES[when]);
  const y = a.y + a.height;
  const words =
    when === null ? [] : [`<text x="${round(x + 4)}" y="${round(y + 13)}">${when}</text>`];
  const shape = arrowOf({
    way,
    x,
    y,
    low: PAD + above.bottom * LINE + 8,
    to: b,
    left: PAD / 2 + LANE * lane,
    right: PAD + shift + (layout.width + 2) * CHAR + 10 + LANE * lane,
  });
  return [`<g class="edge ${way}">`, ...shape, ...words, '</g>'];
}

const SIDES = { yes: 0.35, no: 0.65 } as const;
