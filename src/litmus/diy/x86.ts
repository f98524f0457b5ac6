/** Cycles in x86 assembly, with diy's choice of registers and instructions. */
import { KcheckError } from '../../errors.ts';
import type { Cycle, Event } from './cycle.ts';
import { isLocked, isWritten, layOut } from './text.ts';

const REGISTERS = ['EAX', 'EBX', 'ECX', 'EDX', 'ESI', 'EDI'];

export function x86Text(cycle: Cycle): string {
  const threads = cycle.threads.map((events) => writeThread(cycle, events));
  return layOut(cycle, {
    architecture: 'X86',
    init: [],
    code: threads.map((thread) => thread.code),
    reads: threads.map((thread) => thread.reads),
  });
}

function writeThread(cycle: Cycle, events: readonly Event[]): { code: string[]; reads: string[] } {
  const code: string[] = [];
  const reads: string[] = [];
  let used = 0;
  for (const event of events) {
    const locked = isLocked(event);
    const register = REGISTERS[used] ?? 'EAX';
    if (event.kind === 'R' && isWritten(cycle, event)) reads.push(`${register}=${event.value}`);
    if (event.kind === 'R' || locked) used++;
    code.push(...access(event, register, locked), ...between(event));
  }
  return { code, reads };
}

function access(event: Event, register: string, locked: boolean): string[] {
  if (event.kind === 'R') return [`MOV ${register},[${event.location}]`];
  if (!locked) return [`MOV [${event.location}],$${event.value}`];
  return [`MOV ${register},$${event.value}`, `XCHG [${event.location}],${register}`];
}

function between(event: Event): string[] {
  switch (event.edge) {
    case 'mfence':
      return ['MFENCE'];
    case null:
    case 'po':
    case 'pos':
    case 'rfi':
    case 'coi':
    case 'poana':
    case 'locked':
      return [];
    default:
      throw new KcheckError('KC0308', `'${event.edge}' is an edge of PowerPC, not of x86`);
  }
}
