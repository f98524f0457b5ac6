/**
 * Happens-before in a state, for the search for races: docs/design/races.md.
 *
 * A *fact* is "this is ordered behind the last such access": to one location, of one kind, by one CPU. A
 * *view* is a set of facts, a bit each. There is a view for what comes next on a CPU (its reads, its writes, what it has
 * observed, what its next marked write releases), one for each message (of a location that somebody reads with a
 * marked access, or in a store buffer), one for each register that an address or a marked write depends on, and one for
 * what decisions made before mean to marked writes. An access needs the facts about
 * the conflicting accesses, takes its own fact out of every view, and puts it in those of its CPU. A plain write
 * stands for all that came before it, for whoever knows of the write knows of that.
 *
 * Views order states and nothing else: a step does the same whatever they hold, and with fewer facts a race is found
 * sooner. The search for races relies on that.
 *
 * HOT CODE in the source emitted here: a call an access.
 */
import { at } from '../../machine/graph.ts';
import type { Fence, Machine } from '../../machine/machine.ts';
import type { Seen } from '../memory-model.ts';
import { dependenciesOf, isAccess } from './dependencies.ts';
import type { Control, Dependencies } from './dependencies.ts';

export const KINDS = ['plainRead', 'plainWrite', 'read', 'write'] as const;
export type Kind = (typeof KINDS)[number];

export interface HappensBefore {
  /** Locations of which it is followed. */
  readonly locations: ReadonlySet<number>;
  /** Words that views take at the end of a state, and the initial ones. */
  readonly initial: readonly number[];
  /** Words a view. */
  readonly words: number;
  /** The first view of store buffers. */
  readonly buffers: number;
  /** The view of a register that is followed; -1: it is not. */
  viewOf(context: number, register: number): number;
  followed(context: number): Iterable<number>;
  /** The decisions of a context that are followed, each with the view of what depends on it. */
  controls(context: number): readonly FollowedControl[];
  /** Declarations that the emitted calls need; `first`: the first word of views in a state. */
  prelude(first: number): string;
}

export interface FollowedControl extends Control {
  readonly view: number;
}

/** Views of a CPU, in this order; the last one only if there is a smp_wmb() that it is kept for. */
const CPU_VIEWS = ['reads', 'writes', 'observed', 'released', 'depended'] as const;

/** What there is to follow. */
interface Followed {
  readonly locations: ReadonlySet<number>;
  readonly accesses: Seen['accesses'];
  readonly dependencies: boolean;
  /** Views of what waits in store buffers. */
  readonly bufferViews: number;
}

const NO_DEPENDENCIES: Dependencies = { registers: new Set(), controls: [] };

export function happensBefore(
  machine: Machine,
  { locations, accesses, dependencies, bufferViews }: Followed,
): HappensBefore {
  const facts = factsOf(machine, locations, accesses);
  const words = Math.max(1, Math.ceil(facts.count / 32));
  const messages = messagesOf(machine);
  // What a marked write depends on goes on to whoever reads it, or to what comes after a smp_wmb().
  const barrier = hasWriteBarrier(machine);
  const concerned = barrier
    ? new Set(machine.locations.keys())
    : new Set([...messages, ...locations]);
  const followed = machine.contexts.map((context) =>
    dependencies ? dependenciesOf(machine, context, concerned) : NO_DEPENDENCIES,
  );
  const depends = barrier && followed.some(dependsOnReads);
  const perCpu = CPU_VIEWS.length - (depends ? 0 : 1);
  let views = machine.cpus.length * perCpu;
  const message = machine.locations.map((_, l) => (messages.has(l) ? views++ : -1));
  const memory = views;
  const register = followed.map(
    ({ registers }) => new Map([...registers].map((r) => [r, views++] as const)),
  );
  const control = followed.map(({ controls }) => controls.map((c) => ({ ...c, view: views++ })));
  const buffers = views;
  views += bufferViews;
  return {
    locations,
    words,
    buffers,
    // Nobody has to know of what has not been done.
    initial: [
      ...Array.from({ length: memory }, () => facts.all(words)).flat(),
      ...Array.from({ length: (views - memory) * words }, () => 0),
    ],
    viewOf: (context, r) => register[context]?.get(r) ?? -1,
    followed: (context) => at(register, context).keys(),
    controls: (context) => at(control, context),
    prelude: (first) => preludeOf(facts.tables(words), message, { first, views, words, perCpu }),
  };
}

function dependsOnReads({ registers, controls }: Dependencies): boolean {
  return registers.size > 0 || controls.length > 0;
}

function hasWriteBarrier({ contexts }: Machine): boolean {
  const nodes = contexts.flatMap((context) => context.nodes);
  return nodes.some((node) => node.kind === 'fence' && fenceHelper(node.fence) === 'hb_wmb');
}

/** Locations whose messages somebody may read with a marked access. */
function messagesOf(machine: Machine): ReadonlySet<number> {
  const reading = machine.contexts
    .flatMap(({ nodes }) => nodes.filter(isAccess))
    .filter((node) => node.kind === 'rmw' || (node.kind === 'load' && node.order !== 'plain'));
  return new Set(reading.flatMap(({ address }) => address.candidates));
}

/** The numbers of facts: by location one for plain writes, and for each other kind one a CPU that makes any. */
interface Facts {
  readonly count: number;
  all(words: number): readonly number[];
  tables(words: number): Tables;
}

interface Tables {
  /** By kind, location and word: the facts that such an access needs. */
  readonly needs: readonly (readonly number[])[];
  /** By kind, location, CPU and word: its own fact. */
  readonly own: readonly (readonly number[])[];
  /** By location and word: the facts that a plain write stands for. */
  readonly superseded: readonly number[];
  /** By word: the facts about writes, and all. */
  readonly writes: readonly number[];
  readonly all: readonly number[];
  /** By CPU and word: the facts that an access of the CPU may need. */
  readonly concerned: readonly number[];
}

function factsOf(machine: Machine, locations: ReadonlySet<number>, made: Seen['accesses']): Facts {
  let count = 0;
  const makes = (kind: Kind, location: number, cpu: number): boolean =>
    locations.has(location) && (madeBy(made, kind, location) & (1 << cpu)) !== 0;
  /** By kind, location and CPU; -1: there are no such accesses. */
  const numbers = KINDS.map((kind) =>
    machine.locations.map((_, location) => {
      const shared = kind === 'plainWrite' && locations.has(location) ? count++ : null;
      return machine.cpus.map((__, cpu) => (makes(kind, location, cpu) ? (shared ?? count++) : -1));
    }),
  );
  const factsAbout = (location: number, kinds: readonly Kind[]): readonly number[] =>
    kinds.flatMap((kind) => at(at(numbers, KINDS.indexOf(kind)), location)).filter((n) => n >= 0);
  const neededBy = (cpu: number): readonly number[] =>
    [...locations].flatMap((location) =>
      KINDS.filter((kind) => makes(kind, location, cpu)).flatMap((kind) =>
        factsAbout(location, CONFLICTING[kind]),
      ),
    );
  const tables = (words: number): Tables => {
    const byLocation = (kinds: readonly Kind[]): readonly number[] =>
      machine.locations.flatMap((_, l) => maskOf(factsAbout(l, kinds), words));
    const writes = [...locations].flatMap((l) => factsAbout(l, ['plainWrite', 'write']));
    return {
      needs: KINDS.map((kind) => byLocation(CONFLICTING[kind])),
      own: numbers.map((byKind) => byKind.flat().flatMap((n) => maskOf(n < 0 ? [] : [n], words))),
      superseded: byLocation(['plainRead', 'read', 'write']),
      writes: maskOf(writes, words),
      all: maskOf([...Array(count).keys()], words),
      concerned: machine.cpus.flatMap((_, cpu) => maskOf(neededBy(cpu), words)),
    };
  };
  return { count, all: (words) => maskOf([...Array(count).keys()], words), tables };
}

function madeBy(made: Seen['accesses'], kind: Kind, location: number): number {
  return made[KINDS.indexOf(kind)]?.[location] ?? 0;
}

/** Whether two CPUs make accesses that conflict. */
export function isContended({ cpus }: Machine, made: Seen['accesses'], location: number): boolean {
  const share = cpus.length > 32;
  return KINDS.some((kind) =>
    CONFLICTING[kind].some((other) => {
      const [some, others] = [madeBy(made, kind, location), madeBy(made, other, location)];
      const two = share || some !== others || (some & (some - 1)) !== 0;
      return some !== 0 && others !== 0 && two;
    }),
  );
}

const CONFLICTING: Readonly<Record<Kind, readonly Kind[]>> = {
  plainRead: ['plainWrite', 'write'],
  plainWrite: ['plainRead', 'plainWrite', 'read', 'write'],
  read: ['plainWrite'],
  write: ['plainRead', 'plainWrite'],
};

function maskOf(facts: readonly number[], words: number): readonly number[] {
  const mask = Array.from({ length: words }, () => 0);
  for (const fact of facts) mask[fact >> 5] = (mask[fact >> 5] ?? 0) | (1 << (fact & 31));
  return mask;
}

/** What a fence does to the views of its CPU: the name of a helper; null: nothing. */
export function fenceHelper(fence: Fence): string | null {
  switch (fence) {
    case 'mb':
    case 'mb__before_atomic':
    case 'mb__after_atomic':
    case 'mb__after_spinlock':
    case 'mb__after_unlock_lock':
    case 'sync':
    case 'lwsync':
    case 'mfence':
      return 'hb_barrier';
    case 'rmb':
      return 'hb_rmb';
    case 'wmb':
    case 'eieio':
      return 'hb_wmb';
    case 'isync':
      return 'hb_isync';
    case 'barrier':
      return null;
  }
}

interface Sizes {
  readonly first: number;
  readonly views: number;
  readonly words: number;
  readonly perCpu: number;
}

/** Views of a CPU stand in the order of CPU_VIEWS. */
function preludeOf(
  { needs, own, superseded, writes, concerned, all }: Tables,
  message: readonly number[],
  { first, views, words, perCpu }: Sizes,
): string {
  const list = (numbers: readonly number[]): string => `Int32Array.of(${numbers.join(', ')})`;
  const lists = (tables: readonly (readonly number[])[]): string =>
    `[${tables.map(list).join(', ')}]`;
  const cpus = at(own, 0).length / (words * message.length);
  return `
const hb_needs = ${lists(needs)}, hb_own = ${lists(own)};
const hb_superseded = ${list(superseded)}, hb_writes = ${list(writes)};
const hb_concerned = ${list(concerned)}, hb_all = ${list(all)}, hb_message = ${list(message)};
const hb_none = new Int32Array(${words}), hb_address = new Int32Array(${words}), hb_behind = new Int32Array(${words});
function hb_view(o, v) { return o + ${first} + v * ${words}; }
function hb_depend(N, o, v) {
  const from = hb_view(o, v);
  for (let w = 0; w < ${words}; w++) hb_address[w] |= N[from + w];
}
function hb_dependWrite(N, o, v) {
  const from = hb_view(o, v);
  for (let w = 0; w < ${words}; w++) hb_address[w] |= N[from + w] & ~hb_writes[w];
}
function hb_gather(N, o, v) {
  const from = hb_view(o, v);
  for (let w = 0; w < ${words}; w++) hb_behind[w] |= N[from + w];
}
function hb_handOn(N, o, cpu, v) {
  ${
    perCpu < CPU_VIEWS.length
      ? ''
      : `const depended = hb_view(o, cpu * ${perCpu} + 4);
  for (let w = 0; w < ${words}; w++) N[depended + w] |= hb_behind[w];`
  }
  if (v < 0) return;
  const into = hb_view(o, v);
  for (let w = 0; w < ${words}; w++) N[into + w] |= hb_behind[w] & ~hb_writes[w];
}
function hb_decide(N, o, from, to) {
  const source = hb_view(o, from), into = hb_view(o, to);
  for (let w = 0; w < ${words}; w++) N[into + w] |= N[source + w];
}
function hb_access(N, o, kind, l, cpu, view, address) {
  const mine = hb_view(o, cpu * ${perCpu}), known = mine + view * ${words};
  const needs = hb_needs[kind], own = hb_own[kind];
  let races = false;
  for (let w = 0; w < ${words}; w++) {
    if (needs[l * ${words} + w] & ~(N[known + w] | address[w])) races = true;
    const fact = own[(l * ${cpus} + cpu) * ${words} + w];
    const past = kind === 1 ? hb_superseded[l * ${words} + w] : 0;
    if ((fact | past) === 0) continue;
    for (let v = o + ${first} + w, end = v + ${views * words}; v < end; v += ${words}) N[v] = (N[v] | past) & ~fact;
    for (let v = 0; v < 3; v++) N[mine + v * ${words} + w] |= fact;
  }
  return races;
}
function hb_read(N, o, cpu, v, address, acquires, to) {
  const mine = hb_view(o, cpu * ${perCpu}), from = hb_view(o, v), into = hb_view(o, to);
  for (let w = 0; w < ${words}; w++) {
    const facts = N[from + w] | address[w];
    N[mine + ${2 * words} + w] |= facts;
    if (acquires) { N[mine + w] |= facts; N[mine + ${words} + w] |= facts; }
    if (to >= 0) N[into + w] = facts;
  }
}
function hb_forget(N, o, v) {
  if (v < 0) return;
  const from = hb_view(o, v);
  for (let w = 0; w < ${words}; w++) N[from + w] = 0;
}
function hb_release(N, o, cpu, v, view) {
  if (v < 0) return;
  const from = hb_view(o, cpu * ${perCpu} + view), into = hb_view(o, v);
  for (let w = 0; w < ${words}; w++) N[into + w] = N[from + w];
}
function hb_relay(N, o, cpu, v) {
  const from = hb_view(o, cpu * ${perCpu} + 3), into = hb_view(o, v);
  for (let w = 0; w < ${words}; w++) N[into + w] |= N[from + w];
}
function hb_settle(N, o) {
  for (let w = 0; w < ${words}; w++) {
    let settled = -1;
    for (let cpu = 0; cpu < ${cpus}; cpu++) {
      const mine = hb_view(o, cpu * ${perCpu}) + w;
      settled &= (N[mine] & N[mine + ${words}]) | ~hb_concerned[cpu * ${words} + w];
    }
    settled &= hb_all[w];
    for (let v = o + ${first} + w, end = v + ${views * words}; v < end; v += ${words}) N[v] |= settled;
  }
}
function hb_isync(N, o, cpu) {
  const mine = hb_view(o, cpu * ${perCpu});
  for (let w = 0; w < ${words}; w++) N[mine + w] = N[mine + ${words} + w] = N[mine + ${2 * words} + w];
}
function hb_barrier(N, o, cpu) {
  const mine = hb_view(o, cpu * ${perCpu});
  hb_isync(N, o, cpu);
  for (let w = 0; w < ${words}; w++) N[mine + ${3 * words} + w] = N[mine + ${2 * words} + w];
}
function hb_rmb(N, o, cpu) {
  const mine = hb_view(o, cpu * ${perCpu});
  for (let w = 0; w < ${words}; w++) N[mine + w] |= N[mine + ${2 * words} + w];
}
function hb_wmb(N, o, cpu) {
  const mine = hb_view(o, cpu * ${perCpu});
  for (let w = 0; w < ${words}; w++) N[mine + ${3 * words} + w] |= N[mine + ${words} + w] & hb_writes[w];
  ${
    perCpu < CPU_VIEWS.length
      ? ''
      : `for (let w = 0; w < ${words}; w++) {
    N[mine + ${3 * words} + w] |= N[mine + ${4 * words} + w] & ~hb_writes[w];
    N[mine + ${words} + w] |= N[mine + ${4 * words} + w];
  }`
  }
}
`;
}
