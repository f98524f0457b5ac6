/** Numbers, plurals and line breaks for a reader. */

/** `1234567` as `1,234,567`. */
export function thousands(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 run`, `2 runs`. */
export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${thousands(value)} ${value === 1 ? noun : plural}`;
}

export function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} s`;
}

export function bytes(value: number): string {
  if (value < 1e6) return `${(value / 1e3).toFixed(1)} kB`;
  return value < 1e9 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e9).toFixed(2)} GB`;
}

/** States a second, or `''` for a search too short to tell: the first states are the slowest. */
export function rate(states: number, time: number): string {
  return time < 0.1 ? '' : `${thousands(states / time)} states/s`;
}

/** Cuts `text` to `width`, saying that it did. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 2))}..`;
}

/** As many of the names as fit into `width`, and how many there are more. */
export function listWithin(names: readonly string[], width: number): string {
  for (let shown = names.length; shown > 0; shown--) {
    const more = shown === names.length ? '' : `, +${names.length - shown}`;
    const text = names.slice(0, shown).join(', ') + more;
    if (text.length <= width) return text;
  }
  const more = names.length > 1 ? `, +${names.length - 1}` : '';
  return clip(names[0] ?? '', width - more.length) + more;
}

/** Breaks `text` at spaces into lines of at most `width`; the second and later are indented. */
export function wrap(text: string, width: number, indent = 2): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const cut = breakAt(rest, width, lines.length === 0 ? 0 : indent);
    lines.push(rest.slice(0, cut).trimEnd());
    rest = ' '.repeat(indent) + rest.slice(cut).trimStart();
  }
  if (rest.trim() !== '') lines.push(rest);
  return lines;
}

/** Where to break a line that is too long: its last space, unless only its indentation has one. */
function breakAt(text: string, width: number, indent: number): number {
  const space = text.lastIndexOf(' ', width);
  return space > indent ? space : Math.max(width, indent + 1);
}
