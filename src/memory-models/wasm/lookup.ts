/**
 * What becomes of a successor: it is compared with its origin, hashed, looked up together with others, and
 * waits to be expanded if it is new.
 *
 * HOT CODE, once a transition (`npm run bench`).
 */
import type { Images } from '../symmetry/images.ts';
import * as wasm from './code.ts';
import type { Code, Locals } from './code.ts';
import { increase } from './environment.ts';
import type { Environment } from './environment.ts';
import { EVENTS, isFirst } from './helpers.ts';
import { copyState } from './memory.ts';
import { hashing } from './visited/hash.ts';
import type { VisitedCode } from './visited/visited.ts';

/** Room for so many successors, which the host takes when it is full. */
export const MOST_EDGES: number = 1 << 14;
/** Successors that wait to be looked up, and for each its fingerprint, its address and its origin. */
export const MOST_PENDING = 32;
export const PENDING_BYTES = 16;
/** What the module is to find out. */
export interface Wanted {
  /** Contexts, as bits, that must be settled where nobody can step, or where a state is final. */
  readonly mustSettle: number;
  readonly mustFinish: number;
  /** The contexts whose settling is a goal, in the order of the goals' bits. */
  readonly goals: readonly number[];
  /** Whether successors are kept. */
  readonly edges: boolean;
  /** Whether a state is expanded by one step alone where that is enough. */
  readonly reduces: boolean;
  /** Which states the host has to look at: those in which `mustFinish` are settled are final. */
  readonly looks: 'every' | 'final' | 'none';
  /** Whether code is optimised before it runs, and not as it is seen to be hot. */
  readonly optimised: boolean;
  /** A state is replaced by the least of these images; absent: by none. */
  readonly images?: Images | null;
}

export interface Variables {
  readonly number: number;
  readonly count: number;
  readonly race: number;
  readonly generation: number;
  readonly edge: number;
  readonly edgeCount: number;
  readonly write: number;
  readonly writeEnd: number;
  /** The state that is expanded. */
  readonly from: number;
  readonly met: number;
  /** Bytes of what is pending, from where the thread's own room begins. */
  readonly pending: number;
  /** Holds what was read only to have it near. */
  readonly warm: number;
  readonly size: number;
}

export interface Calls {
  readonly visited: VisitedCode;
  readonly settled: number;
  readonly tell: number;
  readonly addRoom: number;
  readonly takeMet: number;
  readonly takeEdges: number;
}

/** A new state waits to be expanded. */
function adding(
  environment: Environment,
  variables: Variables,
  wanted: Wanted,
  calls: Calls,
  places: { readonly met: number },
  state: Code,
  locals: Locals,
): (number: Code, origin: Code) => Code {
  const { write, writeEnd } = variables;
  const [settled, to] = [locals.add(), locals.add()];
  const place = wasm.global(write);
  const isFinal = includes(wasm.get(settled), wanted.mustFinish);
  const asks = wanted.looks !== 'none' || wanted.goals.length > 0;
  const note = (): Code =>
    noteMet(environment, variables, wasm.get(settled), wanted, calls, places);
  return (number, origin) => {
    const look = wasm.call(calls.tell, wasm.i32(EVENTS.found), origin, number, wasm.get(to));
    const looking = { every: look, final: wasm.when(isFinal, look), none: wasm.NOTHING };
    return [
      wasm.when(wasm.equal(place, wasm.global(writeEnd)), wasm.call(calls.addRoom)),
      wasm.set(to, place),
      copyState(state, wasm.get(to), environment.record),
      asks ? wasm.set(settled, wasm.call(calls.settled, state)) : wasm.NOTHING,
      wanted.goals.length > 0 ? note() : [],
      looking[wanted.looks],
      increase(write, environment.record),
    ];
  };
}

export function includes(bits: Code, all: number): Code {
  return wasm.equal(wasm.and(bits, wasm.i32(all)), wasm.i32(all));
}

/** Writes down which goals a new state meets by itself. */
function noteMet(
  environment: Environment,
  { met }: Variables,
  settled: Code,
  { goals }: Wanted,
  { takeMet }: Calls,
  places: { readonly met: number },
): Code {
  const bits = goals.map((context, goal) => {
    const bit = wasm.and(wasm.shiftRightUnsigned(settled, wasm.i32(context)), wasm.i32(1));
    return wasm.shiftLeft(bit, wasm.i32(goal));
  });
  return [
    wasm.store(wasm.global(met), 0, bits.reduce(wasm.or)),
    increase(met, 4),
    wasm.when(
      wasm.equal(wasm.global(met), environment.own(wasm.i32(places.met + 4 * MOST_EDGES))),
      wasm.call(takeMet),
    ),
  ];
}

/**
 * () : the successor in the making is one. It is looked up later, together with others. A step that changes
 * nothing leads back without a search.
 */
export function defineKeep(
  environment: Environment,
  { number, count, edgeCount, from, pending }: Variables,
  wanted: Wanted,
  resolving: number,
  canonicalise: number | null,
  places: { readonly pending: number; readonly pendingElements: number; readonly identity: number },
): number {
  const { module, next, record } = environment;
  const index = module.declare(0, false);
  const locals = new wasm.Locals(0);
  const [to, old, entry] = [locals.add(), locals.add(), locals.add()];
  const fingerprint = locals.add('i64');
  const by = canonicalise === null ? 0 : locals.add();
  const note = (word: number, value: Code): Code =>
    wasm.store(wasm.get(entry), places.pending + 4 * word, value);
  const done = [
    wasm.setGlobal(pending, wasm.add(wasm.get(entry), wasm.i32(PENDING_BYTES))),
    wasm.when(
      wasm.equal(wasm.get(entry), environment.own(wasm.i32(PENDING_BYTES * (MOST_PENDING - 1)))),
      wasm.call(resolving),
    ),
  ];
  // Four bytes an entry.
  const element = (by: Code): Code =>
    canonicalise === null || !wanted.edges
      ? wasm.NOTHING
      : wasm.store(
          wasm.divideUnsigned(wasm.get(entry), wasm.i32(PENDING_BYTES / 4)),
          places.pendingElements,
          by,
        );
  const image =
    canonicalise === null
      ? wasm.NOTHING
      : [wasm.set(by, wasm.call(canonicalise)), element(wasm.get(by))];
  const changed = [
    image,
    hashing(locals, record, wasm.get(to), fingerprint),
    wasm.store64(wasm.get(entry), places.pending, wasm.get(fingerprint)),
    note(2, wasm.get(to)),
    note(3, wasm.global(number)),
    wasm.setGlobal(next, wasm.add(wasm.get(to), wasm.i32(record))),
    done,
  ];
  const same = wanted.edges
    ? [element(wasm.i32(places.identity)), note(2, wasm.i32(0)), note(3, wasm.global(number)), done]
    : null;
  module.define(index, locals, [
    increase(count, 1),
    increase(edgeCount, 1),
    wasm.set(entry, wasm.global(pending)),
    wasm.set(to, wasm.global(next)),
    wasm.set(old, wasm.global(from)),
    wasm.when(differs(record, wasm.get(to), wasm.get(old)), changed, same),
  ]);
  return index;
}

/**
 * () : what is pending is looked up, and what is new waits to be expanded. The slots where the searches
 * begin are read before, all at once: so they come from memory at the same time, not one after the other.
 */
export function defineResolve(
  index: number,
  environment: Environment,
  variables: Variables,
  wanted: Wanted,
  calls: Calls,
  places: {
    readonly pending: number;
    readonly states: number;
    readonly pendingElements: number;
    readonly edges: number;
    readonly edgeElements: number;
    readonly met: number;
  },
): void {
  const { module, next } = environment;
  const { visited } = calls;
  const { edge, pending, warm } = variables;
  const first = environment.own(wasm.i32(0));
  const locals = new wasm.Locals(0);
  const [entry, end, to] = [locals.add(), locals.add(), locals.add()];
  const [fingerprint, state] = [locals.add('i64'), locals.add()];
  const lookup = visited.lookup(locals);
  const pendingFingerprint = wasm.load64(wasm.get(entry), places.pending);
  const word = (i: number): Code => wasm.load(wasm.get(entry), places.pending + 4 * i);
  const add = adding(environment, variables, wanted, calls, places, wasm.get(state), locals);
  const other = wasm.set(to, wasm.subtract(wasm.i32(-1), wasm.get(to)));
  const isNew = wasm.atLeast(wasm.get(to), wasm.i32(0));
  const looked = [
    wasm.set(fingerprint, pendingFingerprint),
    lookup.insert(fingerprint, to),
    wasm.when(isNew, add(wasm.get(to), word(3)), wanted.edges ? other : null),
  ];
  const noteElement =
    (wanted.images ?? null) === null
      ? wasm.NOTHING
      : wasm.store(
          wasm.global(edge),
          places.edgeElements - places.edges,
          wasm.load(
            wasm.divideUnsigned(wasm.get(entry), wasm.i32(PENDING_BYTES / 4)),
            places.pendingElements,
          ),
        );
  const edgesEnd = environment.own(wasm.i32(places.edges + 4 * MOST_EDGES));
  const full = wasm.equal(wasm.global(edge), edgesEnd);
  const kept = [
    wasm.when(wasm.tee(state, word(2)), looked, wasm.set(to, word(3))),
    wasm.store(wasm.global(edge), 0, wasm.get(to)),
    noteElement,
    increase(edge, 4),
    wasm.when(full, wasm.call(calls.takeEdges)),
  ];
  const forEach = (action: Code): Code => {
    const each = wasm.label();
    const step = wasm.tee(entry, wasm.add(wasm.get(entry), wasm.i32(PENDING_BYTES)));
    return [
      wasm.set(entry, first),
      wasm.loop(each, [action, wasm.branchIf(wasm.less(step, wasm.get(end)), each)]),
    ];
  };
  const near = wasm.set(to, wasm.xor(wasm.get(to), lookup.near(pendingFingerprint)));
  module.define(index, locals, [
    wasm.set(end, wasm.global(pending)),
    wasm.when(isFirst(environment, wasm.get(end)), wasm.RETURN),
    visited.pause,
    lookup.read,
    wasm.when(lookup.isFar, [forEach(near), wasm.setGlobal(warm, wasm.get(to))]),
    forEach(wanted.edges ? kept : [wasm.set(state, word(2)), looked]),
    wasm.setGlobal(pending, first),
    wasm.setGlobal(next, environment.own(wasm.i32(places.states))),
  ]);
}

/** () : the initial state, which stands where the first successor would, is the first that is found. */
export function defineStart(
  environment: Environment,
  { pending }: Variables,
  resolving: number,
  canonicalise: number | null,
  places: { readonly pending: number },
): void {
  const { module, next, record } = environment;
  const locals = new wasm.Locals(0);
  const fingerprint = locals.add('i64');
  const start = module.declare(0, false);
  const first = environment.own(wasm.i32(0));
  module.define(start, locals, [
    canonicalise === null ? wasm.NOTHING : wasm.drop(wasm.call(canonicalise)),
    hashing(locals, record, wasm.global(next), fingerprint),
    wasm.store64(first, places.pending, wasm.get(fingerprint)),
    wasm.store(first, places.pending + 8, wasm.global(next)),
    wasm.store(first, places.pending + 12, wasm.i32(0)),
    wasm.setGlobal(pending, wasm.add(first, wasm.i32(PENDING_BYTES))),
    wasm.call(resolving),
  ]);
  module.export('start', start);
}

/** () → the number of the state that stands where the first successor would, or -1 - its number. */
export function defineFind({ module, next, record }: Environment, visited: VisitedCode): void {
  const locals = new wasm.Locals(0);
  const [fingerprint, found] = [locals.add('i64'), locals.add()];
  const lookup = visited.lookup(locals);
  if (lookup.find === null) return;
  const find = module.declare(0, true);
  module.define(find, locals, [
    lookup.read,
    hashing(locals, record, wasm.global(next), fingerprint),
    lookup.find(fingerprint, found),
    wasm.get(found),
  ]);
  module.export('find', find);
}

/** Whether the successor in the making differs from a state: most do so in the first words. */
function differs(record: number, one: Code, other: Code): Code {
  const difference = (i: number): Code =>
    wasm.long.xor(wasm.load64(one, 8 * i), wasm.load64(other, 8 * i));
  const rest = Array.from({ length: record / 8 - 1 }, (_, i) => difference(i + 1));
  const first = wasm.long.unequal(difference(0), wasm.i64(0n));
  if (rest.length === 0) return first;
  const later = wasm.long.unequal(rest.reduce(wasm.long.or), wasm.i64(0n));
  return wasm.choice(first, 'i32', wasm.i32(1), later);
}
