/** What memory holds after a step: values, what waits in store buffers, messages in coherence order. */
import { el } from './dom.js';
import { stateAfter } from './trace.js';

export function memoryPanel(failure, count) {
  const now = stateAfter(failure, count);
  const before = stateAfter(failure, Math.max(0, count - 1));
  return [
    waitingTable(failure, now, before),
    ...GROUPS.map(([kind, title]) => cellTable(failure, now, before, kind, title)),
  ];
}

const GROUPS = [
  ['memory', 'Memory'],
  ['lock', 'Locks'],
  ['ghost', 'State outside memory (ghosts)'],
];

const WAITING = { buffers: 'Store buffers, oldest first', messages: 'Put off' };

function waitingTable(failure, now, before) {
  if (failure.memory === 'plain') return null;
  const rows = failure.lanes.map(({ name }, lane) => {
    const entries = now.waiting[lane];
    const changed = entries.join() !== before.waiting[lane].join();
    const words = entries.length === 0 ? 'empty' : entries.join(' | ');
    return row(name, [words], changed, before.waiting[lane].join(' | ') || 'empty');
  });
  return table(WAITING[failure.memory], ['CPU', 'stores'], rows);
}

function cellTable(failure, now, before, kind, title) {
  const cells = failure.cells.flatMap((cell, index) => (cell.kind === kind ? [index] : []));
  if (cells.length === 0) return null;
  const ordered = kind === 'memory' && failure.memory === 'messages';
  const rows = cells.map((index) => {
    const [value, old] = [now.values[index], before.values[index]];
    const order = ordered ? [messageList(failure, now.messages[index])] : [];
    return row(failure.cells[index].name, [value, ...order], value !== old, old);
  });
  const head = ordered
    ? ['name', 'newest', 'coherence order; who has seen what']
    : ['name', 'value'];
  return table(title, head, rows);
}

/** `0 [CPU1] < 1 step 3 [CPU0]`. */
function messageList(failure, messages) {
  const words = messages.map(({ value, by, seen }) => {
    const who = seen.map((lane) => failure.lanes[lane].name).join(', ');
    return [value, by === '' ? '' : `(${by})`, who === '' ? '' : `[${who}]`]
      .filter((word) => word !== '')
      .join(' ');
  });
  return words.join('  <  ');
}

function row(name, [value, ...more], changed, old) {
  return el(
    'tr',
    { class: changed ? 'changed' : null },
    el('th', { scope: 'row' }, changed ? '* ' : '', name),
    el('td', {}, value, changed ? el('span', { class: 'old' }, ` was ${old}`) : null),
    ...more.map((words) => el('td', {}, words)),
  );
}

function table(title, head, rows) {
  return el(
    'table',
    { class: 'memory' },
    el('caption', {}, title),
    el('thead', {}, el('tr', {}, ...head.map((words) => el('th', { scope: 'col' }, words)))),
    el('tbody', {}, ...rows),
  );
}
