/** The source beside the trace, with the line at which each context stands. */
import { el, replace, reveal } from './dom.js';

export function sourcePanel(data) {
  const places = el('div', { class: 'places' });
  const name = el('div', { class: 'file-name' });
  const code = el('div', { class: 'code', tabindex: '0', 'aria-label': 'Source' });
  let shown = null;

  /** Shows a file and marks the lines of `all` that are in it. */
  function show(place, all, lanes) {
    if (place.file !== shown) {
      shown = place.file;
      name.textContent = data.files[shown]?.name ?? '';
      replace(code, ...codeLines(data.files[shown]?.lines ?? []));
    }
    for (const line of code.children) line.classList.remove('here', 'now');
    for (const mark of code.querySelectorAll('.who')) mark.textContent = '';
    for (const each of all) {
      const line = each.file === shown ? code.children[each.line - 1] : undefined;
      if (line === undefined) continue;
      const who = line.querySelector('.who');
      const label = `${lanes[each.lane]?.name ?? ''} ${each.context}`;
      who.textContent = who.textContent === '' ? label : `${who.textContent}, ${label}`;
      line.classList.add('here');
    }
    const current = code.children[place.line - 1];
    current?.classList.add('now');
    reveal(code, current);
  }

  /** `current`: who stepped last; null: nobody has. */
  function update(state, lanes, current) {
    const all = [...state.places.values()].filter(({ file }) => file !== null);
    const buttons = all.map((place) => {
      const isNow = place.context === current;
      const onclick = () => show(place, all, lanes);
      const where = `${lanes[place.lane]?.name ?? ''} ${place.context}`;
      const func = place.functionName === '' ? '' : ` in ${place.functionName}()`;
      const line = `${baseName(data.files[place.file].name)}:${place.line}${func}`;
      return el(
        'button',
        { type: 'button', onclick, class: isNow ? 'now' : null },
        `${isNow ? '> ' : ''}${where}: ${line}`,
      );
    });
    replace(places, ...buttons);
    const first = all.find(({ context }) => context === current) ?? all.at(-1);
    if (first === undefined) replace(code, el('p', { class: 'quiet' }, 'Nothing has stepped yet.'));
    if (first === undefined) shown = null;
    else show(first, all, lanes);
  }

  return { element: el('div', { class: 'source' }, places, name, code), update };
}

export function codeLines(lines, marks = () => '') {
  return lines.map((text, index) =>
    el(
      'div',
      { class: 'line' },
      el('span', { class: 'line-number' }, String(index + 1)),
      el('span', { class: 'who' }, marks(index + 1)),
      el('code', {}, text === '' ? ' ' : text),
    ),
  );
}

function baseName(path) {
  return path.split('/').at(-1);
}
