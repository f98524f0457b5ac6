/** A .litmus file from its parts, laid out as diy does. */
import type { Cycle, Event } from './cycle.ts';

export interface Parts {
  readonly architecture: 'PPC' | 'X86';
  /** By thread: address registers, as `r2=x`. */
  readonly init: readonly (readonly string[])[];
  /** By thread, the instructions. */
  readonly code: readonly (readonly string[])[];
  /** By thread, the registers of its loads with the value that the cycle needs: `r1=1`. */
  readonly reads: readonly (readonly string[])[];
}

export function layOut(cycle: Cycle, parts: Parts): string {
  const init = parts.init.flatMap((registers, thread) =>
    registers.length === 0 ? [] : [registers.map((entry) => `${thread}:${entry};`).join(' ')],
  );
  return [
    `${parts.architecture} ${cycle.name}`,
    '{',
    ...init,
    '}',
    ...table(parts.code),
    `locations [${cycle.locations.map((name) => `${name};`).join(' ')}]`,
    `exists (${condition(cycle, parts).join(' /\\ ')})`,
    '',
  ].join('\n');
}

function table(code: readonly (readonly string[])[]): string[] {
  const columns = code.map((lines, thread) => [`P${thread}`, ...lines]);
  const widths = columns.map((column) => Math.max(...column.map((cell) => cell.length)));
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) => {
    const cells = columns.map((column, index) => (column[row] ?? '').padEnd(widths[index] ?? 0));
    return ` ${cells.join(' | ')} ;`;
  });
}

/** A location with one write has its value for certain; diy names it only if the write is locked. */
function condition(cycle: Cycle, parts: Parts): string[] {
  const locked = cycle.threads.flat().filter(isLocked);
  const finals = cycle.locations
    .filter(
      (name) =>
        (cycle.writes.get(name) ?? 0) > 1 || locked.some((event) => event.location === name),
    )
    .map((name) => `[${name}]=${cycle.last.get(name) ?? 0}`);
  const reads = parts.reads.flatMap((items, thread) => items.map((read) => `${thread}:${read}`));
  return [...finals, ...reads];
}

/** What is never written tells nothing when it is read. */
export function isWritten(cycle: Cycle, event: Event): boolean {
  return (cycle.writes.get(event.location) ?? 0) > 0;
}

export function isLocked(event: Event): boolean {
  return event.edge === 'poana' || event.edge === 'locked';
}
