/** The steps of a failure in lanes by CPU, and the state that they lead to. */
import { el } from './dom.js';

/**
 * The state after the first `count` steps: the value of each cell, what waits in each lane, the messages
 * of each cell, and where each context stands.
 */
export function stateAfter(failure, count) {
  const state = {
    values: failure.cells.map(({ initial }) => initial),
    waiting: failure.lanes.map(() => []),
    messages: failure.cells.map(({ initial }) => [{ value: initial, by: '', seen: [] }]),
    places: new Map(),
  };
  for (const step of failure.steps.slice(0, count)) {
    for (const [cell, value] of step.values) state.values[cell] = value;
    for (const [lane, entries] of step.waiting) state.waiting[lane] = entries;
    for (const [cell, messages] of step.messages) state.messages[cell] = messages;
    for (const place of step.at) state.places.set(place.context, place);
  }
  return state;
}

/** A grid: numbers at the left, a column for each lane. `select` is told which step was clicked. */
export function lanes(failure, select) {
  const grid = el('div', {
    class: 'lanes',
    role: 'table',
    'aria-label': 'Trace',
    style: `--lanes: ${failure.lanes.length}`,
  });
  grid.append(el('div', { class: 'lane-head number' }, '#'));
  failure.lanes.forEach(({ name }, lane) => {
    grid.append(el('div', { class: 'lane-head', style: column(lane) }, name));
  });
  const told = { contexts: new Map(), functions: new Map() };
  failure.steps.forEach((step, index) => {
    if (index === failure.loopFrom) grid.append(note('loop-start', '.-> for ever:'));
    grid.append(...stepRows(failure, step, index, told, select));
    if (index === failure.doomedFrom) grid.append(note('doom', `from here ${failure.doom}`));
  });
  if (failure.loopFrom !== null) {
    const back = failure.steps[failure.loopFrom].number;
    grid.append(note('loop-end', `'-- back to step ${back}`));
  }
  return grid;
}

function note(kind, words) {
  return el('div', { class: `note ${kind}` }, words);
}

function stepRows(failure, step, index, told, select) {
  const inLoop = failure.loopFrom !== null && index >= failure.loopFrom;
  const marks = `step${inLoop ? ' in-loop' : ''}`;
  const onclick = () => select(index + 1);
  return step.rows.flatMap((event, row) => {
    const number = row === 0 ? String(step.number) : '';
    const heading = headingOf(step, event, told);
    return [
      el('div', { class: `${marks} number`, 'data-step': index, onclick }, el('span', {}, number)),
      el(
        'div',
        {
          class: `${marks} event`,
          'data-step': index,
          'data-row': row,
          style: column(step.lane),
          onclick,
        },
        heading === '' ? null : el('span', { class: 'heading' }, heading),
        el('span', { class: 'words' }, event.text),
      ),
    ];
  });
}

/** Who runs on the lane from here on, and in which function, where that is news. */
function headingOf(step, event, told) {
  if (step.context === '') return '';
  const switched = told.contexts.get(step.lane) !== step.context;
  told.contexts.set(step.lane, step.context);
  const called = told.functions.get(step.context) !== event.functionName;
  told.functions.set(step.context, event.functionName);
  const words = [
    switched ? `[${step.context}]` : '',
    event.functionName !== '' && (called || switched) ? `${event.functionName}():` : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

function column(lane) {
  return `grid-column: ${lane + 2}`;
}

/** Marks what is past, the step that was taken last, and what is to come. */
export function markSteps(grid, count) {
  for (const element of grid.querySelectorAll('.step')) {
    const step = Number(element.dataset.step);
    element.classList.toggle('current', step === count - 1);
    element.classList.toggle('future', step >= count);
  }
  for (const element of grid.querySelectorAll('.event.current')) {
    element.setAttribute('aria-current', 'step');
  }
  for (const element of grid.querySelectorAll('.event:not(.current)')) {
    element.removeAttribute('aria-current');
  }
}
