/** What the machine's text says before anything runs: classes, dimensions, and what is still to come. */
import { expressionsOf, registersIn, registersSet } from '../../machine/expression.ts';
import { footprints, plainLocations } from '../../machine/footprint.ts';
import type { Footprint } from '../../machine/footprint.ts';
import { at, cycles, nodeAt, predecessors, successors } from '../../machine/graph.ts';
import { liveRegisters } from '../../machine/liveness.ts';
import { takes, trueLocks } from '../../machine/locks-held.ts';
import type { Context, Expr, Machine, Node } from '../../machine/machine.ts';
import { stepKinds } from '../../machine/steps.ts';
import type { StepKind, StepOptions } from '../../machine/steps.ts';
import { BARRIERS, drains, observes } from './barriers.ts';
import type { Barrier } from './barriers.ts';
import { classesOf } from './classes.ts';
import type { LocationClass } from './classes.ts';

/** Only a sync is a step that others can tell; the other fences act on their CPU alone. */
export const POWER_STEPS: StepOptions = {
  fences: (fence) => (BARRIERS[fence] === 'sync' ? 'visible' : 'local'),
};

/** Messages a location and accesses put off a CPU, where loops may pile them up without end. */
const MOST_MESSAGES = 8;
const MOST_PENDING = 8;
/** One bit each in a 32-bit word. */
const ROOM = 30;

/** Race bits of a location: dimensions of the views, -1 where nobody makes such accesses. */
export interface RaceBits {
  readonly plainWrite: number;
  /** By CPU. */
  readonly plainRead: readonly number[];
  readonly write: readonly number[];
  readonly read: readonly number[];
}

export interface ContextFacts {
  readonly program: Context;
  readonly kinds: readonly StepKind[];
  readonly live: readonly ReadonlySet<number>[];
  /** Registers whose views something can still depend on. */
  readonly viewed: readonly ReadonlySet<number>[];
  readonly footprints: readonly Footprint[];
  /** By node: the locations that a load may read from it on; other reads are of what they write behind. */
  readonly loads: readonly ReadonlySet<number>[];
  /** By node: from it on, something turns what is observed into what binds. */
  readonly observes: readonly boolean[];
  readonly hasIsync: readonly boolean[];
  readonly hasEieio: readonly boolean[];
  /** By node: it is a load that is worth putting off. */
  readonly deferrable: readonly boolean[];
}

export interface Facts {
  readonly machine: Machine;
  readonly contexts: readonly ContextFacts[];
  readonly classes: readonly LocationClass[];
  /** The dimension of a shared location's position; -1 for other locations. */
  readonly position: readonly number[];
  /** Locations with messages. */
  readonly shared: number;
  /** null: it cannot race. */
  readonly races: readonly (RaceBits | null)[];
  readonly dimensions: number;
  readonly mostMessages: number;
  readonly mostPending: number;
}

export function factsOf(machine: Machine, refuted: ReadonlySet<number>): Facts {
  const kinds = stepKinds(machine, POWER_STEPS);
  const locks = trueLocks(machine);
  const classes = classesOf(machine, locks, refuted);
  let dimensions = 0;
  const position = classes.map((kind) => (kind === 'shared' ? dimensions++ : -1));
  const shared = dimensions;
  dimensions *= 2;
  const plain = plainLocations(machine);
  const races = classes.map((kind, location) => {
    if (kind === 'own' || kind === 'lock') return null;
    if (kind !== 'ordered' && !plain.has(location)) return null;
    const each = (): readonly number[] => machine.cpus.map(() => dimensions++);
    const none = machine.cpus.map(() => -1);
    return {
      plainWrite: dimensions++,
      plainRead: each(),
      write: kind === 'shared' ? each() : none,
      read: kind === 'shared' ? each() : none,
    };
  });
  const loops = machine.contexts.some((context) => cycles(context, () => true).length > 0);
  return {
    machine,
    contexts: machine.contexts.map((context, index) =>
      contextFacts(context, at(kinds, index), locks),
    ),
    classes,
    position,
    shared,
    races,
    dimensions,
    mostMessages: loops ? MOST_MESSAGES : Infinity,
    mostPending: loops ? MOST_PENDING : ROOM,
  };
}

function contextFacts(
  program: Context,
  kinds: readonly StepKind[],
  locks: ReadonlySet<number>,
): ContextFacts {
  return {
    program,
    kinds,
    live: liveRegisters(program),
    viewed: liveRegisters(withoutObservers(program)),
    footprints: footprints(program),
    loads: footprints(withUpdatesAsStores(program)).map(({ reads }) => reads),
    observes: ahead(program, observes),
    hasIsync: ahead(program, (node) => isBarrier(node, 'isync')),
    hasEieio: ahead(program, (node) => isBarrier(node, 'eieio')),
    deferrable: program.nodes.map((_, index) => isWorthPuttingOff(program, kinds, locks, index)),
  };
}

function isBarrier(node: Node, barrier: Barrier): boolean {
  return node.kind === 'fence' && BARRIERS[node.fence] === barrier;
}

/** The program without what looks at values only, and orders nothing. */
function withoutObservers(program: Context): Context {
  const nodes = program.nodes.map((node): Node =>
    node.kind === 'assert' ? { ...node, condition: ONE } : node,
  );
  return { ...program, nodes, liveAtEnd: [] };
}

/** An update that always stores reads only what it comes directly behind. */
function withUpdatesAsStores(program: Context): Context {
  const nodes = program.nodes.map((node): Node => {
    if (node.kind !== 'rmw' || node.condition !== null) return node;
    return { ...node, kind: 'store', order: 'relaxed' };
  });
  return { ...program, nodes };
}

const ONE: Expr = { op: 'const', value: 1 };

/** By node, whether it or one that can follow is such. */
function ahead(program: Context, is: (node: Node) => boolean): readonly boolean[] {
  const before = predecessors(program);
  const result = program.nodes.map(() => false);
  const work = program.nodes.flatMap((node, index) => (is(node) ? [index] : []));
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    if (result[index] === true) continue;
    result[index] = true;
    work.push(...at(before, index));
  }
  return result;
}

/**
 * Whether something that others can tell may overtake the load (R7): a store or an RMW to another
 * location, or a change of a ghost, that does not depend on it and comes before the next lwsync or
 * sync. Without one the load may as well be satisfied at once: its view says how old a message it reads.
 */
function isWorthPuttingOff(
  program: Context,
  kinds: readonly StepKind[],
  locks: ReadonlySet<number>,
  load: number,
): boolean {
  const node = nodeAt(program, load);
  if (node.kind !== 'load' || node.order === 'acquire' || node.until !== null) return false;
  const seen = new Map<number, ReadonlySet<number>>();
  const work: [number, ReadonlySet<number>][] = [[node.next, new Set([node.register])]];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const [index, tainted] = item;
    const known = seen.get(index);
    // What is tainted on every way: fewer taints overtake more.
    const both = known === undefined ? tainted : intersection(known, tainted);
    if (known !== undefined && both.size === known.size) continue;
    seen.set(index, both);
    const next = nodeAt(program, index);
    if (isLock(next, locks)) continue;
    if (next.kind === 'set' && at(kinds, index) === 'local') {
      for (const after of successors(next)) work.push([after, both]);
      continue;
    }
    const verdict = passing(next, both, node.address.expr);
    if (verdict === 'overtakes') return true;
    if (verdict === 'waits') continue;
    for (const after of successors(next)) work.push([after, verdict]);
  }
  return false;
}

/**
 * Nobody can tell a lock that is taken from one that is about to be: its RMW may come as late as the
 * lwsync behind it.
 */
function isLock(node: Node, locks: ReadonlySet<number>): boolean {
  return takes(node) && node.address.candidates.every((location) => locks.has(location));
}

function intersection(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...a].filter((element) => b.has(element)));
}

/** What the node does while the load is put off; the registers that depend on the load behind it. */
function passing(
  node: Node,
  tainted: ReadonlySet<number>,
  location: Expr,
): 'overtakes' | 'waits' | ReadonlySet<number> {
  const needs = (expr: Expr | null): boolean =>
    expr !== null && [...registersIn(expr)].some((register) => tainted.has(register));
  switch (node.kind) {
    case 'branch':
    case 'wait':
      return needs(node.condition) ? 'waits' : tainted;
    case 'store':
      if (drains(node) || needs(node.address.expr)) return 'waits';
      if (node.order === 'plain') return tainted;
      return needs(node.value) || isSame(node.address.expr, location) ? tainted : 'overtakes';
    case 'rmw':
      return drains(node) || expressionsOf(node).some(needs) ? 'waits' : 'overtakes';
    case 'load':
      if (needs(node.address.expr)) return 'waits';
      return node.order === 'acquire' ? 'waits' : without(tainted, node);
    case 'set':
      return expressionsOf(node).some(needs) ? 'waits' : 'overtakes';
    case 'get':
      return needs(node.address.expr) ? 'waits' : without(tainted, node);
    case 'fence':
      return drains(node) ? 'waits' : tainted;
    case 'assign': {
      const clean = new Set(without(tainted, node));
      for (const [to, value] of node.moves) if (needs(value)) clean.add(to);
      return clean;
    }
    case 'choose':
      return without(tainted, node);
    case 'assert':
    case 'mark':
    case 'done':
      return tainted;
  }
}

function without(tainted: ReadonlySet<number>, node: Node): ReadonlySet<number> {
  const set = registersSet(node);
  return new Set([...tainted].filter((register) => !set.includes(register)));
}

function isSame(a: Expr, b: Expr): boolean {
  return a.op === 'const' && b.op === 'const' && a.value === b.value;
}
