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
  const width = left(chart) + chart.width * CHAR + 2 * PAD + LANE * lanesOf(chart, 'back') + 20;
  const height = chart.height * LINE + 3 * PAD;
  const element = svg('svg', {
    width: String(width),
    height: String(height),
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': `State machine of ${chart.name}`,
  });
  const lanes = { near: 0, far: 0, back: 0 };
  for (const edge of chart.edges) {
    element.append(edgeOf(chart, edge, lanes[edge.way]++ % MOST_LANES));
  }
  for (const block of chart.blocks) element.append(blockOf(block, nodes, left(chart)));
  return { element, nodes };
}

/** Edges past a layer go down at the left of all blocks, loops go up at the right. */
const LANE = 10;
const MOST_LANES = 8;

function lanesOf(chart, way) {
  return Math.min(MOST_LANES, chart.edges.filter((edge) => edge.way === way).length);
}

function left(chart) {
  return LANE * lanesOf(chart, 'far');
}

function blockOf(block, nodes, shift) {
  const { x, y, width, height } = boxOf(block, shift);
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

function boxOf({ x, y, width, lines }, shift) {
  return {
    x: PAD + shift + x * CHAR,
    y: PAD + y * LINE,
    width: (width + 2) * CHAR,
    height: lines.length * LINE + 8,
  };
}

function edgeOf(chart, { from, to, when, way }, lane) {
  const shift = left(chart);
  const [a, b] = [boxOf(chart.blocks[from], shift), boxOf(chart.blocks[to], shift)];
  const start = { x: a.x + a.width * (SIDES[when] ?? 0.5), y: a.y + a.height };
  const middle = b.x + b.width / 2;
  const group = svg('g', { class: `edge ${way}` });
  if (way === 'back') {
    const end = { x: b.x + b.width, y: b.y + 12 };
    const right = PAD + shift + (chart.width + 2) * CHAR + 10 + LANE * lane;
    const d = `M${start.x},${start.y} V${PAD + chart.blocks[from].bottom * LINE + 8 + 14} H${right} V${end.y} H${end.x}`;
    group.append(svg('path', { d }), head(end, 'l7,-4 v8 z'));
  } else if (way === 'far') {
    const side = PAD / 2 + LANE * lane;
    const low = PAD + chart.blocks[from].bottom * LINE + 8 + 22;
    const high = b.y - 12;
    const d = `M${start.x},${start.y} V${low} H${side} V${high} H${middle} V${b.y}`;
    group.append(svg('path', { d }), head({ x: middle, y: b.y }, DOWN));
  } else {
    const d = `M${start.x},${start.y} C${start.x},${start.y + 24} ${middle},${b.y - 24} ${middle},${b.y}`;
    group.append(svg('path', { d }), head({ x: middle, y: b.y }, DOWN));
  }
  if (when !== null) group.append(svg('text', { x: start.x + 4, y: start.y + 13 }, when));
  return group;
}

const SIDES = { yes: 0.35, no: 0.65 };
const DOWN = 'l-4,-7 h8 z';

function head({ x, y }, shape) {
  return svg('path', { class: 'head', d: `M${x},${y} ${shape}` });
}
