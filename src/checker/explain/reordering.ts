/** The pairs of accesses that make one trace possible, and the weakest barriers that order them. */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { OwnInterpreter } from '../reference/interpreting.ts';
import type { ReferenceModel } from '../reference/memory.ts';
import type { Failure, OrderingPrimitive } from '../result.ts';
import { withBarriers } from './barriers.ts';
import type { Placement } from './barriers.ts';
import type { Budget } from './budget.ts';
import { follow } from './follow.ts';
import type { Followed } from './follow.ts';
import { accessAfter, accessBefore, gapsOf, isAccess, isSamePlace } from './gaps.ts';
import type { Gap, TracedAccess } from './gaps.ts';
import { minimal } from './minimal.ts';
import { scriptOf } from './script.ts';
import type { Script } from './script.ts';

/** A pair with the barriers that suffice between them: the first is the one that is placed. */
export interface OrderedPair {
  readonly first: TracedAccess;
  readonly second: TracedAccess;
  readonly placement: Placement;
  readonly barriers: readonly OrderingPrimitive[];
}

/** Why none can be told: a cap was met, or with barriers everywhere the trace is no less possible. */
export type Unexplained = 'limit' | 'barriers';

export function reorderings(
  machine: Machine,
  reference: ReferenceModel | OwnInterpreter,
  failure: Failure,
  budget: Budget,
): readonly OrderedPair[] | Unexplained {
  return new Finder(machine, reference, failure, budget).find();
}

/** Everything that lies between two accesses: from behind the first to in front of the second. */
interface Interval {
  readonly gap: Gap;
  readonly first: TracedAccess;
  readonly second: TracedAccess;
  readonly length: number;
}

class Finder {
  readonly #machine: Machine;
  readonly #reference: ReferenceModel | OwnInterpreter;
  readonly #script: Script;
  readonly #gaps: readonly Gap[];
  readonly #budget: Budget;

  constructor(
    machine: Machine,
    reference: ReferenceModel | OwnInterpreter,
    failure: Failure,
    budget: Budget,
  ) {
    this.#budget = budget;
    this.#machine = machine;
    this.#reference = reference;
    this.#script = scriptOf(machine, failure);
    const gaps = gapsOf(machine, failure);
    this.#gaps = distinct(reference.name === 'tso' ? gaps.filter(isBehindStore) : gaps);
  }

  find(): readonly OrderedPair[] | Unexplained {
    const alone = this.#nearestAlone();
    if (alone !== null) return [this.#weakest(alone, [])];
    const everywhere = this.#followed(this.#gaps.map(fullBarrier));
    if (everywhere !== 'impossible') return everywhere === 'unknown' ? 'limit' : 'barriers';
    const gaps = minimal(this.#gaps, (some) => this.#suffice(some)).toReversed();
    return gaps.reduce<readonly OrderedPair[]>((pairs, gap, index) => {
      const others = [
        ...pairs.map(({ placement }) => placement),
        ...gaps.slice(index + 1).map(fullBarrier),
      ];
      return [...pairs, this.#weakest(this.#interval(gap, others), others)];
    }, []);
  }

  /** Of the pairs that need only be ordered by themselves, the one nearest in program order. */
  #nearestAlone(): Interval | null {
    let best: Interval | null = null;
    for (const gap of this.#gaps) {
      if (best !== null && isInside(gap, best)) continue;
      if (!this.#suffice([gap])) continue;
      const interval = this.#interval(gap, []);
      if (best === null || interval.length < best.length) best = interval;
    }
    return best;
  }

  /** A barrier that suffices is moved up, and down, as far as it still does. */
  #interval(gap: Gap, others: readonly Placement[]): Interval {
    const end = this.#farthest(gap, others, 1);
    const start = this.#farthest(gap, others, -1);
    const { accesses } = gap;
    const last = { accesses, index: end };
    const first = this.#firstBefore({ accesses, index: start });
    return { gap: last, first, second: accessAfter(last), length: end - start };
  }

  /** A ghost that is set in one go with an access is not what is reordered: the access is. */
  #firstBefore(gap: Gap): TracedAccess {
    const nearest = accessBefore(gap);
    let { index } = gap;
    for (let first = nearest; ; first = accessBefore({ ...gap, index })) {
      if (isAccess(first.event)) return first.context === nearest.context ? first : nearest;
      const { nodes } = at(this.#machine.contexts, first.context);
      if (!at(nodes, first.node).atomic || --index < 1) return nearest;
    }
  }

  #farthest(gap: Gap, others: readonly Placement[], direction: 1 | -1): number {
    const { accesses } = gap;
    let { index } = gap;
    for (;;) {
      const next = { accesses, index: index + direction };
      if (next.index < 1 || next.index >= accesses.length) return index;
      const same = isSamePlace(next, { accesses, index });
      if (!same && !this.#forbid([...others, fullBarrier(next)])) return index;
      index = next.index;
    }
  }

  #weakest({ gap, first, second }: Interval, others: readonly Placement[]): OrderedPair {
    const before = accessAfter(gap);
    const place = (barrier: OrderingPrimitive): Placement => ({ barrier, before, first, second });
    const suffices = (barrier: OrderingPrimitive): boolean =>
      this.#forbid([...others, place(barrier)]);
    const weakest = weakerBarriers(first, second).find(suffices) ?? 'smp_mb';
    const beside =
      weakest === 'smp_rmb' && mayCarry(first, second) && suffices('address dependency');
    const barriers: OrderingPrimitive[] = beside ? [weakest, 'address dependency'] : [weakest];
    return { first, second, placement: place(weakest), barriers };
  }

  #suffice(gaps: readonly Gap[]): boolean {
    return this.#forbid(gaps.map(fullBarrier));
  }

  /** Whether the trace is impossible with these; not knowing is no. */
  #forbid(placements: readonly Placement[]): boolean {
    return this.#followed(placements) === 'impossible';
  }

  #followed(placements: readonly Placement[]): Followed {
    const machine = withBarriers(this.#machine, placements);
    return follow(machine, this.#reference, this.#script, this.#budget);
  }
}

function fullBarrier(gap: Gap): Placement {
  const second = accessAfter(gap);
  return { barrier: 'smp_mb', before: second, first: accessBefore(gap), second };
}

function isBehindStore(gap: Gap): boolean {
  const { waits, event } = accessAfter(gap);
  return waits && event.kind !== 'store' && event.kind !== 'rmw';
}

function isInside({ accesses, index }: Gap, { gap, length }: Interval): boolean {
  return accesses === gap.accesses && index <= gap.index && index >= gap.index - length;
}

function distinct(gaps: readonly Gap[]): readonly Gap[] {
  return gaps.filter(
    (gap, index) => !gaps.slice(0, index).some((other) => isSamePlace(gap, other)),
  );
}

/** Those that order such a pair in the kernel's own terms, weakest first. */
function weakerBarriers(first: TracedAccess, second: TracedAccess): readonly OrderingPrimitive[] {
  const [a, b] = [first.event, second.event];
  if (!isAccess(a) || !isAccess(b)) return [];
  const barriers: OrderingPrimitive[] = [];
  if (a.kind !== 'load' && b.kind !== 'load') barriers.push('smp_wmb');
  if (a.kind !== 'store' && b.kind !== 'store') barriers.push('smp_rmb');
  if (mayCarry(first, second) && b.kind === 'store') barriers.push('control dependency');
  if (a.kind === 'load' && first.relaxed) barriers.push('smp_load_acquire');
  if (b.kind === 'store' && second.relaxed) barriers.push('smp_store_release');
  return barriers;
}

/** Whether what the first reads may reach the second through registers. */
function mayCarry(first: TracedAccess, second: TracedAccess): boolean {
  return (
    first.context === second.context && first.event.kind === 'load' && second.event.kind !== 'rmw'
  );
}
