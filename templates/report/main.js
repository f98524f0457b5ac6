/** Which view the address names, and what keys do. */
import { replace } from './dom.js';
import { coverageView, overview } from './overview.js';
import { runView } from './run.js';

const data = JSON.parse(document.getElementById('data').textContent);
const view = document.getElementById('view');
const help = document.getElementById('help');
document.getElementById('summary').textContent = data.summary;
document.getElementById('help-button').addEventListener('click', () => help.showModal());

/** Of the run that is shown. */
let actions = {};

/** `#/run/3/1`, `#/coverage/0`, else the matrix. */
function route() {
  const [, kind, index, failure] = /^#\/(\w+)\/(\d+)(?:\/(\d+))?$/.exec(location.hash) ?? [];
  actions = {};
  if (kind === 'run' && data.runs[index] !== undefined) {
    const run = runView(data, Number(index), Number(failure ?? 0));
    replace(view, run.element);
    actions = run;
    run.ready?.();
  } else if (kind === 'coverage' && data.specs[index] !== undefined) {
    replace(view, coverageView(data, Number(index)));
  } else replace(view, overview(data));
  window.scrollTo(0, 0);
}

/** Every failure of every run, as addresses. */
const failures = data.runs.flatMap(({ failures }, run) =>
  failures.map((_, index) => `#/run/${run}/${index}`),
);

function toFailure(by) {
  const [, run, failure = '0'] = /^#\/run\/(\d+)(?:\/(\d+))?$/.exec(location.hash) ?? [];
  const here = failures.indexOf(`#/run/${run}/${failure}`);
  const next = failures.at(here < 0 ? (by > 0 ? 0 : -1) : (here + by) % failures.length);
  if (next !== undefined) location.hash = next;
}

const KEYS = {
  j: () => actions.step?.(1),
  k: () => actions.step?.(-1),
  ArrowRight: () => actions.step?.(1),
  ArrowLeft: () => actions.step?.(-1),
  Home: () => actions.go?.(0),
  End: () => actions.go?.(Infinity),
  n: () => toFailure(1),
  p: () => toFailure(-1),
  a: () => actions.toggleArrows?.(),
  m: () => void (location.hash = '#/'),
  '/': () => document.querySelector('input[type=search]')?.focus(),
  '?': () => help.showModal(),
};

document.addEventListener('keydown', (event) => {
  const writing = event.target instanceof HTMLInputElement && event.target.type === 'search';
  const action = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : undefined;
  const held = event.ctrlKey || event.metaKey || event.altKey;
  if (action === undefined || writing || held || help.open) return;
  event.preventDefault();
  action();
});

window.addEventListener('hashchange', route);
route();
