/**
 * Equal futures, equal states (R8). At the end of every step
 *
 *  1. messages that no CPU can read any more are forgotten, and positions counted from the oldest left;
 *  2. race bits that everybody has whom they concern are dropped;
 *  3. what a CPU knows beyond `bound` is kept only where something to come can tell.
 *
 * docs/design/power.md argues why none of this changes what can happen.
 */
import { registersSet } from '../../machine/expression.ts';
import { at } from '../../machine/graph.ts';
import type { Program } from '../../machine/machine.ts';
import type { Facts } from './facts.ts';
import { mapCommit, mapContext, mapCpu } from './renumber.ts';
import type { Renumberer } from './renumber.ts';
import { NOTHING, NO_PAST, withLocation } from './state.ts';
import type { Accesses, Context, Cpu, Message, Past, Value, World } from './state.ts';
import { removal } from './views.ts';
import type { View, Views } from './views.ts';

/** It has no views. */
function isBare(value: Value | null): boolean {
  return value === null || (value.init === 0 && value.commit === NOTHING);
}

/** The node's access is done and what is left of it still reads the register. */
function isSetBy(program: Program, { node }: Context, register: number): boolean {
  return registersSet(at(program.nodes, node)).includes(register);
}

/** What the contexts that may run on a CPU can still do. */
interface Future {
  readonly touches: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
  readonly observes: boolean;
  readonly hasIsync: boolean;
  readonly hasEieio: boolean;
}

export class Canonical {
  readonly #facts: Facts;
  readonly #views: Views;
  readonly #renumberer: Renumberer;
  /** For each CPU the contexts that may run on it. */
  readonly #residents: readonly (readonly number[])[];
  readonly #futures = new Map<string, Future>();

  constructor(facts: Facts, views: Views, renumberer: Renumberer) {
    this.#facts = facts;
    this.#views = views;
    this.#renumberer = renumberer;
    this.#residents = facts.machine.cpus.map((_, cpu) =>
      facts.machine.contexts.flatMap((context, index) =>
        context.cpu.op !== 'const' || context.cpu.value === cpu ? [index] : [],
      ),
    );
  }

  of(world: World): World {
    const cleared = { ...world, contexts: world.contexts.map((c, i) => this.#registers(c, i)) };
    const futures = cleared.cpus.map((cpu, index) => this.#future(cleared, cpu, index));
    let next: World = cleared;
    for (let location = 0; location < next.locations.length; location++) {
      next = this.#forget(next, location, futures);
      next = this.#dropRaceBits(next, location, futures);
    }
    const cpus = next.cpus.map((cpu, index) => this.#cpu(next, cpu, at(futures, index)));
    return { ...next, cpus, contexts: this.#bounded(next, cpus) };
  }

  /** Dead registers are gone; of those that are only looked at, the views. */
  #registers(context: Context, index: number): Context {
    const { live, viewed, program } = at(this.#facts.contexts, index);
    const { next } = at(program.nodes, context.node);
    const needed = (sets: readonly ReadonlySet<number>[], register: number): boolean =>
      at(sets, context.node).has(register) ||
      (context.phase === 2 &&
        (at(sets, next).has(register) || isSetBy(program, context, register)));
    const registers = context.registers.map((value, register): Value | null => {
      if (value === null || !needed(live, register)) return null;
      if (isBare(value) || needed(viewed, register)) return value;
      return { ...value, init: 0, commit: NOTHING };
    });
    const same = registers.every((value, register) => value === context.registers[register]);
    return same ? context : { ...context, registers };
  }

  /** What a register's views say beyond what binds its CPU anyway. */
  #bounded(world: World, cpus: readonly Cpu[]): readonly Context[] {
    return world.contexts.map((context) => {
      const { bound } = at(cpus, context.cpu);
      if (bound === 0 || context.registers.every(isBare)) return context;
      return mapContext(context, (view) => this.#views.above(view, bound));
    });
  }

  #future(world: World, cpu: Cpu, index: number): Future {
    const residents = at(this.#residents, index);
    const key = residents.map((context) => at(world.contexts, context).node).join();
    const whole = `${index}:${key}:${cpu.window.map(({ node }) => node).join()}`;
    let future = this.#futures.get(whole);
    if (future === undefined) {
      future = this.#futureOf(world, cpu, residents);
      this.#futures.set(whole, future);
    }
    return future;
  }

  #futureOf(world: World, cpu: Cpu, residents: readonly number[]): Future {
    const touches = new Set<number>();
    const writes = new Set<number>();
    const [hasObserver, hasIsync, hasEieio] = [
      'observes' as const,
      'hasIsync' as const,
      'hasEieio' as const,
    ].map((what) =>
      residents.some((context) =>
        at(at(this.#facts.contexts, context)[what], at(world.contexts, context).node),
      ),
    );
    for (const context of residents) {
      const { footprints } = at(this.#facts.contexts, context);
      const { reads, writes: written } = at(footprints, at(world.contexts, context).node);
      for (const location of [...reads, ...written]) touches.add(location);
      for (const location of written) writes.add(location);
    }
    for (const { kind, node } of cpu.window) {
      const access = at(at(this.#facts.contexts, cpu.owner).program.nodes, node);
      const candidates = 'address' in access ? access.address.candidates : [];
      for (const location of candidates) {
        touches.add(location);
        if (kind === 'store') writes.add(location);
      }
    }
    return {
      touches,
      writes,
      observes: hasObserver === true,
      hasIsync: hasIsync === true,
      hasEieio: hasEieio === true,
    };
  }

  #forget(world: World, location: number, futures: readonly Future[]): World {
    const { messages } = at(world.locations, location);
    if (messages.length === 1) return this.#strip(world, location, futures);
    const dimension = at(this.#facts.position, location);
    let least = messages.length - 1;
    world.cpus.forEach(({ bound, past }, cpu) => {
      if (!at(futures, cpu).touches.has(location)) return;
      const lowest = Math.max(this.#views.get(bound, dimension), at(past, location).newest);
      least = Math.min(least, lowest);
    });
    // No room: whoever lags furthest behind sees the next message too soon, and the run says so.
    least = Math.max(least, messages.length - this.#facts.mostMessages);
    if (least === 0) return world;
    return this.#strip(this.#drop(world, location, dimension, least), location, futures);
  }

  /** The views of a single message, where nobody reads it, or writes behind it. */
  #strip(world: World, location: number, futures: readonly Future[]): World {
    const { messages } = at(world.locations, location);
    const [message] = messages;
    if (messages.length > 1 || message === undefined) return world;
    const view = futures.some(({ touches }) => touches.has(location)) ? message.view : 0;
    const order = futures.some(({ writes }) => writes.has(location)) ? message.order : 0;
    if (view === message.view && order === message.order) return world;
    return withLocation(world, location, { messages: [{ ...message, view, order }] });
  }

  /**
   * Forgets the first `count` messages. What they put between others by co | prop is taken over by the
   * views: whoever is behind a forgotten message is behind all that is behind it or a predecessor.
   */
  #drop(world: World, location: number, dimension: number, count: number): World {
    const views = this.#views;
    const { messages } = at(world.locations, location);
    const gains: View[] = [];
    let all = 0;
    for (const { order } of messages.slice(0, count + 1)) {
      all = views.join(all, views.orderOf(order));
      gains.push(all);
    }
    const [oldest, ...rest] = messages.slice(count);
    if (oldest === undefined) throw new RangeError('every message forgotten');
    const base: Message = { ...oldest, order: views.join(oldest.order, all), atomic: false };
    const cpus = world.cpus.map((cpu) => this.#leaveBehind(cpu, location, count));
    const kept = withLocation({ ...world, cpus }, location, { messages: [base, ...rest] });
    return this.#renumberer.world(kept, removal(dimension, count, gains));
  }

  /** The CPU's newest message there is forgotten: all that it met are older than what is left. */
  #leaveBehind(cpu: Cpu, location: number, count: number): Cpu {
    const past = at(cpu.past, location);
    if (past.newest >= count || past === NO_PAST) return cpu;
    const viewOlder = this.#views.join(past.viewOlder, past.viewNewest);
    const left: Past = { ...NO_PAST, viewOlder, commit: past.commit };
    return { ...cpu, past: cpu.past.with(location, left) };
  }

  #dropRaceBits(world: World, location: number, futures: readonly Future[]): World {
    const bits = this.#facts.races[location] ?? null;
    if (bits === null) return world;
    const { accesses } = at(world.locations, location);
    const { plainWriter, plainReaders, writers, readers } = accesses;
    if (plainWriter < 0 && (plainReaders | writers | readers) === 0) return world;
    const concerned = (bit: number, cpu: number, what: 'touches' | 'writes'): boolean =>
      world.cpus.some(
        ({ bound }, other) =>
          other !== cpu &&
          at(futures, other)[what].has(location) &&
          this.#views.get(bound, bit) === 0,
      );
    const dropped: number[] = [];
    const keep = (cpus: number, of: readonly number[], what: 'touches' | 'writes'): number => {
      let kept = cpus;
      of.forEach((bit, cpu) => {
        if ((cpus & (1 << cpu)) === 0 || concerned(bit, cpu, what)) return;
        kept &= ~(1 << cpu);
        dropped.push(bit);
      });
      return kept;
    };
    const writerStays = plainWriter >= 0 && concerned(bits.plainWrite, plainWriter, 'touches');
    if (plainWriter >= 0 && !writerStays) dropped.push(bits.plainWrite);
    const left: Accesses = {
      plainWriter: writerStays ? plainWriter : -1,
      plainReaders: keep(plainReaders, bits.plainRead, 'writes'),
      writers: keep(writers, bits.write, 'touches'),
      readers: keep(readers, bits.read, 'writes'),
    };
    const cleared = dropped.reduce(
      (old, bit) => this.#renumberer.world(old, removal(bit, 1)),
      world,
    );
    return dropped.length === 0 ? world : withLocation(cleared, location, { accesses: left });
  }

  #cpu(world: World, cpu: Cpu, future: Future): Cpu {
    const { touches, writes, observes, hasIsync, hasEieio } = future;
    if (touches.size === 0 && cpu.window.length === 0) return this.#idle(cpu);
    const views = this.#views;
    const beyond = (view: View): View => views.above(view, cpu.bound);
    const carries = writes.size > 0 || hasIsync;
    const mapped = mapCpu(cpu, beyond);
    return {
      ...mapped,
      bound: cpu.bound,
      observed: observes ? views.join(cpu.observed, cpu.bound) : 0,
      control: carries ? mapCommit(cpu.control, beyond) : NOTHING,
      address: carries ? mapCommit(cpu.address, beyond) : NOTHING,
      isync: beyond(cpu.isync),
      eieio: carries ? mapCommit(cpu.eieio, beyond) : NOTHING,
      stores: hasEieio ? beyond(cpu.stores) : 0,
      past: mapped.past.map((past, location) =>
        touches.has(location) ? this.#past(world, cpu, past, location, carries) : NO_PAST,
      ),
    };
  }

  /** Nobody runs there any more. */
  #idle(cpu: Cpu): Cpu {
    return {
      ...cpu,
      bound: 0,
      observed: 0,
      control: NOTHING,
      address: NOTHING,
      isync: 0,
      eieio: NOTHING,
      stores: 0,
      past: cpu.past.map(() => NO_PAST),
    };
  }

  /** The views are beyond the bound already. */
  #past(world: World, { bound }: Cpu, past: Past, location: number, carries: boolean): Past {
    const views = this.#views;
    const commit = carries ? past.commit : NOTHING;
    const dimension = this.#facts.position[location] ?? -1;
    if (dimension < 0) return commit === NOTHING ? NO_PAST : { ...NO_PAST, commit };
    const least = views.get(bound, dimension);
    const older = views.join(past.viewOlder, past.viewNewest);
    if (past.newest < least) return { ...NO_PAST, viewOlder: older, commit };
    const { view } = at(at(world.locations, location).messages, past.newest);
    const plainly = past.viewOlder === 0 && past.made === 0 && views.isWithin(view, bound);
    const own = past.own && !plainly;
    const made = own ? past.made : 0;
    if (!own && past.newest === least && older === past.viewOlder) {
      return { ...NO_PAST, viewOlder: older, commit };
    }
    return { ...past, own, made, commit };
  }
}
