/**
 * ppc.cat, written out: an axiomatic model of POWER over small straight-line programs, as an oracle
 * that shares nothing with the front end or the view machine. After Alglave, Maranget, Tautschnig:
 * "Herding cats", TOPLAS 2014, section 6, and herd7's ppc.cat, ppo.cat and ppc-checks.cat.
 */

export type Fence = 'sync' | 'lwsync' | 'eieio' | 'isync';

export type Step =
  | { readonly kind: 'R'; readonly location: number; readonly addr: readonly number[] }
  | {
      readonly kind: 'W';
      readonly location: number;
      readonly value: number;
      readonly addr: readonly number[];
      readonly data: readonly number[];
    }
  | { readonly kind: 'F'; readonly fence: Fence }
  /** A branch that depends on an earlier load and jumps to the next instruction. */
  | { readonly kind: 'B'; readonly on: number };

/** Steps of each thread; dependencies name loads by their index in the thread. */
export type Threads = readonly (readonly Step[])[];

interface Event {
  readonly thread: number;
  readonly index: number;
  readonly location: number;
  readonly write: boolean;
  readonly value: number;
}

type Relation = boolean[][];

/** Final states: what each load read, thread by thread, then the last value of each location. */
export function finalStates(threads: Threads, locations: number): Set<string> {
  const events = eventsOf(threads, locations);
  const static_ = staticRelations(threads, events);
  const finals = new Set<string>();
  for (const co of coherenceOrders(events, locations)) {
    for (const rf of readsFrom(events)) {
      if (!isAllowed(events, static_, rf, co)) continue;
      const reads = events.flatMap((event, at) =>
        event.write ? [] : [events[rf[at] ?? 0]?.value],
      );
      const last = co.map((order) => events[order.at(-1) ?? 0]?.value);
      finals.add([...reads, ...last].join(' '));
    }
  }
  return finals;
}

function eventsOf(threads: Threads, locations: number): Event[] {
  const initial = Array.from({ length: locations }, (_, location) => {
    return { thread: -1, index: location, location, write: true, value: 0 };
  });
  const rest = threads.flatMap((steps, thread) =>
    steps.flatMap((step, index): Event[] => {
      if (step.kind === 'F' || step.kind === 'B') return [];
      const { location } = step;
      const write = step.kind === 'W';
      return [{ thread, index, location, write, value: step.kind === 'W' ? step.value : 0 }];
    }),
  );
  return [...initial, ...rest];
}

interface Static {
  readonly po: Relation;
  readonly poLoc: Relation;
  readonly dd: Relation;
  readonly addrPo: Relation;
  readonly ctrl: Relation;
  readonly ctrlIsync: Relation;
  readonly fences: Readonly<Record<'sync' | 'lwsync' | 'eieio', Relation>>;
}

function staticRelations(threads: Threads, events: readonly Event[]): Static {
  const relate = (test: (a: Event, b: Event) => boolean): Relation =>
    events.map((a) => events.map((b) => test(a, b)));
  const inOrder = (a: Event, b: Event): boolean =>
    a.thread >= 0 && a.thread === b.thread && a.index < b.index;
  const stepOf = (event: Event): Step | undefined => threads[event.thread]?.[event.index];
  const po = relate(inOrder);
  const between = (a: Event, b: Event, test: (step: Step, index: number) => boolean): boolean =>
    inOrder(a, b) &&
    (threads[a.thread] ?? []).some(
      (step, index) => index > a.index && index < b.index && test(step, index),
    );
  const fenced = (fence: Fence): Relation =>
    relate((a, b) => between(a, b, (step) => step.kind === 'F' && step.fence === fence));
  const addr = relate((a, b) => {
    const step = stepOf(b);
    return (
      inOrder(a, b) && (step?.kind === 'R' || step?.kind === 'W') && step.addr.includes(a.index)
    );
  });
  const data = relate((a, b) => {
    const step = stepOf(b);
    return inOrder(a, b) && step?.kind === 'W' && step.data.includes(a.index);
  });
  const branchOn = (a: Event) => (step: Step) => step.kind === 'B' && step.on === a.index;
  const isIsync = (step: Step): boolean => step.kind === 'F' && step.fence === 'isync';
  return {
    po,
    poLoc: relate((a, b) => inOrder(a, b) && a.location === b.location),
    dd: union(addr, data),
    addrPo: sequence(addr, po),
    ctrl: relate((a, b) => between(a, b, branchOn(a))),
    ctrlIsync: relate((a, b) => {
      const steps = threads[a.thread] ?? [];
      const branch = steps.findIndex((step, index) => index > a.index && branchOn(a)(step));
      return branch >= 0 && between(a, b, (step, index) => index > branch && isIsync(step));
    }),
    fences: { sync: fenced('sync'), lwsync: fenced('lwsync'), eieio: fenced('eieio') },
  };
}

/** Every choice of a source for every load. */
function readsFrom(events: readonly Event[]): number[][] {
  let choices: number[][] = [[]];
  for (const event of events) {
    const sources = event.write
      ? [-1]
      : events.flatMap((other, at) =>
          other.write && other.location === event.location ? [at] : [],
        );
    choices = choices.flatMap((choice) => sources.map((source) => [...choice, source]));
  }
  return choices;
}

/** Every choice of an order of the writes of each location; the initial write comes first. */
function coherenceOrders(events: readonly Event[], locations: number): number[][][] {
  let choices: number[][][] = [[]];
  for (let location = 0; location < locations; location++) {
    const writes = events.flatMap((event, at) =>
      event.write && event.thread >= 0 && event.location === location ? [at] : [],
    );
    const orders = permutations(writes).map((order) => [location, ...order]);
    choices = choices.flatMap((choice) => orders.map((order) => [...choice, order]));
  }
  return choices;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

function isAllowed(
  events: readonly Event[],
  fixed: Static,
  sources: readonly number[],
  orders: readonly (readonly number[])[],
): boolean {
  const relate = (test: (a: number, b: number) => boolean): Relation =>
    events.map((_, a) => events.map((__, b) => test(a, b)));
  const rf = relate((a, b) => sources[b] === a);
  const place = (at: number): number => orders[events[at]?.location ?? 0]?.indexOf(at) ?? -1;
  const sameLocation = (a: number, b: number): boolean =>
    events[a]?.location === events[b]?.location;
  const isWrite = (at: number): boolean => events[at]?.write === true;
  const co = relate(
    (a, b) => isWrite(a) && isWrite(b) && sameLocation(a, b) && place(a) < place(b),
  );
  const fr = relate(
    (a, b) => !isWrite(a) && isWrite(b) && sameLocation(a, b) && place(sources[a] ?? 0) < place(b),
  );
  if (!acyclic(union(fixed.poLoc, rf, co, fr))) return false;

  const isExternal = relate((a, b) => events[a]?.thread !== events[b]?.thread);
  const external = (relation: Relation): Relation => both(relation, isExternal);
  const [rfe, coe, fre] = [external(rf), external(co), external(fr)];
  const rfi = both(rf, fixed.po);
  const kinds = (first: boolean, second: boolean): Relation =>
    relate((a, b) => isWrite(a) === first && isWrite(b) === second);
  const ppo = preserved(fixed, {
    rfi,
    rdw: both(fixed.poLoc, sequence(fre, rfe)),
    detour: both(fixed.poLoc, sequence(coe, rfe)),
    rr: kinds(false, false),
    rw: kinds(false, true),
  });
  const ww = kinds(true, true);
  const strong = fixed.fences.sync;
  const light = union(minus(fixed.fences.lwsync, kinds(true, false)), both(fixed.fences.eieio, ww));
  const fence = union(strong, light);
  const hb = union(ppo, fence, rfe);
  if (!acyclic(hb)) return false;
  const hbStar = star(hb);
  const propBase = sequence(union(fence, sequence(rfe, fence)), hbStar);
  const chapo = union(rfe, fre, coe, sequence(fre, rfe), sequence(coe, rfe));
  const strongProp = sequence(reflexive(chapo), star(propBase), strong, hbStar);
  const prop = union(both(propBase, ww), strongProp);
  return acyclic(union(co, prop)) && irreflexive(sequence(fre, prop, hbStar));
}

interface Dynamic {
  readonly rfi: Relation;
  readonly rdw: Relation;
  readonly detour: Relation;
  readonly rr: Relation;
  readonly rw: Relation;
}

function preserved(fixed: Static, dynamic: Dynamic): Relation {
  const ci0 = union(fixed.ctrlIsync, dynamic.detour);
  const ii0 = union(fixed.dd, dynamic.rfi, dynamic.rdw);
  const cc0 = union(fixed.dd, fixed.poLoc, fixed.ctrl, fixed.addrPo);
  let [ii, ic, ci, cc] = [ii0, ii0.map((row) => row.map(() => false)), ci0, cc0];
  for (;;) {
    const nextII = union(ii0, ci, sequence(ic, ci), sequence(ii, ii));
    const nextIC = union(ii, cc, sequence(ic, cc), sequence(ii, ic));
    const nextCI = union(ci0, sequence(ci, ii), sequence(cc, ci));
    const nextCC = union(cc0, ci, sequence(ci, ic), sequence(cc, cc));
    const before = [ii, ic, ci, cc];
    [ii, ic, ci, cc] = [union(ii, nextII), union(ic, nextIC), union(ci, nextCI), union(cc, nextCC)];
    if (JSON.stringify(before) === JSON.stringify([ii, ic, ci, cc])) break;
  }
  return union(both(ii, dynamic.rr), both(ic, dynamic.rw));
}

function union(first: Relation, ...rest: readonly Relation[]): Relation {
  return first.map((row, a) =>
    row.map((held, b) => held || rest.some((other) => other[a]?.[b] === true)),
  );
}

function both(left: Relation, right: Relation): Relation {
  return left.map((row, a) => row.map((held, b) => held && right[a]?.[b] === true));
}

function minus(left: Relation, right: Relation): Relation {
  return left.map((row, a) => row.map((held, b) => held && right[a]?.[b] !== true));
}

function sequence(first: Relation, ...rest: readonly Relation[]): Relation {
  return rest.reduce(
    (left, right) =>
      left.map((row) =>
        row.map((_, b) => row.some((held, middle) => held && right[middle]?.[b] === true)),
      ),
    first,
  );
}

function reflexive(relation: Relation): Relation {
  return relation.map((row, a) => row.map((held, b) => held || a === b));
}

function star(relation: Relation): Relation {
  const closure = reflexive(relation);
  closure.forEach((through, middle) => {
    for (const row of closure) {
      if (row[middle] !== true) continue;
      through.forEach((held, b) => {
        if (held) row[b] = true;
      });
    }
  });
  return closure;
}

function acyclic(relation: Relation): boolean {
  return irreflexive(sequence(relation, star(relation)));
}

function irreflexive(relation: Relation): boolean {
  return relation.every((row, a) => row[a] !== true);
}
