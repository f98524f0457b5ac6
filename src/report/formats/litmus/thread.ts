/**
 * One thread of the test: the accesses that a context made in the trace, in program order. Its program is
 * followed node by node along the way that it took. A branch that depends on a load becomes an `if` around
 * what its control dependence covers; a store of what was loaded is written so: data and control
 * dependencies are kept. Loops are unrolled, as often as they were run.
 */
import { holds } from '../../../checker/reference/evaluate.ts';
import type { TraceEvent } from '../../../checker/result.ts';
import { registersIn } from '../../../machine/expression.ts';
import { fenceName } from '../../../machine/format.ts';
import { at, nodeAt } from '../../../machine/graph.ts';
import type {
  Address,
  Branch,
  Context,
  Expr,
  Load,
  Machine,
  Rmw,
  Store,
} from '../../../machine/machine.ts';
import { constant, held, textOf } from './expression.ts';
import type { Held } from './expression.ts';
import { LitmusRefusal } from './refusal.ts';
import { rmwCall } from './rmw.ts';

/** A load's register, with what it returned; null: not known. */
export interface Read {
  readonly register: string;
  readonly value: number | null;
}

export interface Thread {
  readonly lines: readonly string[];
  readonly reads: readonly Read[];
  /** Locations accessed, ascending, and those stored to. */
  readonly locations: readonly number[];
  readonly stored: readonly number[];
}

/** What the other threads make of it, too. */
export interface Names {
  readonly location: (index: number) => string;
  readonly isAtomic: (index: number) => boolean;
}

/** An event, with the value of a load that was satisfied later. */
export type Made = Pick<TraceEvent, 'node' | 'kind' | 'before' | 'after' | 'choice'>;

export function threadOf(
  machine: Machine,
  context: Context,
  events: readonly Made[],
  names: Names,
): Thread {
  return new Writer(machine, context, events, names).thread();
}

interface Guard {
  readonly join: number | null;
  /** The line that opens it. */
  readonly line: number;
}

const LOCKS: Readonly<Record<string, string>> = {
  spin_lock: 'spin_lock',
  raw_spin_lock: 'spin_lock',
  mutex_lock: 'spin_lock',
  spin_unlock: 'spin_unlock',
  raw_spin_unlock: 'spin_unlock',
  mutex_unlock: 'spin_unlock',
  spin_trylock: 'spin_trylock',
  raw_spin_trylock: 'spin_trylock',
  mutex_trylock: 'spin_trylock',
  spin_is_locked: 'spin_is_locked',
  raw_spin_is_locked: 'spin_is_locked',
  mutex_is_locked: 'spin_is_locked',
};

class Writer {
  readonly #machine: Machine;
  readonly #context: Context;
  readonly #events: Made[];
  readonly #names: Names;
  readonly #registers: Held[];
  readonly #lines: string[] = [];
  readonly #guards: Guard[] = [];
  readonly #reads: Read[] = [];
  readonly #locations = new Set<number>();
  readonly #stored = new Set<number>();

  constructor(machine: Machine, context: Context, events: readonly Made[], names: Names) {
    this.#machine = machine;
    this.#context = context;
    this.#events = [...events];
    this.#names = names;
    this.#registers = context.registers.map(() => constant(0));
  }

  thread(): Thread {
    let index = this.#context.entry;
    while (this.#events.length > 0) index = this.#node(index);
    while (this.#guards.length > 0) this.#close();
    const ascending = (set: ReadonlySet<number>): number[] => [...set].toSorted((a, b) => a - b);
    return {
      lines: this.#lines,
      reads: this.#reads,
      locations: ascending(this.#locations),
      stored: ascending(this.#stored),
    };
  }

  /** Writes what the node does; the node that follows. */
  #node(index: number): number {
    while (this.#guards.at(-1)?.join === index) this.#close();
    const node = nodeAt(this.#context, index);
    switch (node.kind) {
      case 'assign': {
        const values = node.moves.map(([, expr]) => this.#held(expr));
        node.moves.forEach(([register], move) => this.#set(register, at(values, move)));
        return node.next;
      }
      case 'branch':
        return this.#branch(node);
      case 'assert':
        if (this.#events[0]?.kind === 'assert') this.#events.shift();
        return node.next;
      case 'load':
        this.#load(node, this.#made(index));
        return node.next;
      case 'store':
        this.#made(index);
        this.#store(node);
        return node.next;
      case 'rmw':
        this.#rmw(node, this.#made(index));
        return node.next;
      case 'fence':
        this.#made(index);
        if (node.fence !== 'barrier') this.#say(`${fenceName(node.fence)}();`);
        return node.next;
      case 'get':
        this.#set(node.register, constant(this.#made(index).before ?? 0));
        return node.next;
      case 'choose':
        this.#set(node.register, constant(this.#made(index).choice?.value ?? 0));
        return node.next;
      case 'set':
      case 'mark':
      case 'wait':
        this.#made(index);
        return node.next;
      case 'done':
        throw this.#lost(index);
    }
  }

  /** The event of this node, which is the next one. */
  #made(index: number): Made {
    const made = this.#events.shift();
    if (made?.node !== index) throw this.#lost(index);
    return made;
  }

  #lost(index: number): Error {
    return new Error(`the trace does not go through node ${index} of ${this.#context.name}`);
  }

  #branch({ condition, then, otherwise, join }: Branch): number {
    const { text } = this.#held(condition);
    const values = this.#registers.map(({ value }) => value ?? 0);
    const needed = [...registersIn(condition)].every(
      (register) => this.#registers[register]?.value !== null,
    );
    if (!needed) throw new LitmusRefusal('a branch in it depends on a value that is not known');
    const taken = holds(condition, { registers: values, ghosts: [] });
    if (text !== null) {
      this.#guards.push({ join, line: this.#lines.length });
      const asked = text.startsWith('(') ? text : `(${text})`;
      this.#write(taken ? `if ${asked} {` : `if (!${text}) {`, this.#guards.length - 1);
    }
    return taken ? then : otherwise;
  }

  /** An `if` around nothing is left out. */
  #close(): void {
    const guard = this.#guards.pop();
    if (guard?.line === this.#lines.length - 1) this.#lines.pop();
    else this.#write('}', this.#guards.length);
  }

  #load(node: Load, { before }: Made): void {
    const location = this.#location(node.address);
    const name = this.#names.location(location);
    const register = this.#read(before);
    const lock = at(this.#machine.locations, location).lock ? LOCKS[node.primitive] : undefined;
    if (lock !== undefined) {
      this.#say(`${register} = ${lock}(${name});`);
      this.#reads.splice(-1, 1, { register, value: before === null ? null : Number(before !== 0) });
    } else this.#say(`${register} = ${this.#loadCall(node, location, name)};`);
    this.#set(node.register, { value: before, text: register });
  }

  #loadCall({ order }: Load, location: number, name: string): string {
    if (this.#names.isAtomic(location)) {
      return order === 'acquire' ? `atomic_read_acquire(${name})` : `atomic_read(${name})`;
    }
    if (order === 'plain') return `*${name}`;
    return order === 'acquire' ? `smp_load_acquire(${name})` : `READ_ONCE(*${name})`;
  }

  #store(node: Store): void {
    const location = this.#location(node.address);
    const name = this.#names.location(location);
    if (at(this.#machine.locations, location).lock) {
      this.#say(`${LOCKS[node.primitive] ?? 'spin_unlock'}(${name});`);
      return;
    }
    this.#stored.add(location);
    const value = textOf(this.#held(node.value));
    this.#say(`${this.#storeCall(node, location, name, value)};`);
  }

  #storeCall({ order }: Store, location: number, name: string, value: string): string {
    if (this.#names.isAtomic(location)) {
      return `atomic_set${order === 'release' ? '_release' : ''}(${name}, ${value})`;
    }
    if (order === 'plain') return `*${name} = ${value}`;
    return order === 'release'
      ? `smp_store_release(${name}, ${value})`
      : `WRITE_ONCE(*${name}, ${value})`;
  }

  #rmw(node: Rmw, { before, after }: Made): void {
    const location = this.#location(node.address);
    const name = this.#names.location(location);
    if (at(this.#machine.locations, location).lock) {
      this.#lock(node, name, before, after !== null);
      return;
    }
    const call = rmwCall(node, name, this.#names.isAtomic(location), this.#registers);
    if (after !== null) this.#stored.add(location);
    const register = this.#read(before);
    this.#say(`${register} = ${call};`);
    this.#set(node.register, { value: before, text: register });
  }

  /** What a register holds of a lock word is whether it is free; who holds it nobody asks. */
  #lock(node: Rmw, name: string, before: number | null, taken: boolean): void {
    const call = LOCKS[node.primitive];
    if (call === undefined) throw new LitmusRefusal(`${node.primitive}() is no primitive of LKMM`);
    if (node.condition === null) {
      this.#say(`${call}(${name});`);
      this.#set(node.register, constant(before ?? 0));
      return;
    }
    const register = this.#read(Number(taken));
    this.#say(`${register} = ${call}(${name});`);
    this.#set(node.register, { value: before, text: `!${register}` });
  }

  #read(value: number | null): string {
    const register = `r${this.#reads.length}`;
    this.#reads.push({ register, value });
    return register;
  }

  #location({ expr, candidates }: Address): number {
    const address = this.#held(expr);
    if (address.text !== null) {
      const names = candidates.map((each) => at(this.#machine.locations, each).name);
      const some = names.slice(0, 2).join(', ');
      throw new LitmusRefusal(
        `an address in it is loaded from memory (of ${some}${names.length > 2 ? ', ...' : ''})`,
      );
    }
    const location = address.value ?? 0;
    this.#locations.add(location);
    return location;
  }

  #held(expr: Expr): Held {
    return held(expr, this.#registers);
  }

  #set(register: number, value: Held): void {
    this.#registers[register] = value;
  }

  #say(text: string): void {
    this.#write(text, this.#guards.length);
  }

  #write(text: string, depth: number): void {
    this.#lines.push('\t'.repeat(depth + 1) + text);
  }
}
