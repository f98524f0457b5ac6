/** Elements from data: text is always text, whatever a spec is called. */

/** What stays in sight to the left of what is scrolled to: the numbers of steps. */
const MARGIN = 50;

const SVG = 'http://www.w3.org/2000/svg';

/** `el('a', { class: 'x', href: '#/' }, 'words', child)`; null children are left out. */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

export function replace(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null));
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Scrolls `box` alone, never the page, and only if the element is not in sight. */
export function reveal(box, element) {
  if (element === null || element === undefined) return;
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const above = inner.top - outer.top;
  const below = inner.bottom - outer.bottom;
  if (above < 0 || below > 0) box.scrollTop += above - (outer.height - inner.height) / 2;
  const left = inner.left - outer.left;
  const isCut = inner.right > outer.right && left > outer.width / 3;
  if (left < 0 || isCut) box.scrollLeft += left - MARGIN;
}
