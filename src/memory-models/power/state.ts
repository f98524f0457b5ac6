/**
 * What a state of `power` is made of: plain objects that are never changed, only replaced. Each is
 * interned (interner.ts), and a state is the list of their numbers.
 */
import type { Expr } from '../../machine/machine.ts';
import type { View } from './views.ts';

/** What is known when something is committed: a view, and pending accesses whose views come on top. */
export interface Commit {
  readonly view: View;
  /** One bit a place in the CPU's window. */
  readonly pending: number;
}

/** What a register holds, or an operand is. */
export interface Value {
  /** null: it depends on a load that is put off, and is `expr`. */
  readonly known: number | null;
  /** Over the CPU's window: `reg` n is what the access at place n reads; null when known. */
  readonly expr: Expr | null;
  /** The joined init views of the satisfied loads that it was made of. */
  readonly init: View;
  /** cc0 backwards from these loads. */
  readonly commit: Commit;
  /** The window's loads that it was made of. */
  readonly sources: number;
}

/** An access that is put off; in the window in program order. */
export interface Pending {
  readonly kind: 'load' | 'store';
  readonly node: number;
  readonly address: Value;
  /** Once the address is known. */
  readonly location: number | null;
  /** Of a store. */
  readonly value: Value | null;
  /** cc0 backwards from the access, itself not included. */
  readonly commit: Commit;
  /** Of a load: what the last isync lets through. */
  readonly isync: View;
  /** Of a store: the stores before the last eieio. */
  readonly eieio: Commit;
  /** Of a store: the init views of the loads that it was forwarded to. */
  readonly forwarded: View;
}

/** A condition over values that are put off: an assertion, or that a value fits its variable. */
export interface Obligation {
  readonly node: number;
  readonly value: Value;
  /** The value must lie within; an assertion's must not be 0. */
  readonly min: number;
  readonly max: number;
  readonly nonzero: boolean;
}

/** A plain store of a value that is put off; nobody else may look before it is known. */
export interface Overlay {
  readonly location: number;
  readonly value: Value;
}

/** What a CPU's program order knows of a location (R2's last accesses there). */
export interface Past {
  /** The newest message that it read or wrote. */
  readonly newest: number;
  /** Its newest own store is that message. */
  readonly own: boolean;
  /** Init views of loads, commit views of stores, that met messages older than `newest`. */
  readonly viewOlder: View;
  /** The same of those that met `newest`. */
  readonly viewNewest: View;
  /** Init views of what the own store was made of (R4). */
  readonly made: View;
  readonly commit: Commit;
}

export interface Cpu {
  /** R2's `cur` and `rel`, which are one (docs/design/power.md). */
  readonly bound: View;
  readonly observed: View;
  readonly control: Commit;
  readonly address: Commit;
  readonly isync: View;
  readonly eieio: Commit;
  /** All stores so far, with their views; kept where an eieio may come. */
  readonly stores: View;
  /** By location. */
  readonly past: readonly Past[];
  /** The context whose accesses are put off; -1: none are. */
  readonly owner: number;
  readonly window: readonly Pending[];
  readonly overlays: readonly Overlay[];
  readonly obligations: readonly Obligation[];
}

export interface Context {
  readonly node: number;
  /** Parts of the node that are done: the fence before an RMW, the access, … */
  readonly phase: number;
  /** The CPU on which its registers' views mean something. */
  readonly cpu: number;
  /** null: dead. */
  readonly registers: readonly (Value | null)[];
}

export interface Message {
  readonly value: number;
  readonly view: View;
  /** What comes before it in co | prop: its view, and what forgotten messages stood for. */
  readonly order: View;
  /** Written by an atomic update: nothing may come between it and its predecessor. */
  readonly atomic: boolean;
}

/** CPUs that made accesses which not everybody who must know of them knows; bits, or -1. */
export interface Accesses {
  readonly plainWriter: number;
  readonly plainReaders: number;
  readonly writers: number;
  readonly readers: number;
}

export interface Location {
  /** One for a location that needs no messages. */
  readonly messages: readonly Message[];
  readonly accesses: Accesses;
}

export const NOTHING: Commit = { view: 0, pending: 0 };

export const NO_PAST: Past = {
  newest: 0,
  own: false,
  viewOlder: 0,
  viewNewest: 0,
  made: 0,
  commit: NOTHING,
};

export const NO_ACCESSES: Accesses = { plainWriter: -1, plainReaders: 0, writers: 0, readers: 0 };

export function constant(known: number): Value {
  return { known, expr: null, init: 0, commit: NOTHING, sources: 0 };
}

export const ZERO: Value = constant(0);
