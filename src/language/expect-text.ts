/** What a spec says of a run, as its source writes it. */
import type { Expectation } from './loaded-spec.ts';

/** `'pass'`, `{ fails: 'S1' }`, `{ fails: ['S1', 'S2'] }`. */
export function verdictSource(expected: Expectation): string {
  if (expected === 'pass') return quoted('pass');
  const names = expected.fails.map(quoted);
  return `{ fails: ${names.length === 1 ? names.join('') : `[${names.join(', ')}]`} }`;
}

export function nameSource(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
