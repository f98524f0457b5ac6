/**
 * Ample sets of one step as the source of `expandReduced(S, at, out)`, next to the functions of system.ts:
 * reduction/ample.ts has the tables, docs/design/reduction.md why.
 */
import type { Machine } from '../../machine/machine.ts';
import type { AmpleTables } from '../reduction/ample.ts';
import type { MemoryEmitter } from './memory-emitter.ts';

export function emitAmple(
  { contexts }: Machine,
  { columns, drains }: AmpleTables,
  { buffers, internal }: Pick<MemoryEmitter, 'buffers' | 'internal'>,
): string {
  const inTheWay = (own: number | null): string =>
    columns
      .flatMap((column, c) => (c === own ? [] : [`rows[row + ${column} + S[at + ${c}]]`]))
      .join(' | ') || '0';
  const steps = contexts.map(
    (_, c) => `row = ample.steps[${c}][S[at + ${c}]];
if (row >= 0 && (${inTheWay(c)}) === 0) {
  expand_${c}(S, at, out);
  if (out.count !== 0) { if (out.failedAt[0] === 0) return; break whole; }
}`,
  );
  const taken = drains.map(
    (_, cpu) => `row = ${buffers?.oldest('S', 'at', cpu)};
if (row !== 0) {
  row = ample.drains[${cpu}][row - 1];
  if (row >= 0 && (${inTheWay(null)}) === 0) { ${buffers?.drain(cpu)} return; }
}`,
  );
  return [
    'const rows = ample.rows;',
    'function expandReduced(S, at, out) { out.count = 0; out.race = -1; out.bounded = false; generation++;',
    'let row = 0;',
    `whole: { ${[...steps, ...taken].join('\n')} }`,
    'out.count = 0;',
    ...contexts.map((_, c) => `expand_${c}(S, at, out);`),
    `${internal()} }`,
  ].join('\n');
}
