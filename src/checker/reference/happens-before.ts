/**
 * Happens-before as docs/design/races.md defines it, with whole histories: every access to a location
 * that can race is an event with a number, and who knows of it is a set of numbers. Written for the reader;
 * it shares nothing with the bits of the explorer (memory-models/codegen/tracking.ts), which are
 * held against it.
 */
import { decisionsIn } from '../../machine/decisions.ts';
import type { Decision } from '../../machine/decisions.ts';
import {
  expressionsOf,
  registersIn,
  registersRead,
  registersSet,
} from '../../machine/expression.ts';
import { plainLocations } from '../../machine/footprint.ts';
import { at, nodeAt } from '../../machine/graph.ts';
import type { Fence, Machine, Node, RmwOrder } from '../../machine/machine.ts';
import type { Place } from './memory.ts';

/** Numbers of the accesses that happen before something. */
export type View = ReadonlySet<number>;
export const NO_VIEW: View = new Set();

/** What a location, or an entry of a store buffer, holds. */
export interface Message {
  readonly value: number;
  /** What reading it gives to whoever acquires. */
  readonly view: View;
  /** The event that wrote it; -1: nobody did. */
  readonly event: number;
}

/** A node that was executed: an access to memory or a fence. */
export interface HistoryEvent extends Place {
  readonly node: number;
  /** null: a fence. */
  readonly location: number | null;
  readonly write: boolean;
  readonly plain: boolean;
  /** The event that it reads from; -1: none. */
  readonly from: number;
  /** Of a marked write: what it releases. */
  readonly releases: View;
}

export interface Wrote {
  readonly history: History;
  readonly message: Message;
}

interface Cpu {
  /** What happens before its next read, and before its next write. */
  readonly reads: View;
  readonly writes: View;
  /** The same with what marked reads brought that no barrier has acquired yet. */
  readonly observed: View;
  /** What its next marked write releases. */
  readonly released: View;
  /** What its marked writes so far depend on, which smp_wmb() makes of what comes before its writes. */
  readonly depended: View;
}

/** What the machine's text says. */
interface Text {
  readonly machine: Machine;
  readonly racing: ReadonlySet<number>;
  /** By context and node. */
  readonly decisions: readonly (readonly (Decision | null)[])[];
}

interface Followed {
  readonly events: readonly HistoryEvent[];
  readonly cpus: readonly Cpu[];
  /** Of registers that marked reads gave a value: by context. */
  readonly registers: readonly ReadonlyMap<number, View>[];
  /** By context, what decisions depend on that were made and have not ended: by the node that decides. */
  readonly controls: readonly ReadonlyMap<number, View>[];
}

export class History {
  readonly machine: Machine;
  readonly events: readonly HistoryEvent[];
  readonly #text: Text;
  readonly #followed: Followed;

  private constructor(text: Text, followed: Followed) {
    this.machine = text.machine;
    this.events = followed.events;
    this.#text = text;
    this.#followed = followed;
  }

  static empty(machine: Machine): History {
    const nothing = {
      reads: NO_VIEW,
      writes: NO_VIEW,
      observed: NO_VIEW,
      released: NO_VIEW,
      depended: NO_VIEW,
    };
    const decisions = machine.contexts.map(decisionsIn);
    return new History(
      { machine, racing: plainLocations(machine), decisions },
      {
        events: [],
        cpus: machine.cpus.map(() => nothing),
        registers: machine.contexts.map(() => new Map()),
        controls: machine.contexts.map(() => new Map()),
      },
    );
  }

  /** The number of a conflicting access of another CPU that nothing orders before this one; null: none. */
  unordered(place: Place, location: number): number | null {
    const node = this.#nodeAt(place);
    const before = isFullRmw(node) ? this.#barrier(place.cpu) : this;
    const { reads, writes, observed } = before.#cpu(place.cpu);
    const [write, plain] = [isWrite(node), isPlain(node)];
    const ordered = isRelease(node) ? observed : write ? writes : reads;
    const behind = this.#arrive(place).#behind(place);
    // An RMW also reads, and what it depends on orders its write alone.
    const dependent = node.kind === 'rmw' ? this.#readsIn(behind) : behind;
    const known = join(join(ordered, this.#dependencies(place)), dependent);
    const found = this.events.findIndex(
      (event, number) =>
        event.location === location &&
        event.cpu !== place.cpu &&
        (event.write || write) &&
        (event.plain || plain) &&
        !known.has(number),
    );
    return found < 0 || !this.#text.racing.has(location) ? null : found;
  }

  load(place: Place, location: number, message: Message): History {
    const node = this.#nodeAt(place);
    const made = this.#arrive(place).#event(place, location, message.event);
    if (isPlain(node)) return made.#receive(place, NO_VIEW).#decide(place);
    const view = join(message.view, this.#dependencies(place));
    const acquires = node.kind === 'load' && node.order === 'acquire';
    return made.#read(place.cpu, view, acquires).#receive(place, view).#decide(place);
  }

  store(place: Place, location: number, value: number): Wrote {
    const node = this.#nodeAt(place);
    const made = this.#arrive(place).#event(place, location, -1);
    const { observed, released } = made.#cpu(place.cpu);
    const order = node.kind === 'store' ? node.order : 'plain';
    const view = order === 'plain' ? NO_VIEW : order === 'release' ? observed : released;
    return made.#writing(place, value, view, made.#behind(place));
  }

  /** An RMW; `value` null: it does not store. */
  rmw(place: Place, location: number, old: Message, order: RmwOrder, value: number | null): Wrote {
    const arrived = this.#arrive(place);
    const before = isFullRmw(this.#nodeAt(place)) ? arrived.#barrier(place.cpu) : arrived;
    const { released } = before.#cpu(place.cpu);
    const view = join(old.view, this.#dependencies(place));
    const made = before.#event(place, location, old.event);
    const read = made.#read(place.cpu, view, order === 'acquire').#receive(place, view);
    const after = (order === 'full' ? read.#barrier(place.cpu) : read).#decide(place);
    if (value === null) return { history: after, message: old };
    const all = order === 'full' || order === 'release';
    const releases = all ? read.#cpu(place.cpu).observed : join(released, old.view);
    return after.#writing(place, value, releases, before.#behind(place));
  }

  fence(place: Place, fence: Fence): History {
    const arrived = this.#arrive(place);
    const made = arrived.#event(place, null, -1);
    const { cpu } = place;
    const { reads, writes, observed, released, depended } = made.#cpu(cpu);
    switch (fence) {
      case 'mb':
      case 'mb__before_atomic':
      case 'mb__after_atomic':
      case 'mb__after_spinlock':
      case 'mb__after_unlock_lock':
      case 'sync':
      case 'lwsync':
      case 'mfence':
        return made.#barrier(cpu);
      case 'rmb':
        return made.#withCpu(cpu, { reads: join(reads, observed) });
      case 'wmb':
      case 'eieio':
        return made.#withCpu(cpu, {
          writes: join(writes, depended),
          released: join(join(released, made.#writesIn(writes)), made.#readsIn(depended)),
        });
      case 'isync':
        return made.#withCpu(cpu, { reads: observed, writes: observed });
      case 'barrier':
        return arrived;
    }
  }

  /** A node that touches no memory: registers pass on what they depend on. */
  pass(place: Place): History {
    const node = this.#nodeAt(place);
    const here = this.#arrive(place).#decide(place);
    const old = at(here.#followed.registers, place.context);
    if (registersSet(node).every((r) => !old.has(r)) && node.kind !== 'assign') return here;
    const registers = new Map(old);
    for (const register of registersSet(node)) registers.delete(register);
    if (node.kind === 'assign') {
      for (const [to, expr] of node.moves) {
        const view = here.#viewOf(place.context, registersIn(expr));
        if (view.size > 0) registers.set(to, view);
      }
    }
    return here.#with({ registers: here.#followed.registers.with(place.context, registers) });
  }

  /** Whether the event is an access to a location that can race. */
  canRace(event: number): boolean {
    const { location } = at(this.events, event);
    return location !== null && this.#text.racing.has(location);
  }

  /** Whether the access is known to what comes next on the CPU. */
  knows(cpu: number, event: number, write: boolean): boolean {
    const { reads, writes } = this.#cpu(cpu);
    return (write ? writes : reads).has(event);
  }

  /** All that is known anywhere but in memory, in a fixed order; of registers, those that are live. */
  views(live: (context: number) => ReadonlySet<number>): readonly View[] {
    return [
      ...this.#followed.cpus.flatMap(({ reads, writes, observed, released, depended }) => [
        reads,
        writes,
        observed,
        released,
        depended,
      ]),
      ...this.#followed.registers.flatMap((views, context) =>
        [...live(context)].map((register) => views.get(register) ?? NO_VIEW),
      ),
      ...this.#followed.controls.flatMap((views, context) =>
        at(this.#text.decisions, context).map((_, node) => views.get(node) ?? NO_VIEW),
      ),
    ];
  }

  #event(place: Place, location: number | null, from: number): History {
    const node = this.#nodeAt(place);
    const { cpu, context, node: index } = place;
    const [write, plain] = [isWrite(node), isPlain(node)];
    const event = { cpu, context, node: index, location, write, plain, from, releases: NO_VIEW };
    const made = this.#with({ events: [...this.events, event] });
    if (!made.canRace(this.events.length)) return made;
    const itself = new Set([this.events.length]);
    const { reads, writes, observed } = this.#cpu(cpu);
    return made.#withCpu(cpu, {
      reads: join(reads, itself),
      writes: join(writes, itself),
      observed: join(observed, itself),
    });
  }

  #read(cpu: number, view: View, acquires: boolean): History {
    const { reads, writes, observed } = this.#cpu(cpu);
    const after = this.#withCpu(cpu, { observed: join(observed, view) });
    return acquires
      ? after.#withCpu(cpu, { reads: join(reads, view), writes: join(writes, view) })
      : after;
  }

  #barrier(cpu: number): History {
    const { observed } = this.#cpu(cpu);
    return this.#withCpu(cpu, { reads: observed, writes: observed, released: observed });
  }

  #receive(place: Place, view: View): History {
    const [register] = registersSet(this.#nodeAt(place));
    if (register === undefined) return this;
    const registers = new Map(at(this.#followed.registers, place.context));
    if (view.size > 0) registers.set(register, view);
    else registers.delete(register);
    return this.#with({ registers: this.#followed.registers.with(place.context, registers) });
  }

  /** Decisions end before the node at which their ways join. */
  #arrive({ context, node }: Place): History {
    const decisions = at(this.#text.decisions, context);
    const controls = at(this.#followed.controls, context);
    const kept = [...controls].filter(([decision]) => decisions[decision]?.join !== node);
    return kept.length === controls.size ? this : this.#withControls(context, new Map(kept));
  }

  /** The node, if it decides by registers, brings what they depend on to what follows. */
  #decide({ context, node }: Place): History {
    const decision = at(at(this.#text.decisions, context), node);
    if (decision === null) return this;
    const old = at(this.#followed.controls, context);
    const before = decision.join === null ? (old.get(node) ?? NO_VIEW) : NO_VIEW;
    const view = join(before, this.#viewOf(context, decision.registers));
    if (view.size === 0 && !old.has(node)) return this;
    return this.#withControls(context, new Map([...old, [node, view]]));
  }

  #withControls(context: number, controls: ReadonlyMap<number, View>): History {
    return this.#with({ controls: this.#followed.controls.with(context, controls) });
  }

  /** What a marked write depends on: its address, its value, and decisions. */
  #behind(place: Place): View {
    const node = this.#nodeAt(place);
    if (!isWrite(node) || isPlain(node)) return NO_VIEW;
    const controls = at(this.#followed.controls, place.context).values();
    const registers = this.#viewOf(place.context, registersRead(node));
    return [...controls].reduce(join, registers);
  }

  /** The event made last is a write that releases the view, and the reads of what it depends on. */
  #writing({ cpu }: Place, value: number, released: View, behind: View): Wrote {
    const view = join(released, this.#readsIn(behind));
    const event = this.events.length - 1;
    const events = this.events.with(event, { ...at(this.events, event), releases: view });
    const made = this.#with({ events });
    const history = made.#withCpu(cpu, { depended: join(made.#cpu(cpu).depended, behind) });
    return { history, message: { value, view, event } };
  }

  #writesIn(view: View): View {
    return new Set([...view].filter((event) => at(this.events, event).write));
  }

  #readsIn(view: View): View {
    return new Set([...view].filter((event) => !at(this.events, event).write));
  }

  #dependencies(place: Place): View {
    const [address] = expressionsOf(this.#nodeAt(place));
    return address === undefined ? NO_VIEW : this.#viewOf(place.context, registersIn(address));
  }

  #viewOf(context: number, registers: ReadonlySet<number>): View {
    const views = at(this.#followed.registers, context);
    return [...registers].reduce<View>((all, r) => join(all, views.get(r) ?? NO_VIEW), NO_VIEW);
  }

  #nodeAt({ context, node }: Place): Node {
    return nodeAt(at(this.machine.contexts, context), node);
  }

  #cpu(cpu: number): Cpu {
    return at(this.#followed.cpus, cpu);
  }

  #withCpu(cpu: number, change: Partial<Cpu>): History {
    const cpus = this.#followed.cpus.with(cpu, { ...this.#cpu(cpu), ...change });
    return this.#with({ cpus });
  }

  #with(change: Partial<Followed>): History {
    return new History(this.#text, { ...this.#followed, ...change });
  }
}

function join(a: View, b: View): View {
  if (b.size === 0) return a;
  return a.size === 0 ? b : new Set([...a, ...b]);
}

function isPlain(node: Node): boolean {
  return (node.kind === 'load' || node.kind === 'store') && node.order === 'plain';
}

/** An RMW counts as a write, whether or not it stores. */
function isWrite(node: Node): boolean {
  return node.kind === 'store' || node.kind === 'rmw';
}

/** It comes after all that its CPU has read. */
function isRelease(node: Node): boolean {
  return (node.kind === 'store' || node.kind === 'rmw') && node.order === 'release';
}

/** One that is a barrier before it is known whether it stores. */
function isFullRmw(node: Node): boolean {
  return node.kind === 'rmw' && node.order === 'full' && node.condition === null;
}
