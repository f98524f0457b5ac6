/** The state machine of a context as SVG; the node at which it stands is marked. */
import { el, replace, reveal, svg } from './dom.js';

const CHAR = 7.3;
const LINE = 17;
const PAD = 12;

export function chartPanel(machine) {
  const tabs = el('div', { class: 'tabs', role: 'tablist' });
  const about = el('p', { class: 'quiet' });
  const box = el('div', { class: 'chart', tabindex: '0', 'aria-label': 'State machine' });
  let shown = null;
  let nodes = new Map();
  let places = new Map();

  function show(index) {
    if (index === shown) return;
    shown = index;
    const chart = machine.contexts[index];
    about.textContent = `${chart.name}: ${chart.about}`;
    const drawn = drawing(chart);
    nodes = drawn.nodes;
    replace(box, drawn.element);
    for (const [each, tab] of [...tabs.children].entries()) {
      tab.setAttribute('aria-selected', String(each === index));
    }
    mark();
  }

  function mark() {
    for (const { group, text, words } of nodes.values()) {
      group.classList.remove('now');
      text.textContent = words;
    }
    const place = places.get(machine.contexts[shown].name);
    const node = nodes.get(place?.node);
    if (node === undefined) return;
    node.group.classList.add('now');
    node.text.textContent = `> ${node.words}`;
    reveal(box, node.group);
  }

  /** Follows the context that stepped. */
  function update(state, current) {
    places = state.places;
    const index = machine.contexts.findIndex(({ name }) => name === current);
    if (index >= 0) show(index);
    mark();
  }

  machine.contexts.forEach(({ name }, index) => {
    const onclick = () => show(index);
    tabs.append(el('button', { type: 'button', role: 'tab', onclick }, name));
  });
  show(0);
  return { element: el('div', { class: 'machine' }, tabs, about, box), update };
}

function drawing(chart) {
  const nodes = new Map();
  const loops = chart.edges.filter(({ back }) => back).length;
  const width = chart.width * CHAR + 2 * PAD + 18 * Math.min(loops, 8) + 20;
  const height = chart.height * LINE + 3 * PAD;
  const element = svg('svg', {
    width: String(width),
    height: String(height),
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': `State machine of ${chart.name}`,
  });
  let loop = 0;
  for (const edge of chart.edges) {
    element.append(edgeOf(chart, edge, edge.back ? loop++ % 8 : 0));
  }
  for (const block of chart.blocks) element.append(blockOf(block, nodes));
  return { element, nodes };
}

function blockOf(block, nodes) {
  const { x, y, width, height } = boxOf(block);
  const group = svg('g', { class: `block ${block.kind}` });
  const round = block.kind === 'done' ? height / 2 : block.kind === 'branch' ? 0 : 4;
  group.append(svg('rect', { x, y, width, height, rx: Math.min(round, 12) }));
  block.lines.forEach((line, index) => {
    const text = svg('text', { x: x + CHAR, y: y + 4 + LINE * (index + 0.75) }, line.text);
    const at = y + 4 + LINE * index;
    const rect = svg('rect', { class: 'line', x: x + 1, y: at, width: width - 2, height: LINE });
    const each = svg(
      'g',
      { class: 'node' },
      rect,
      text,
      svg('title', {}, `${line.text}  ${line.place}`),
    );
    nodes.set(line.node, { group: each, text, words: line.text });
    group.append(each);
  });
  return group;
}

function boxOf({ x, y, width, lines }) {
  return {
    x: PAD + x * CHAR,
    y: PAD + y * LINE,
    width: (width + 2) * CHAR,
    height: lines.length * LINE + 8,
  };
}

/** Down into the middle of the next block; a loop goes back up at the right of all blocks. */
function edgeOf(chart, { from, to, when, back }, loop) {
  const [a, b] = [boxOf(chart.blocks[from]), boxOf(chart.blocks[to])];
  const side = when === 'yes' ? 0.35 : when === 'no' ? 0.65 : 0.5;
  const x1 = a.x + a.width * side;
  const y1 = a.y + a.height;
  const group = svg('g', { class: `edge${back ? ' back' : ''}` });
  if (back) {
    const right = PAD + (chart.width + 2) * CHAR + 10 + 12 * loop;
    const y2 = b.y + 12;
    const x2 = b.x + b.width;
    const low = y1 + 10;
    group.append(
      svg('path', { d: `M${x1},${y1} V${low} H${right} V${y2} H${x2}` }),
      svg('path', { class: 'head', d: `M${x2},${y2} l7,-4 v8 z` }),
    );
  } else {
    const x2 = b.x + b.width * 0.5;
    const middle = b.y - 16;
    group.append(
      svg('path', { d: `M${x1},${y1} C${x1},${y1 + 24} ${x2},${middle - 8} ${x2},${b.y}` }),
      svg('path', { class: 'head', d: `M${x2},${b.y} l-4,-7 h8 z` }),
    );
  }
  if (when !== null) group.append(svg('text', { x: x1 + 4, y: y1 + 13 }, when));
  return group;
}
