/**
 * Equal futures, equal states (R8). At the end of every step
 *
 *  1. messages that no CPU can meet any more are forgotten, and positions counted from the oldest left;
 *  2. race bits that everybody has whom they concern are dropped;
 *  3. what a CPU knows beyond `bound` is kept only where something to come can tell.
 *
 * docs/design/power.md argues why none of this changes what can happen.
 *
 * HOT CODE: it works on the state's words, and remembers what became of each component.
 */
import { registersSet } from '../../machine/expression.ts';
import { at } from '../../machine/graph.ts';
import type { Program } from '../../machine/machine.ts';
import type { Components } from './components.ts';
import type { Facts } from './facts.ts';
import { Futures } from './futures.ts';
import type { Future } from './futures.ts';
import { Column, Sequence } from './interner.ts';
import { mapCommit, mapContext, mapCpu } from './renumber.ts';
import type { Renumberer } from './renumber.ts';
import { Shift } from './shift.ts';
import { NO_PAST, NOTHING } from './state.ts';
import type { Accesses, Context, Cpu, Location, Message, Past, Value } from './state.ts';
import { removal } from './views.ts';
import type { Renumbering, View, Views } from './views.ts';

/** It has no views. */
function isBare(value: Value | null): boolean {
  return value === null || (value.init === 0 && value.commit === NOTHING);
}

/** The node's access is done and what is left of it still reads the register. */
function isSetBy(program: Program, { node }: Context, register: number): boolean {
  return registersSet(at(program.nodes, node)).includes(register);
}

/** A location without its oldest messages, and what that does to all the rest. */
interface Forgetting {
  readonly kept: number;
  readonly shift: Shift;
}

export class Canonical {
  readonly #facts: Facts;
  readonly #views: Views;
  readonly #renumberer: Renumberer;
  readonly #components: Components;
  readonly #futures: Futures;
  readonly #shifts = new Map<string, Shift>();
  readonly #forgettings: (Map<number, Forgetting> | undefined)[] = [];
  readonly #stripped: (readonly number[])[] = [];
  readonly #withAccesses = new Map<string, number>();
  readonly #messages: Column<Location, number>;
  readonly #accesses: Column<Location, Accesses | null>;
  readonly #isBare: Column<Context, boolean>;
  readonly #cpuOf: Column<Context, number>;
  readonly #boundOf: Column<Cpu, View>;
  /** By location: the oldest message that the CPU may meet there. */
  readonly #lowest: Column<Cpu, Int32Array>;
  /** Locations of which the CPU's past holds a message that more than `bound` says something of. */
  readonly #consulted: Column<Cpu, readonly number[]>;
  /** By the CPU, its future, and the locations that it consults. */
  readonly #cpus = new Sequence<number>();
  readonly #bounded = new Map<number, number>();

  constructor(facts: Facts, views: Views, renumberer: Renumberer, components: Components) {
    this.#facts = facts;
    this.#views = views;
    this.#renumberer = renumberer;
    this.#components = components;
    this.#futures = new Futures(facts, components);
    const { contexts, cpus, locations } = components;
    this.#messages = new Column(locations, ({ messages }) => messages.length);
    this.#accesses = new Column(locations, ({ accesses }) => (isNone(accesses) ? null : accesses));
    this.#isBare = new Column(contexts, ({ registers }) => registers.every(isBare));
    this.#cpuOf = new Column(contexts, ({ cpu }) => cpu);
    this.#boundOf = new Column(cpus, ({ bound }) => bound);
    this.#lowest = new Column(cpus, (cpu) => this.#lowestOf(cpu));
    this.#consulted = new Column(cpus, (cpu) => this.#consultedBy(cpu));
  }

  /** Makes the state that stands in the words canonical. */
  apply(states: Int32Array, from: number): void {
    const { words } = this.#components;
    const futures = this.#futures.of(states, from);
    for (let location = 0; location < words.fence - words.locations; location++) {
      this.#forget(states, from, location, futures);
      this.#dropRaceBits(states, from, location, futures);
    }
    for (let cpu = 0; cpu < futures.length; cpu++) {
      const word = from + words.cpus + cpu;
      states[word] = this.#cpuNumber(states, from, states[word] as number, at(futures, cpu));
    }
    for (let context = 0; context < words.cpus; context++) this.#limit(states, from, context);
  }

  /** A renumbering as it acts on states; `prepare`: what is done to a CPU before, equal for equal keys. */
  shift(by: Renumbering, prepare?: (cpu: Cpu) => Cpu): Shift {
    let shift = this.#shifts.get(by.key);
    if (shift === undefined) {
      shift = new Shift(this.#components, this.#renumberer, by, prepare);
      this.#shifts.set(by.key, shift);
    }
    return shift;
  }

  /** Dead registers are gone; of those that are only looked at, the views. */
  registers(context: Context, index: number): Context {
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

  /** What a context's registers say beyond what binds its CPU anyway. */
  #limit(states: Int32Array, from: number, index: number): void {
    const number = states[from + index] as number;
    if (this.#isBare.at(number)) return;
    const { contexts, words } = this.#components;
    const bound = this.#boundOf.at(states[from + words.cpus + this.#cpuOf.at(number)] as number);
    if (bound === 0) return;
    const key = number * 2 ** 26 + bound;
    let limited = this.#bounded.get(key);
    if (limited === undefined) {
      const beyond = (view: View): View => this.#views.above(view, bound);
      limited = contexts.numberOf(mapContext(contexts.at(number), beyond));
      this.#bounded.set(key, limited);
    }
    states[from + index] = limited;
  }

  #forget(states: Int32Array, from: number, location: number, futures: readonly Future[]): void {
    const { words } = this.#components;
    const word = from + words.locations + location;
    const count = this.#messages.at(states[word] as number);
    if (count > 1) {
      const least = this.#oldestNeeded(states, from, location, futures);
      if (least === 0) return;
      const { kept, shift } = this.#forgetting(states[word] as number, location, least);
      states[word] = kept;
      shift.apply(states, from);
      if (least < count - 1) return;
    }
    states[word] = this.#strip(states[word] as number, location, futures);
  }

  #oldestNeeded(
    states: Int32Array,
    from: number,
    location: number,
    futures: readonly Future[],
  ): number {
    const { words } = this.#components;
    const { messages } = this.#components.locationAt(states, from, location);
    let least = messages.length - 1;
    for (let cpu = 0; cpu < futures.length; cpu++) {
      const { touches, loads } = at(futures, cpu);
      if (touches[location] !== true) continue;
      let lowest = this.#lowest.at(states[from + words.cpus + cpu] as number)[location] as number;
      // Who only writes cannot come between an update and what it read.
      if (loads[location] !== true) while (messages[lowest + 1]?.atomic === true) lowest++;
      if (lowest < least) least = lowest;
    }
    // No room: whoever lags furthest behind sees the next message too soon, and the run says so.
    return Math.max(least, messages.length - this.#facts.mostMessages);
  }

  #lowestOf({ bound, past }: Cpu): Int32Array {
    return Int32Array.from(past, ({ newest }, location) => {
      const dimension = at(this.#facts.position, location);
      return dimension < 0 ? 0 : Math.max(this.#views.get(bound, dimension), newest);
    });
  }

  /** The views of a single message, where nobody reads it, or writes behind it. */
  #strip(number: number, location: number, futures: readonly Future[]): number {
    const isTouched = futures.some(({ touches }) => touches[location]);
    const isWritten = futures.some(({ writes }) => writes[location]);
    const stripped = (this.#stripped[number] ??= this.#strippings(number));
    return at(stripped, (isTouched ? 1 : 0) + (isWritten ? 2 : 0));
  }

  /** By whether it is touched (1) and written (2). */
  #strippings(number: number): readonly number[] {
    const { locations } = this.#components;
    const location = locations.at(number);
    const [message] = location.messages;
    if (message === undefined) throw new RangeError('a location without a message');
    return [0, 1, 2, 3].map((kind) => {
      const view = (kind & 1) !== 0 ? message.view : 0;
      const order = (kind & 2) !== 0 ? message.order : 0;
      return locations.numberOf({ ...location, messages: [{ ...message, view, order }] });
    });
  }

  #forgetting(number: number, location: number, count: number): Forgetting {
    const known = (this.#forgettings[number] ??= new Map<number, Forgetting>());
    const key = location * 1024 + count;
    let forgetting = known.get(key);
    if (forgetting === undefined) {
      forgetting = this.#forgettingOf(number, location, count);
      known.set(key, forgetting);
    }
    return forgetting;
  }

  /**
   * Forgets the first `count` messages. What they put between others by co | prop is taken over by the
   * views: whoever is behind a forgotten message is behind all that is behind it or a predecessor.
   */
  #forgettingOf(number: number, location: number, count: number): Forgetting {
    const views = this.#views;
    const { locations } = this.#components;
    const old = locations.at(number);
    const gains: View[] = [];
    let all = 0;
    for (const { order } of old.messages.slice(0, count + 1)) {
      all = views.join(all, views.orderOf(order));
      gains.push(all);
    }
    const [oldest, ...rest] = old.messages.slice(count);
    if (oldest === undefined) throw new RangeError('every message forgotten');
    const base: Message = { ...oldest, order: views.join(oldest.order, all), atomic: false };
    const kept = locations.numberOf({ ...old, messages: [base, ...rest] });
    const by = removal(at(this.#facts.position, location), count, gains);
    return { kept, shift: this.shift(by, (cpu) => this.#leaveBehind(cpu, location, count)) };
  }

  /** The CPU's newest message there is forgotten: all that it met are older than what is left. */
  #leaveBehind(cpu: Cpu, location: number, count: number): Cpu {
    const past = at(cpu.past, location);
    if (past.newest >= count || past === NO_PAST) return cpu;
    const viewOlder = this.#views.join(past.viewOlder, past.viewNewest);
    const left: Past = { ...NO_PAST, viewOlder, commit: past.commit };
    return { ...cpu, past: cpu.past.with(location, left) };
  }

  #dropRaceBits(
    states: Int32Array,
    from: number,
    location: number,
    futures: readonly Future[],
  ): void {
    const { words } = this.#components;
    const word = from + words.locations + location;
    const accesses = this.#accesses.at(states[word] as number);
    const bits = this.#facts.races[location] ?? null;
    if (accesses === null || bits === null) return;
    const concerns = (bit: number, cpu: number, what: 'touches' | 'writes'): boolean =>
      futures.some(
        (future, other) =>
          other !== cpu &&
          future[what][location] === true &&
          this.#views.get(this.#boundOf.at(states[from + words.cpus + other] as number), bit) === 0,
      );
    const { plainWriter, plainReaders, writers, readers } = accesses;
    const dropped: number[] = [];
    const keep = (cpus: number, of: readonly number[], what: 'touches' | 'writes'): number => {
      let kept = cpus;
      of.forEach((bit, cpu) => {
        if ((cpus & (1 << cpu)) === 0 || concerns(bit, cpu, what)) return;
        kept &= ~(1 << cpu);
        dropped.push(bit);
      });
      return kept;
    };
    const writerStays = plainWriter >= 0 && concerns(bits.plainWrite, plainWriter, 'touches');
    if (plainWriter >= 0 && !writerStays) dropped.push(bits.plainWrite);
    const left: Accesses = {
      plainWriter: writerStays ? plainWriter : -1,
      plainReaders: keep(plainReaders, bits.plainRead, 'writes'),
      writers: keep(writers, bits.write, 'touches'),
      readers: keep(readers, bits.read, 'writes'),
    };
    if (dropped.length === 0) return;
    for (const bit of dropped) this.shift(removal(bit, 1)).apply(states, from);
    states[word] = this.#replaceAccesses(states[word] as number, left);
  }

  #replaceAccesses(number: number, accesses: Accesses): number {
    const { plainWriter, plainReaders, writers, readers } = accesses;
    const key = `${number}:${plainWriter},${plainReaders},${writers},${readers}`;
    let replaced = this.#withAccesses.get(key);
    if (replaced === undefined) {
      const { locations } = this.#components;
      replaced = locations.numberOf({ ...locations.at(number), accesses });
      this.#withAccesses.set(key, replaced);
    }
    return replaced;
  }

  #cpuNumber(states: Int32Array, from: number, number: number, future: Future): number {
    const { words, cpus } = this.#components;
    let known = this.#cpus.with(number).with(future.number);
    for (const location of this.#consulted.at(number)) {
      known = known.with(states[from + words.locations + location] as number);
    }
    if (known.value !== null) return known.value;
    const viewOf = (location: number, position: number): View =>
      at(this.#components.locationAt(states, from, location).messages, position).view;
    known.value = cpus.numberOf(this.#cpu(cpus.at(number), future, viewOf));
    return known.value;
  }

  #consultedBy({ bound, past }: Cpu): readonly number[] {
    return past.flatMap(({ newest }, location) => {
      const dimension = at(this.#facts.position, location);
      return dimension >= 0 && newest >= this.#views.get(bound, dimension) ? [location] : [];
    });
  }

  #cpu(cpu: Cpu, future: Future, viewOf: (location: number, position: number) => View): Cpu {
    const { touches, writes, observes, hasIsync, hasEieio } = future;
    // Who accesses nothing any more may still have a sync before him, which tells what he has seen.
    if (!touches.includes(true) && !observes && cpu.window.length === 0) return this.#idle(cpu);
    const views = this.#views;
    const beyond = (view: View): View => views.above(view, cpu.bound);
    const carries = writes.includes(true) || hasIsync;
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
        touches[location] === true ? this.#past(cpu, past, location, carries, viewOf) : NO_PAST,
      ),
    };
  }

  /** Nobody does anything there any more that memory can tell. */
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
  #past(
    { bound }: Cpu,
    past: Past,
    location: number,
    carries: boolean,
    viewOf: (location: number, position: number) => View,
  ): Past {
    const views = this.#views;
    const commit = carries ? past.commit : NOTHING;
    const dimension = this.#facts.position[location] ?? -1;
    if (dimension < 0) return commit === NOTHING ? NO_PAST : { ...NO_PAST, commit };
    const least = views.get(bound, dimension);
    const older = views.join(past.viewOlder, past.viewNewest);
    if (past.newest < least) return { ...NO_PAST, viewOlder: older, commit };
    const view = viewOf(location, past.newest);
    const plainly = past.viewOlder === 0 && past.made === 0 && views.isWithin(view, bound);
    const own = past.own && !plainly;
    const made = own ? past.made : 0;
    if (!own && past.newest === least && older === past.viewOlder) {
      return { ...NO_PAST, viewOlder: older, commit };
    }
    return { ...past, own, made, commit };
  }
}

function isNone({ plainWriter, plainReaders, writers, readers }: Accesses): boolean {
  return plainWriter < 0 && (plainReaders | writers | readers) === 0;
}
