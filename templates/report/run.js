/** A run: its verdict, and for each failure the trace to step through. */
import { drawArrows } from './arrows.js';
import { chartPanel } from './chart.js';
import { el, replace, reveal, svg } from './dom.js';
import { memoryPanel } from './memory.js';
import { sourcePanel } from './source.js';
import { lanes, markSteps, stateAfter } from './trace.js';

/** What keys do here: `step(by)`, `go(count)`, `toggleArrows()`. */
export function runView(data, index, failureIndex) {
  const run = data.runs[index];
  const failure = run.failures[failureIndex] ?? null;
  const viewer = failure === null ? null : traceView(data, run, failure);
  const element = el(
    'article',
    { class: 'run' },
    el('h1', {}, run.title),
    el('p', { class: 'run-name' }, run.name),
    el(
      'p',
      {},
      el('span', { class: `verdict ${run.verdict} ${run.status}` }, run.cell),
      ' ',
      run.judgement,
    ),
    failureTabs(run, index, failureIndex),
    failure === null ? null : el('pre', { class: 'conclusion' }, failure.conclusion.join('\n')),
    viewer?.element ?? null,
    el(
      'details',
      { open: failure === null ? '' : null },
      el('summary', {}, 'What the verdict covered'),
      el('ul', {}, ...run.coverage.map((words) => el('li', {}, words))),
    ),
    failure === null ? machineOf(data, run) : null,
  );
  return { element, ...viewer?.actions, ready: viewer?.ready };
}

function failureTabs(run, index, chosen) {
  if (run.failures.length < 2) return run.failures[0] ? el('h2', {}, run.failures[0].title) : null;
  const tabs = run.failures.map(({ title }, each) =>
    el(
      'a',
      {
        role: 'tab',
        href: `#/run/${index}/${each}`,
        'aria-selected': String(each === chosen),
      },
      title,
    ),
  );
  return el('div', { class: 'tabs failures', role: 'tablist' }, ...tabs);
}

function machineOf(data, run) {
  if (run.machine === null) return notDrawn();
  const { element } = chartPanel(data.machines[run.machine]);
  return el('section', {}, el('h3', {}, 'State machines'), element);
}

function notDrawn() {
  const words = 'The machine is not drawn: there are too many here. Select fewer runs.';
  return el('p', { class: 'quiet' }, words);
}

function traceView(data, run, failure) {
  let count = 0;
  let allArrows = false;
  const last = failure.steps.length;
  const grid = lanes(failure, (step) => go(step));
  const layer = svg('svg', { class: 'arrows', 'aria-hidden': 'true' });
  const scroller = el(
    'div',
    { class: 'trace', tabindex: '0' },
    el('div', { class: 'stage' }, grid, layer),
  );
  const memory = el('div', { class: 'memories' });
  const source = sourcePanel(data);
  const chart = run.machine === null ? null : chartPanel(data.machines[run.machine]);
  const where = el('output', { class: 'where', 'aria-live': 'polite' });
  const slider = el('input', {
    type: 'range',
    min: '0',
    max: String(last),
    value: '0',
    'aria-label': 'Step',
    oninput: () => go(Number(slider.value)),
  });
  const button = (words, label, action) =>
    el('button', { type: 'button', 'aria-label': label, title: label, onclick: action }, words);

  function go(to) {
    count = Math.max(0, Math.min(last, to));
    update();
  }

  /** Behind the last step of a loop comes its first. */
  function step(by) {
    const again = by > 0 && count === last && failure.loopFrom !== null;
    go(again ? failure.loopFrom + 1 : count + by);
  }

  function update() {
    const state = stateAfter(failure, count);
    const taken = failure.steps[count - 1];
    const who = contextNow(failure, count);
    slider.value = String(count);
    where.textContent = whereWords(failure, count);
    markSteps(grid, count);
    replace(memory, ...memoryPanel(failure, count));
    source.update(state, failure.lanes, who);
    chart?.update(state, who);
    drawArrows(layer, grid, failure, count, allArrows);
    reveal(
      scroller,
      taken === undefined ? grid.firstElementChild : grid.querySelector('.event.current'),
    );
  }

  function toggleArrows() {
    allArrows = !allArrows;
    arrowButton.setAttribute('aria-pressed', String(allArrows));
    update();
  }

  const arrowButton = el(
    'button',
    { type: 'button', 'aria-pressed': 'false', onclick: toggleArrows },
    'all arrows',
  );
  const controls = el(
    'div',
    { class: 'controls' },
    button('|<', 'Initial state (Home)', () => go(0)),
    button('<', 'Step before (k)', () => step(-1)),
    slider,
    button('>', 'Next step (j)', () => step(1)),
    button('>|', 'Last step (End)', () => go(last)),
    where,
    arrowButton,
  );
  new ResizeObserver(() => drawArrows(layer, grid, failure, count, allArrows)).observe(grid);
  const element = el(
    'div',
    { class: 'viewer' },
    controls,
    el(
      'section',
      { class: 'pane trace-pane' },
      el('h3', {}, 'Trace', el('small', { class: 'quiet' }, LEGEND)),
      scroller,
    ),
    el('section', { class: 'pane memory-pane' }, el('h3', {}, MEMORY[failure.memory]), memory),
    el('section', { class: 'pane source-pane' }, el('h3', {}, 'Source'), source.element),
    el(
      'section',
      { class: 'pane chart-pane' },
      el('h3', {}, 'State machines'),
      chart?.element ?? notDrawn(),
    ),
  );
  return { element, actions: { step, go, toggleArrows }, ready: () => go(last) };
}

const LEGEND = ' rf: from the write to its read; lock: from who unlocked to who locks';

const MEMORY = {
  plain: 'Memory',
  buffers: 'Memory and store buffers',
  messages: 'Memory and what each CPU has seen',
};

/** The context that stepped last; memory's own steps leave it. */
function contextNow(failure, count) {
  return failure.steps.slice(0, count).findLast(({ context }) => context !== '')?.context ?? null;
}

function whereWords(failure, count) {
  const total = failure.steps.length;
  if (count === 0) return `initial state, ${total} steps follow`;
  const { number, context, lane } = failure.steps[count - 1];
  const who = `${failure.lanes[lane]?.name ?? ''} ${context === '' ? 'memory' : context}`;
  const inLoop = failure.loopFrom !== null && count > failure.loopFrom;
  const round = inLoop ? ', in the loop' : '';
  return `step ${number} of ${total}: ${who}${round}`;
}
