/**
 * What drawings as one SVG document share: it needs nothing else, brings its colours, light and dark,
 * and is laid out for a monospaced font, whose characters are a little less wide than CHAR.
 */
import type { Way } from './layers.ts';

/** Of a character and a line, in pixels. */
export const CHAR = 7.3;
export const LINE = 17;
export const PAD = 12;
/** Between edges that run beside the blocks; so many have a lane of their own. */
export const LANE = 10;
export const MOST_LANES = 8;

export const STYLE = `
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

export interface SvgBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of an edge that leaves a box at (x, y) for the top, or the right, of another. */
export interface EdgeRoute {
  readonly way: Way;
  readonly x: number;
  readonly y: number;
  /** Where the layer of the upper box ends. */
  readonly low: number;
  readonly to: SvgBox;
  /** The lanes at the left of all boxes, for edges past a layer, and at the right, for loops. */
  readonly left: number;
  readonly right: number;
}

export function arrowOf({ way, x, y, low, to, left, right }: EdgeRoute): readonly string[] {
  const middle = to.x + to.width / 2;
  switch (way) {
    case 'back': {
      const end = to.x + to.width;
      return arrow(
        ['M', x, y, 'V', low + 14, 'H', right, 'V', to.y + 12, 'H', end],
        [end, to.y + 12, 'l7,-4 v8 z'],
      );
    }
    case 'far': {
      const line = ['M', x, y, 'V', low + 22, 'H', left, 'V', to.y - 12, 'H', middle, 'V', to.y];
      return arrow(line, [middle, to.y, DOWN]);
    }
    case 'near': {
      const curve = ['M', x, y, 'C', x, y + 24, middle, to.y - 24, middle, to.y];
      return arrow(curve, [middle, to.y, DOWN]);
    }
  }
}

const DOWN = 'l-4,-7 h8 z';

function arrow(
  line: readonly (string | number)[],
  [x, y, head]: readonly [number, number, string],
): readonly string[] {
  const d = line.map((part) => (typeof part === 'number' ? round(part) : part)).join(' ');
  return [`<path d="${d}"/>`, `<path class="head" d="M ${round(x)} ${round(y)} ${head}"/>`];
}

export interface SvgDocument {
  readonly title: string;
  readonly style: string;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
}

export function svgDocument({ title, style, width, height, lines }: SvgDocument): string {
  const size = `${round(width)} ${round(height)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}"` +
      ` width="${round(width)}" height="${round(height)}">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function escape(text: string): string {
  const codes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, (character) => codes[character] ?? character);
}
