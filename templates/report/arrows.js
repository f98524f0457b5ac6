/** Arrows over the lanes: which write a read took its value from, and who handed a lock over. */
import { replace, svg } from './dom.js';

const HEAD = 6;

/** Those from and to the current step; `all`: every one so far as well. */
export function drawArrows(layer, grid, failure, count, all) {
  const { width, height } = grid.getBoundingClientRect();
  layer.setAttribute('width', String(width));
  layer.setAttribute('height', String(grid.scrollHeight || height));
  const shown = failure.arrows.filter(
    ({ from, to }) => to[0] < count && (all || from[0] === count - 1 || to[0] === count - 1),
  );
  replace(layer, ...shown.flatMap((arrow) => arrowOf(arrow, grid, count) ?? []));
}

function arrowOf({ kind, from, to }, grid, count) {
  const [start, end] = [wordsBox(grid, from), wordsBox(grid, to)];
  if (start === null || end === null) return null;
  const touches = from[0] === count - 1 || to[0] === count - 1;
  const classes = `arrow ${kind === 'lock' ? 'lock' : 'reads'}${touches ? ' touching' : ''}`;
  const isSameLane = Math.abs(start.left - end.left) < 2;
  const [x1, x2] = isSameLane
    ? [start.left - 2, end.left - 2]
    : start.left < end.left
      ? [start.right + 3, end.left - 3]
      : [start.left - 3, end.right + 3];
  const [y1, y2] = [start.middle, end.middle];
  const bend = isSameLane ? -26 : Math.max(24, Math.abs(x2 - x1) / 2) * Math.sign(x2 - x1);
  const direction = isSameLane || x2 > x1 ? -1 : 1;
  const c2 = isSameLane ? x2 + bend : x2 - bend;
  const label = kind === 'lock' ? 'lock' : 'rf';
  return svg(
    'g',
    { class: classes },
    svg('path', { d: `M${x1},${y1} C${x1 + bend},${y1} ${c2},${y2} ${x2},${y2}` }),
    svg('path', {
      class: 'head',
      d: `M${x2},${y2} l${direction * HEAD},${-HEAD / 2} v${HEAD} z`,
    }),
    svg(
      'text',
      { x: String(isSameLane ? x2 + bend * 0.75 : (x1 + x2) / 2), y: String((y1 + y2) / 2 - 2) },
      label,
    ),
    svg('title', {}, kind),
  );
}

/** Where the words of an event stand, relative to the grid. */
function wordsBox(grid, [step, row]) {
  const event = grid.querySelector(`.event[data-step="${step}"][data-row="${row}"] .words`);
  if (event === null) return null;
  const outer = grid.getBoundingClientRect();
  const [box] = event.getClientRects();
  if (box === undefined) return null;
  return {
    left: box.left - outer.left,
    right: box.right - outer.left,
    middle: (box.top + box.bottom) / 2 - outer.top,
  };
}
