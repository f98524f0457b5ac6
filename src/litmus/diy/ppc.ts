/** Cycles in PowerPC assembly, with diy's choice of registers and instructions. */
import { KcheckError } from '../../errors.ts';
import type { Cycle, Event } from './cycle.ts';
import { isWritten, layOut } from './text.ts';

export function ppcText(cycle: Cycle): string {
  const labels = { used: 0 };
  const threads = cycle.threads.map((events) => new PpcThread(cycle, labels).write(events));
  return layOut(cycle, {
    architecture: 'PPC',
    init: threads.map((thread) => thread.init),
    code: threads.map((thread) => thread.code),
    reads: threads.map((thread) => thread.reads),
  });
}

class PpcThread {
  readonly init: string[] = [];
  readonly code: string[] = [];
  readonly reads: string[] = [];
  readonly #addresses = new Map<string, string>();
  readonly #cycle: Cycle;
  /** Numbers labels throughout the test. */
  readonly #labels: { used: number };
  #registers = 0;

  constructor(cycle: Cycle, labels: { used: number }) {
    this.#cycle = cycle;
    this.#labels = labels;
  }

  write(events: readonly Event[]): this {
    let before: { readonly event: Event; readonly register: string } | null = null;
    for (const event of events) {
      const edge: Event['edge'] = before?.event.edge ?? null;
      const source: string = before?.register ?? '';
      if (edge === 'addr') before = { event, register: this.#indexed(event, source) };
      else if (edge === 'data') before = { event, register: this.#data(event, source) };
      else {
        this.#between(edge, source);
        before = { event, register: this.#plain(event) };
      }
    }
    return this;
  }

  /** What stands between two accesses and does not touch the second. */
  #between(edge: Event['edge'], source: string): void {
    switch (edge) {
      case 'sync':
      case 'lwsync':
      case 'eieio':
      case 'isync':
        this.code.push(edge);
        return;
      case 'ctrl':
      case 'ctrlisync': {
        const label = `LC${String(this.#labels.used++).padStart(2, '0')}`;
        this.code.push(`cmpw ${source},${source}`, `beq  ${label}`, `${label}:`);
        if (edge === 'ctrlisync') this.code.push('isync');
        return;
      }
      case 'mfence':
      case 'poana':
      case 'locked':
        throw new KcheckError('KC0308', `'${edge}' is an edge of x86, not of PowerPC`);
      default:
        return;
    }
  }

  #plain(event: Event): string {
    const register = this.#register();
    if (event.kind === 'W') this.code.push(`li ${register},${event.value}`);
    const address = this.#address(event.location);
    this.code.push(`${event.kind === 'W' ? 'stw' : 'lwz'} ${register},0(${address})`);
    this.#note(event, register);
    return register;
  }

  #indexed(event: Event, source: string): string {
    const offset = this.#register();
    this.code.push(`xor ${offset},${source},${source}`);
    const register = this.#register();
    if (event.kind === 'W') this.code.push(`li ${register},${event.value}`);
    const address = this.#address(event.location);
    this.code.push(`${event.kind === 'W' ? 'stwx' : 'lwzx'} ${register},${offset},${address}`);
    this.#note(event, register);
    return register;
  }

  #data(event: Event, source: string): string {
    const register = this.#register();
    this.code.push(`xor ${register},${source},${source}`);
    this.code.push(`addi ${register},${register},${event.value}`);
    this.code.push(`stw ${register},0(${this.#address(event.location)})`);
    return register;
  }

  #note(event: Event, register: string): void {
    if (event.kind === 'R' && isWritten(this.#cycle, event)) {
      this.reads.push(`${register}=${event.value}`);
    }
  }

  #register(): string {
    return `r${++this.#registers}`;
  }

  #address(location: string): string {
    const known = this.#addresses.get(location);
    if (known !== undefined) return known;
    const register = this.#register();
    this.#addresses.set(location, register);
    this.init.push(`${register}=${location}`);
    return register;
  }
}
