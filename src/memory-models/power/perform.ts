/**
 * What happens to memory: satisfying a load (R3, R4), placing a store in coherence order (R5), both
 * at once for an atomic update, and what follows in the CPU's window when a value becomes known.
 */
import { at, nodeAt } from '../../machine/graph.ts';
import type { Rmw, ValueType } from '../../machine/machine.ts';
import type { Coherence } from './coherence.ts';
import type { Facts } from './facts.ts';
import type { Races } from './races.ts';
import { NOTHING, ZERO } from './state.ts';
import type { Commit, Cpu, Message, Past, Pending, Value } from './state.ts';
import { joinCommits, numberOf, resolve, valueOf } from './values.ts';
import type { View, Views } from './views.ts';
import { canLoad, canStore, closure, commitOf, hasLoad, leave, sameLocation } from './window.ts';
import type { Left } from './window.ts';
import type { World } from './world.ts';

/** A world that a step leads to, or the node at which it fails. */
export interface Outcome {
  readonly world: World;
  /** -1: it does not fail. */
  readonly failedAt: number;
}

/** A message that a load may read, and the load's init view if it does. */
interface Reading {
  readonly position: number;
  readonly message: Message;
  readonly own: boolean;
  readonly init: View;
}

export class Performer {
  readonly #facts: Facts;
  readonly #views: Views;
  readonly #coherence: Coherence;
  readonly #races: Races;
  /** A location had as many messages as there is room for; the oldest is forgotten (canonical.ts). */
  bounded = false;

  constructor(facts: Facts, views: Views, coherence: Coherence, races: Races) {
    this.#facts = facts;
    this.#views = views;
    this.#coherence = coherence;
    this.#races = races;
  }

  /** Every way to satisfy the load at `place`, with the stores that it lets into coherence order. */
  load(world: World, cpu: number, place: number): readonly Outcome[] {
    const { window } = world.cpu(cpu);
    if (!canLoad(window, place)) return [];
    const earlier = sameLocation(window, place);
    if (earlier !== 0) return this.#forward(world, cpu, place, 31 - Math.clz32(earlier));
    const marked = this.#markRead(world, cpu, at(window, place));
    const { location, address, isync } = at(marked.cpu(cpu).window, place);
    const knows = this.#views.join(address.init, isync);
    return this.#readings(marked, cpu, location ?? 0, knows).flatMap((reading) =>
      this.#satisfy(marked, cpu, place, reading),
    );
  }

  #markRead(world: World, cpu: number, { node, location, address }: Pending): World {
    const { owner } = world.cpu(cpu);
    const access = this.#nodeOf(owner, node);
    const plain = access.kind === 'load' && access.order === 'plain';
    return this.#races.read(world, cpu, location ?? 0, plain, address.init);
  }

  /** Every way to place the stores that can be placed: they go before anything else happens. */
  placeStores(world: World, cpu: number): readonly Outcome[] {
    const { window } = world.cpu(cpu);
    const place = window.findIndex(
      ({ kind }, index) => kind === 'store' && canStore(this.#views, window, index),
    );
    if (place < 0) return [succeed(world)];
    return this.#store(world, cpu, place).flatMap((outcome) =>
      outcome.failedAt >= 0 ? [outcome] : this.placeStores(outcome.world, cpu),
    );
  }

  /** Reads an own store that is not in coherence order yet. */
  #forward(world: World, cpu: number, place: number, from: number): readonly Outcome[] {
    const views = this.#views;
    const old = world.cpu(cpu);
    const [load, store] = [at(old.window, place), at(old.window, from)];
    const value = store.value ?? ZERO;
    if (value.known === null) return [];
    const made = views.join(value.init, store.address.init);
    const init = views.join(made, views.join(load.address.init, load.isync));
    const commit = this.#withView(commitOf(views, old.window, place), init);
    const location = load.location ?? 0;
    const past = at(old.past, location);
    const forwarded = views.join(store.forwarded, init);
    const changed: Cpu = {
      ...old,
      window: old.window.with(from, { ...store, forwarded }),
      past: old.past.with(location, { ...past, commit: joinCommits(views, past.commit, commit) }),
    };
    const left = { read: { result: value.known, init }, commit, observed: 0 };
    return this.#leave(world.withCpu(cpu, changed), cpu, place, left);
  }

  #withView(commit: Commit, view: View): Commit {
    return { view: this.#views.join(commit.view, view), pending: commit.pending };
  }

  /** The messages that the CPU may read, with what it then knows; `knows`: what it must not be older than. */
  #readings(world: World, cpu: number, location: number, knows: View): readonly Reading[] {
    const views = this.#views;
    const { bound, past } = world.cpu(cpu);
    const here = at(past, location);
    const dimension = at(this.#facts.position, location);
    const lowest = Math.max(here.newest, views.get(bound, dimension), views.get(knows, dimension));
    return world.location(location).messages.flatMap((message, position) => {
      if (position < lowest) return [];
      const own = here.own && position === here.newest;
      const init = own ? here.made : this.#externalInit(here, position, message);
      return [{ position, message, own, init: views.join(init, knows) }];
    });
  }

  /** With rdw and detour: earlier accesses to the location that met another message. */
  #externalInit(past: Past, position: number, { view }: Message): View {
    const older = this.#views.join(view, past.viewOlder);
    return position > past.newest ? this.#views.join(older, past.viewNewest) : older;
  }

  #satisfy(world: World, cpu: number, place: number, reading: Reading): readonly Outcome[] {
    const views = this.#views;
    const old = world.cpu(cpu);
    const location = at(old.window, place).location ?? 0;
    const commit = this.#withView(commitOf(views, old.window, place), reading.init);
    const changed = this.#afterRead(old, location, reading, commit);
    const read = { result: reading.message.value, init: reading.init };
    const left = { read, commit, observed: 0 };
    return this.#leave(world.withCpu(cpu, changed), cpu, place, left);
  }

  #nodeOf(context: number, node: number): ReturnType<typeof nodeAt> {
    return nodeAt(at(this.#facts.contexts, context).program, node);
  }

  /** What the CPU's program order knows once it has read a message. */
  #afterRead(cpu: Cpu, location: number, reading: Reading, commit: Commit): Cpu {
    const views = this.#views;
    const { position, message, init } = reading;
    const past = at(cpu.past, location);
    const isNewer = position > past.newest;
    const after: Past = {
      newest: position,
      own: reading.own,
      viewOlder: isNewer ? views.join(past.viewOlder, past.viewNewest) : past.viewOlder,
      viewNewest: isNewer ? init : views.join(past.viewNewest, init),
      made: reading.own ? past.made : 0,
      commit: joinCommits(views, past.commit, commit),
    };
    return {
      ...cpu,
      observed: this.#observing(cpu.observed, location, position, message),
      past: cpu.past.with(location, after),
    };
  }

  /** `observed`, the message's view and the message itself; position 0 stands for all before it. */
  #observing(observed: View, location: number, position: number, message: Message): View {
    const views = this.#views;
    const both = views.join(observed, message.view);
    if (position === 0) return views.join(both, views.orderOf(message.order));
    return views.raise(both, at(this.#facts.position, location), position);
  }

  /** Every place in coherence order for the store at `place` of the window. */
  #store(world: World, cpu: number, place: number): readonly Outcome[] {
    const old = world.cpu(cpu);
    const store = at(old.window, place);
    const location = store.location ?? 0;
    const value = store.value?.known ?? 0;
    if (!fits(value, at(this.#facts.machine.locations, location).type)) {
      return [fail(world, store.node)];
    }
    const node = this.#nodeOf(old.owner, store.node);
    const plain = node.kind === 'store' && node.order === 'plain';
    // A marked write waits for the reads that it depends on, and for branches on them.
    const knows = plain ? store.address.init : this.#carried(world, cpu, place);
    const marked = this.#races.write(world, cpu, location, plain, knows);
    const carried = this.#carried(marked, cpu, place);
    const releases = node.kind === 'store' && node.order === 'release';
    const view = this.#races.carriedBy(carried, cpu, location, releases);
    return this.#places(marked, cpu, location, carried).flatMap((position) => {
      const message: Message = { value, view, order: carried, atomic: false };
      const placed = this.#coherence.insert(marked, location, position, message);
      return placed === null ? [] : this.#afterStore(placed, cpu, place, location, position);
    });
  }

  /** What the store at `place` comes behind: fences, its commit view, the stores before an eieio. */
  #carried(world: World, cpu: number, place: number): View {
    const views = this.#views;
    const { bound, window } = world.cpu(cpu);
    const commit = commitOf(views, window, place);
    return views.join(bound, views.join(commit.view, at(window, place).eieio.view));
  }

  #afterStore(
    placed: World,
    cpu: number,
    place: number,
    location: number,
    position: number,
  ): readonly Outcome[] {
    const views = this.#views;
    const moved = placed.cpu(cpu);
    const store = at(moved.window, place);
    const commit = commitOf(views, moved.window, place);
    const message = at(placed.location(location).messages, position);
    const observed = this.#observing(0, location, position, message);
    const made = views.join(store.value?.init ?? 0, store.address.init);
    const met = views.join(commit.view, store.forwarded);
    const changed = this.#afterWrite(moved, location, position, { made, met, commit });
    const after = { ...changed, observed: views.join(changed.observed, observed) };
    const left: Left = { read: null, commit, observed };
    const stores = views.join(after.stores, observed);
    return this.#leave(placed.withCpu(cpu, { ...after, stores }), cpu, place, left);
  }

  #places(world: World, cpu: number, location: number, carried: View): readonly number[] {
    const { messages } = world.location(location);
    if (messages.length >= this.#facts.mostMessages) this.bounded = true;
    const dimension = at(this.#facts.position, location);
    const { newest } = at(world.cpu(cpu).past, location);
    const first = Math.max(newest, this.#views.get(carried, dimension)) + 1;
    return messages.flatMap((_, i) => (i + 1 >= first ? [i + 1] : []));
  }

  /** What the CPU's program order knows of a location that it has written. */
  #afterWrite(
    cpu: Cpu,
    location: number,
    position: number,
    { made, met, commit }: { readonly made: View; readonly met: View; readonly commit: Commit },
  ): Cpu {
    const views = this.#views;
    const past = at(cpu.past, location);
    const after: Past = {
      newest: position,
      own: true,
      viewOlder: views.join(past.viewOlder, past.viewNewest),
      viewNewest: met,
      made,
      commit: joinCommits(views, past.commit, this.#withView(commit, met)),
    };
    return { ...cpu, past: cpu.past.with(location, after) };
  }

  /** The access at `place` is done: values that waited for it are known, stores can be placed. */
  #leave(world: World, cpu: number, place: number, left: Left): readonly Outcome[] {
    const old = world.cpu(cpu);
    const gone = at(old.window, place);
    const node = this.#nodeOf(old.owner, gone.node);
    if (node.kind === 'load' && left.read !== null) {
      const { registers } = at(this.#facts.contexts, old.owner).program;
      if (!fits(left.read.result, at(registers, node.register).type))
        return [fail(world, gone.node)];
    }
    const context = world.context(old.owner);
    const registers = context.registers.map((value) =>
      value === null ? null : resolve(this.#views, value, place, left.read, left.commit),
    );
    const shorter = leave(this.#views, old, place, left);
    const owned = shorter.window.length === 0 ? { ...shorter, owner: -1 } : shorter;
    const next = world.withContext(old.owner, { registers }).withCpu(cpu, owned);
    return this.#settle(next, cpu);
  }

  /** Looks at all that may have become known. */
  #settle(world: World, cpu: number): readonly Outcome[] {
    const old = world.cpu(cpu);
    const broken = old.obligations.find(
      ({ value, min, max, nonzero }) =>
        value.known !== null && !keeps(value.known, min, max, nonzero),
    );
    if (broken !== undefined) return [fail(world, broken.node)];
    const window = old.window.map((pending) => this.#located(old, pending));
    const lost = window.find(({ location }) => location === -1);
    if (lost !== undefined) return [fail(world, lost.node)];
    let next = world.withCpu(cpu, {
      window,
      obligations: old.obligations.filter(({ value }) => value.known === null),
      overlays: old.overlays.filter(({ value }) => value.known === null),
    });
    for (const { location, value } of old.overlays) {
      if (value.known !== null) next = this.write(next, location, value.known);
    }
    return this.placeStores(next, cpu);
  }

  /** The access with its location, once its address is known; -1: it has none there. */
  #located(cpu: Cpu, pending: Pending): Pending {
    const { location, address, node, commit } = pending;
    if (location !== null || address.known === null) return pending;
    const access = this.#nodeOf(cpu.owner, node);
    const candidates = 'address' in access ? access.address.candidates : [];
    if (!candidates.includes(address.known)) return { ...pending, location: -1 };
    const before = at(cpu.past, address.known).commit;
    return {
      ...pending,
      location: address.known,
      commit: joinCommits(this.#views, commit, before),
    };
  }

  /** A location that holds one value. */
  write(world: World, location: number, value: number): World {
    const [message] = world.location(location).messages;
    if (message === undefined) throw new RangeError('a location without a message');
    return world.withLocation(location, { messages: [{ ...message, value }] });
  }

  /**
   * Every outcome of an atomic update in program order; null: it must wait for something that is put
   * off. Nothing of the window is left out of order: only what cc0 leads from to it is waited for.
   */
  update(world: World, context: number, cpu: number, node: Rmw): readonly Outcome[] | null {
    const update = this.#prepare(world, context, cpu, node);
    if (update === null) return null;
    if (update.location < 0) return [fail(world, update.index)];
    const marked = this.#races.write(world, cpu, update.location, false, update.carried);
    const ready = this.#prepare(marked, context, cpu, node);
    return ready === null ? null : this.#updateAt(marked, ready);
  }

  /** What the update stands on; null: it must wait. Location -1: its address names none. */
  #prepare(world: World, context: number, cpu: number, node: Rmw): Update | null {
    const views = this.#views;
    const { registers, node: index } = world.context(context);
    const address = valueOf(views, node.address.expr, registers);
    const before = this.#operands(node, registers);
    if (address.known === null || before.sources !== 0) return null;
    const valid = node.address.candidates.includes(address.known);
    const location = valid ? address.known : -1;
    const { control, address: addresses, past, window, eieio, bound } = world.cpu(cpu);
    const own = joinCommits(views, address.commit, before.commit);
    const general = joinCommits(views, control, joinCommits(views, addresses, own));
    const reached = joinCommits(views, general, past[location]?.commit ?? NOTHING);
    const commit = closure(views, window, reached);
    const isEarlier = (other: number | null): boolean => other === null || other === location;
    if (window.some((pending) => isEarlier(pending.location))) return null;
    if (eieio.pending !== 0 || hasLoad(window, commit.pending)) return null;
    const carried = views.join(bound, views.join(commit.view, eieio.view));
    return { context, cpu, node, index, location, address, before, commit, carried };
  }

  /** What the update's operands depend on, the value that it reads left out. */
  #operands(node: Rmw, registers: readonly (Value | null)[]): Value {
    const hidden = registers.with(node.register, ZERO);
    let { init, commit, sources } = ZERO;
    for (const expr of [node.value, node.condition, node.until]) {
      if (expr === null) continue;
      const operand = valueOf(this.#views, expr, hidden);
      init = this.#views.join(init, operand.init);
      commit = joinCommits(this.#views, commit, operand.commit);
      sources |= operand.sources;
    }
    return { ...ZERO, init, commit, sources };
  }

  #updateAt(world: World, update: Update): readonly Outcome[] {
    const { cpu, location, address, carried } = update;
    if (at(this.#facts.classes, location) !== 'shared') return this.#updateSingle(world, update);
    const knows = this.#views.join(address.init, world.cpu(cpu).isync);
    const lowest = this.#views.get(carried, at(this.#facts.position, location));
    return this.#readings(world, cpu, location, knows).flatMap((reading) =>
      reading.position < lowest ? [] : this.#updateFrom(world, update, reading),
    );
  }

  /** A lock word, or one that only holders of a lock touch: the latest value. */
  #updateSingle(world: World, update: Update): readonly Outcome[] {
    const views = this.#views;
    const { cpu, location, address, carried, index } = update;
    const [message] = world.location(location).messages;
    if (message === undefined) return [];
    const knows = views.join(address.init, world.cpu(cpu).isync);
    const init = views.join(message.view, knows);
    const effect = this.#effect(world, update, message.value);
    if (effect === 'blocked') return [];
    if (effect === 'fault') return [fail(world, index)];
    const { observed } = world.cpu(cpu);
    const read = world.withCpu(cpu, { observed: views.join(observed, init) });
    const after = this.#afterUpdate(read, update, message.value, init);
    if (effect === 'keep') return [succeed(after)];
    const view = at(this.#facts.classes, location) === 'lock' ? views.join(carried, init) : 0;
    const written: Message = { value: effect.store, view, order: view, atomic: false };
    return [succeed(after.withLocation(location, { messages: [written] }))];
  }

  #updateFrom(world: World, update: Update, reading: Reading): readonly Outcome[] {
    const views = this.#views;
    const { cpu, location, index, carried, commit, before, address, node } = update;
    const old = reading.message.value;
    const effect = this.#effect(world, update, old);
    if (effect === 'blocked') return [];
    if (effect === 'fault') return [fail(world, index)];
    const all = this.#withView(commit, reading.init);
    if (effect === 'keep') {
      const read = this.#afterRead(world.cpu(cpu), location, reading, all);
      return [succeed(this.#afterUpdate(world.withCpu(cpu, read), update, old, reading.init))];
    }
    if (world.location(location).messages.length >= this.#facts.mostMessages) {
      this.bounded = true;
    }
    // The views of its operands and of what it read go through the renumbering with the CPU.
    const reads = readsOwn(node) ? reading.init : 0;
    const made = views.join(reads, views.join(before.init, address.init));
    const written = this.#afterWrite(world.cpu(cpu), location, reading.position + 1, {
      made,
      met: all.view,
      commit: all,
    });
    const prepared = this.#afterUpdate(world.withCpu(cpu, written), update, old, reading.init);
    const order = views.join(carried, reading.init);
    const releases = node.order === 'release' || node.order === 'full';
    const view = this.#races.carriedBy(order, cpu, location, releases);
    const message: Message = { value: effect.store, view, order, atomic: true };
    const placed = this.#insertOwn(prepared, cpu, location, reading.position + 1, message);
    return placed === null ? [] : [succeed(placed)];
  }

  /** Places an update's message; the CPU's own positions there are those of the message already. */
  #insertOwn(
    world: World,
    cpu: number,
    location: number,
    position: number,
    message: Message,
  ): World | null {
    const past = at(world.cpu(cpu).past, location);
    const hidden = this.#withPast(world, cpu, location, { ...past, newest: position - 1 });
    const placed = this.#coherence.insert(hidden, location, position, message);
    if (placed === null) return null;
    const moved = at(placed.cpu(cpu).past, location);
    const shown = this.#withPast(placed, cpu, location, { ...moved, newest: position });
    const written = at(shown.location(location).messages, position);
    const { observed, stores } = shown.cpu(cpu);
    const seen = this.#observing(0, location, position, written);
    return shown.withCpu(cpu, {
      observed: this.#views.join(observed, seen),
      stores: this.#views.join(stores, seen),
    });
  }

  #withPast(world: World, cpu: number, location: number, past: Past): World {
    const old = world.cpu(cpu);
    return world.withCpu(cpu, { past: old.past.with(location, past) });
  }

  /** The register, and the control dependence of arch/powerpc's loops around stwcx. */
  #afterUpdate(world: World, update: Update, known: number, init: View): World {
    const { context, cpu, node, commit, address } = update;
    const views = this.#views;
    const all = this.#withView(commit, init);
    const { registers } = world.context(context);
    const value: Value = { known, expr: null, init, commit: all, sources: 0 };
    const old = world.cpu(cpu);
    const after = world.withCpu(cpu, {
      control: joinCommits(views, old.control, all),
      address: joinCommits(views, old.address, address.commit),
    });
    return after.withContext(context, { registers: registers.with(node.register, value) });
  }

  #effect(
    world: World,
    { context, node, location }: Update,
    old: number,
  ): 'blocked' | 'fault' | 'keep' | { readonly store: number } {
    const { registers } = world.context(context);
    const { program } = at(this.#facts.contexts, context);
    if (!fits(old, at(program.registers, node.register).type)) return 'fault';
    const read = registers.with(node.register, { ...ZERO, known: old });
    if (node.until !== null && numberOf(node.until, read) === 0) return 'blocked';
    if (node.condition !== null && numberOf(node.condition, read) === 0) return 'keep';
    const store = numberOf(node.value, read);
    return fits(store, at(this.#facts.machine.locations, location).type) ? { store } : 'fault';
  }
}

interface Update {
  readonly context: number;
  readonly cpu: number;
  readonly node: Rmw;
  readonly index: number;
  readonly location: number;
  readonly address: Value;
  readonly before: Value;
  readonly commit: Commit;
  readonly carried: View;
}

export function succeed(world: World): Outcome {
  return { world, failedAt: -1 };
}

export function fail(world: World, node: number): Outcome {
  return { world, failedAt: node };
}

export function fits(value: number, type: ValueType): boolean {
  if (value !== (value | 0)) return false;
  switch (type.kind) {
    case 'int':
      return value >= type.min && value <= type.max;
    case 'bool':
      return value === 0 || value === 1;
    case 'ref':
      return value >= 0;
  }
}

function keeps(value: number, min: number, max: number, nonzero: boolean): boolean {
  if (nonzero) return Boolean(value);
  return value === (value | 0) && value >= min && value <= max;
}

function readsOwn({ value, register }: Rmw): boolean {
  return JSON.stringify(value).includes(`"register":${register}}`);
}
