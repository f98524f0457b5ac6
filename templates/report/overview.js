/** The matrix of verdicts of each spec, and which lines its runs executed. */
import { el } from './dom.js';
import { codeLines } from './source.js';

export function overview(data) {
  const specs = data.specs.map((spec, index) => specSection(data, spec, index));
  const filter = el('input', {
    type: 'search',
    placeholder: 'version, configuration, FAIL …',
    'aria-label': 'Search in the matrix',
    oninput: () => narrow(),
  });
  const wrong = el('input', { type: 'checkbox', onchange: () => narrow() });

  function narrow() {
    const wanted = filter.value.toLowerCase();
    for (const row of specs.flatMap((spec) => [...spec.querySelectorAll('tbody tr')])) {
      const has = row.textContent.toLowerCase().includes(wanted);
      row.hidden = !has || (wrong.checked && row.querySelector('.wrong, .open') === null);
    }
    for (const spec of specs) {
      spec.hidden = spec.querySelector('tbody tr:not([hidden])') === null;
    }
  }

  return el(
    'article',
    { class: 'overview' },
    ...data.errors.map((words) => el('p', { class: 'error' }, `error: ${words}`)),
    el(
      'p',
      { class: 'filters' },
      filter,
      ' ',
      el('label', {}, wrong, ' only what is not in order'),
    ),
    ...specs,
    el('p', { class: 'quiet' }, '! is not in order; ? is inconclusive; - is not run'),
  );
}

function specSection(data, spec, index) {
  const hasConfigurations = spec.rows.some(({ configuration }) => configuration !== '');
  const heads = ['version', ...(hasConfigurations ? ['configuration'] : []), ...spec.models];
  return el(
    'section',
    { class: 'spec' },
    el('h2', {}, spec.title, ' ', el('small', {}, spec.file)),
    el(
      'div',
      { class: 'scroll' },
      el(
        'table',
        { class: 'matrix' },
        el('thead', {}, el('tr', {}, ...heads.map((words) => el('th', { scope: 'col' }, words)))),
        el('tbody', {}, ...spec.rows.map((row) => matrixRow(data, row, hasConfigurations))),
      ),
    ),
    spec.coverage.length === 0
      ? null
      : el('p', {}, el('a', { href: `#/coverage/${index}` }, 'Lines that were executed')),
  );
}

function matrixRow(data, { version, configuration, runs }, hasConfigurations) {
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, version),
    hasConfigurations ? el('td', {}, configuration) : null,
    ...runs.map((index) => {
      if (index === null) return el('td', { class: 'quiet' }, '-');
      const { cell, verdict, status } = data.runs[index];
      const classes = `verdict ${verdict} ${status}`;
      return el('td', {}, el('a', { class: classes, href: `#/run/${index}` }, cell));
    }),
  );
}

export function coverageView(data, index) {
  const spec = data.specs[index];
  return el(
    'article',
    { class: 'coverage' },
    el('h1', {}, spec.title),
    el(
      'p',
      {},
      'Beside each line that is part of a machine: in how many of the runs that have it some schedule executes it. ',
      '!! no run executes it.',
    ),
    ...spec.coverage.map(({ file, lines }) => {
      const { name, lines: text } = data.files[file];
      const counts = new Map(lines.map(([line, runs, executed]) => [line, { runs, executed }]));
      const never = lines.filter(([, , executed]) => executed === 0).length;
      const marks = (line) => {
        const found = counts.get(line);
        if (found === undefined) return '';
        return found.executed === 0 ? '!! never' : `${found.executed}/${found.runs}`;
      };
      const code = codeLines(text, marks);
      for (const [line, , executed] of lines) {
        code[line - 1]?.classList.add(executed === 0 ? 'never' : 'executed');
      }
      const words = `${lines.length - never} of ${lines.length} lines executed`;
      return el(
        'details',
        { open: never > 0 ? '' : null },
        el('summary', {}, `${name}: ${words}`),
        el('div', { class: 'code covered', tabindex: '0' }, ...code),
      );
    }),
  );
}
