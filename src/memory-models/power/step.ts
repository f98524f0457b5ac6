/**
 * Steps of a context (docs/design/steps.md) with everything that each of its nodes may do. A node that
 * cannot be executed before something that is put off is known ends phase 1, and blocks phase 0.
 */
import { registersIn } from '../../machine/expression.ts';
import { at, nodeAt, successors } from '../../machine/graph.ts';
import type {
  Address,
  Assign,
  Expr,
  Fence,
  Load,
  Node,
  Rmw,
  Store,
} from '../../machine/machine.ts';
import type { ValueType } from '../../machine/machine.ts';
import { endsEarly, endsPhase0, endsStep } from '../../machine/steps.ts';
import { BARRIERS, BEFORE_RMW, BEHIND_RMW } from './barriers.ts';
import type { Barrier } from './barriers.ts';
import { PowerFault } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { fail, fits, succeed } from './perform.ts';
import type { Outcome, Performer } from './perform.ts';
import type { Races } from './races.ts';
import { NOTHING, constant } from './state.ts';
import type { Commit, Cpu, Obligation, Pending, Value } from './state.ts';
import { joinCommits, numberOf, valueOf } from './values.ts';
import type { Views } from './views.ts';
import { canLoad, closure, hasLoad } from './window.ts';
import type { World } from './world.ts';

/** null: the node waits for something that is put off, or for others. */
type Executed = readonly Outcome[] | null;

interface Way {
  readonly world: World;
  readonly phase: 0 | 1;
}

export class Stepper {
  readonly #facts: Facts;
  readonly #views: Views;
  readonly #performer: Performer;
  readonly #races: Races;
  readonly #coverage: readonly Uint8Array[];
  /** There was no room to put off an access. */
  bounded = false;

  constructor(
    facts: Facts,
    views: Views,
    performer: Performer,
    races: Races,
    coverage: readonly Uint8Array[],
  ) {
    this.#facts = facts;
    this.#views = views;
    this.#performer = performer;
    this.#races = races;
    this.#coverage = coverage;
  }

  /** Every outcome of one step of the context on the CPU. */
  step(start: World, context: number, cpu: number): readonly Outcome[] {
    const outcomes: Outcome[] = [];
    const ways: Way[] = [{ world: start, phase: 0 }];
    const { node: stop } = start.context(context);
    let begun = false;
    for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
      if (begun && this.#isOver(way, context, stop)) {
        outcomes.push(succeed(way.world));
        continue;
      }
      begun = true;
      const { node } = way.world.context(context);
      const executed = this.#guarded(way.world, context, cpu);
      if (executed === null) {
        if (way.phase === 1 && !this.#isInside(context, node)) outcomes.push(succeed(way.world));
        continue;
      }
      const phase = way.phase === 1 || this.#endsPhase0(context, node) ? 1 : 0;
      if (executed.length > 0) at(this.#coverage, context)[node] = 1;
      for (const outcome of executed.toReversed()) {
        if (outcome.failedAt >= 0) outcomes.push(outcome);
        else ways.push({ world: outcome.world, phase });
      }
    }
    return outcomes;
  }

  #isOver({ world, phase }: Way, context: number, stop: number): boolean {
    const { node, phase: part } = world.context(context);
    const { program, kinds } = at(this.#facts.contexts, context);
    const current = nodeAt(program, node);
    if (endsEarly(program, stop, phase, node)) return true;
    if (phase === 0) return false;
    if (part === 0) return endsStep(program, kinds, node);
    // Between the parts of an RMW others may step; what is left of an acquire is the CPU's own matter.
    return !this.#isInside(context, node) && !(part === 2 && tailIsLocal(current));
  }

  #isInside(context: number, node: number): boolean {
    const { program } = at(this.#facts.contexts, context);
    const current = nodeAt(program, node);
    return current.atomic || successors(current).some((next) => nodeAt(program, next).atomic);
  }

  #endsPhase0(context: number, node: number): boolean {
    const { program, kinds } = at(this.#facts.contexts, context);
    return endsPhase0(program, kinds, node);
  }

  #guarded(world: World, context: number, cpu: number): Executed {
    try {
      return this.#execute(world, context, cpu);
    } catch (fault) {
      if (!(fault instanceof PowerFault)) throw fault;
      return [fail(world, world.context(context).node)];
    }
  }

  #execute(world: World, context: number, cpu: number): Executed {
    const { node: index } = world.context(context);
    const node = nodeAt(at(this.#facts.contexts, context).program, index);
    switch (node.kind) {
      case 'load':
        return this.#load(world, context, cpu, node);
      case 'store':
        return this.#store(world, context, cpu, node);
      case 'rmw':
        return this.#rmw(world, context, cpu, node);
      case 'fence':
        return this.#fence(world, context, cpu, node.fence, node.next);
      case 'assign':
        return this.#assign(world, context, cpu, node);
      case 'assert':
        return this.#oblige(this.#goTo(world, context, node.next), cpu, {
          node: index,
          value: this.#value(world, context, node.condition),
          min: 0,
          max: 0,
          nonzero: true,
        });
      case 'branch': {
        const { known, commit } = this.#value(world, context, node.condition);
        if (known === null) return null;
        const { control } = world.cpu(cpu);
        const after = world.withCpu(cpu, { control: joinCommits(this.#views, control, commit) });
        return [succeed(this.#goTo(after, context, known ? node.then : node.otherwise))];
      }
      case 'wait': {
        const { registers } = world.context(context);
        if (this.#isPutOff(world, context, node.condition)) return null;
        const holds = numberOf(node.condition, registers, (index) => world.ghost(index));
        return holds ? [succeed(this.#goTo(world, context, node.next))] : null;
      }
      case 'get': {
        const ghost = this.#ghost(world, context, node.address);
        if (ghost === null) return null;
        if (ghost < 0 || !fits(world.ghost(ghost), this.#typeOf(context, node.register))) {
          return [fail(world, index)];
        }
        const value = constant(world.ghost(ghost));
        return [succeed(this.#receive(world, context, node.register, value, node.next))];
      }
      case 'set': {
        const ghost = this.#ghost(world, context, node.address);
        const { known } = this.#value(world, context, node.value);
        if (ghost === null || known === null) return null;
        const cell = this.#facts.machine.ghosts[ghost];
        if (cell === undefined || !fits(known, cell.type)) return [fail(world, index)];
        const after = world.withGhost(ghost, known | 0);
        return [succeed(this.#goTo(after, context, node.next))];
      }
      case 'choose':
        return Array.from({ length: node.count }, (_, choice) =>
          succeed(this.#receive(world, context, node.register, constant(choice), node.next)),
        );
      case 'mark':
        return [succeed(this.#goTo(world, context, node.next))];
      case 'done':
        return [];
    }
  }

  #isPutOff(world: World, context: number, expr: Expr): boolean {
    const { registers } = world.context(context);
    return [...registersIn(expr)].some((register) => (registers[register]?.sources ?? 0) !== 0);
  }

  #value(world: World, context: number, expr: Expr): Value {
    return valueOf(this.#views, expr, world.context(context).registers);
  }

  #typeOf(context: number, register: number): ValueType {
    return at(at(this.#facts.contexts, context).program.registers, register).type;
  }

  #goTo(world: World, context: number, node: number): World {
    return world.withContext(context, { node, phase: 0 });
  }

  #receive(world: World, context: number, register: number, value: Value, node: number): World {
    const { registers } = world.context(context);
    return world.withContext(context, {
      node,
      phase: 0,
      registers: registers.with(register, value),
    });
  }

  /** The ghost's index, -1 for one that is none; null: the address is put off. */
  #ghost(world: World, context: number, address: Address): number | null {
    const { known } = this.#value(world, context, address.expr);
    if (known === null) return null;
    return address.candidates.includes(known) ? known : -1;
  }

  /** Checks the condition now, or when what it needs is known. */
  #oblige(world: World, cpu: number, obligation: Obligation): Executed {
    const { value, node, min, max, nonzero } = obligation;
    if (value.known === null) {
      const { obligations } = world.cpu(cpu);
      return [succeed(world.withCpu(cpu, { obligations: [...obligations, obligation] }))];
    }
    const holds = nonzero
      ? Boolean(value.known)
      : value.known === (value.known | 0) && value.known >= min && value.known <= max;
    return [holds ? succeed(world) : fail(world, node)];
  }

  #assign(world: World, context: number, cpu: number, node: Assign): Executed {
    const { registers, node: index } = world.context(context);
    const moved = node.moves.map(([to, expr]) => ({
      to,
      value: this.#value(world, context, expr),
    }));
    let next: readonly (Value | null)[] = registers;
    for (const { to, value } of moved) {
      const known = value.known === null ? null : value.known | 0;
      next = next.with(to, { ...value, known });
    }
    let after = world.withContext(context, { registers: next, node: node.next });
    for (const { to, value } of moved) {
      const [min, max] = boundsOf(this.#typeOf(context, to));
      if (value.known === null && isPlainCopy(value)) continue;
      const obligation = { node: index, value, min, max, nonzero: false };
      const [outcome] = this.#oblige(after, cpu, obligation) ?? [];
      if (outcome === undefined || outcome.failedAt >= 0) return [fail(world, index)];
      after = outcome.world;
    }
    return [succeed(after)];
  }

  #fence(world: World, context: number, cpu: number, fence: Fence, next: number): Executed {
    const after = this.#barrier(world, cpu, BARRIERS[fence]);
    return after === null ? null : [succeed(this.#goTo(after, context, next))];
  }

  /** The barrier's effect on its CPU; null: it waits for what is put off. */
  #barrier(world: World, cpu: number, barrier: Barrier): World | null {
    const views = this.#views;
    const { window, bound, observed, control, isync, stores } = world.cpu(cpu);
    switch (barrier) {
      case 'none':
        return world;
      case 'lwsync':
        return window.length > 0
          ? null
          : world.withCpu(cpu, { bound: views.join(bound, observed) });
      case 'sync': {
        if (window.length > 0) return null;
        const fence = views.join(world.fence, views.join(bound, observed));
        return world.withCpu(cpu, { bound: fence, observed: fence }).withFence(fence);
      }
      case 'isync': {
        const committed = closure(views, window, control);
        if (hasLoad(window, committed.pending)) return null;
        return world.withCpu(cpu, { isync: views.join(isync, committed.view) });
      }
      case 'eieio': {
        let pending = 0;
        window.forEach(({ kind }, place) => {
          if (kind === 'store') pending |= 1 << place;
        });
        return world.withCpu(cpu, { eieio: { view: stores, pending } });
      }
    }
  }

  #load(world: World, context: number, cpu: number, node: Load): Executed {
    const { phase } = world.context(context);
    if (phase === 2) return this.#finish(world, context, cpu, 'lwsync', node.next);
    const { node: index } = world.context(context);
    const address = this.#value(world, context, node.address.expr);
    const { candidates } = node.address;
    if (address.known !== null && !candidates.includes(address.known)) return [fail(world, index)];
    if (this.#facts.classes[address.known ?? candidates[0] ?? 0] !== 'shared') {
      return address.known === null ? null : this.#loadSingle(world, context, cpu, node, address);
    }
    if (!this.#hasRoom(world, cpu)) return null;
    const pending = this.#pendingOf(world, cpu, index, address, null);
    const issued = this.#append(world, context, cpu, pending, address);
    const place = issued.cpu(cpu).window.length - 1;
    const value: Value = {
      known: null,
      expr: { op: 'reg', register: place },
      init: 0,
      commit: { view: 0, pending: 1 << place },
      sources: 1 << place,
    };
    const waiting = this.#receive(issued, context, node.register, value, node.next);
    return this.#satisfyOrPutOff(waiting, context, cpu, node, index);
  }

  #satisfyOrPutOff(
    waiting: World,
    context: number,
    cpu: number,
    node: Load,
    index: number,
  ): Executed {
    const { window } = waiting.cpu(cpu);
    const place = window.length - 1;
    const ready = canLoad(window, place);
    const mustBeDone = node.order === 'acquire' || node.until !== null;
    if (mustBeDone && !ready) return null;
    const done = ready ? this.#performer.load(waiting, cpu, place) : [];
    if (mustBeDone) {
      const met = done.filter((outcome) => this.#meets(outcome, context, node));
      if (met.length === 0) return null;
      return met.flatMap((outcome) => this.#afterAcquire(outcome, context, cpu, node, index));
    }
    const { deferrable } = at(this.#facts.contexts, context);
    return ready && deferrable[index] !== true && done.length > 0
      ? done
      : [...done, succeed(waiting)];
  }

  #meets({ world, failedAt }: Outcome, context: number, { until }: Load): boolean {
    if (failedAt >= 0 || until === null) return true;
    return Boolean(numberOf(until, world.context(context).registers));
  }

  /** A conditional load is a loop around a load: a control dependence follows. */
  #afterAcquire(
    { world, failedAt }: Outcome,
    context: number,
    cpu: number,
    node: Load,
    index: number,
  ): readonly Outcome[] {
    if (failedAt >= 0) return [{ world, failedAt }];
    const { control } = world.cpu(cpu);
    const read = at(world.context(context).registers, node.register)?.commit ?? NOTHING;
    const decided =
      node.until === null
        ? world
        : world.withCpu(cpu, { control: joinCommits(this.#views, control, read) });
    if (node.order !== 'acquire') return [succeed(decided)];
    const rest = decided.withContext(context, { node: index, phase: 2 });
    return this.#finish(rest, context, cpu, 'lwsync', node.next) ?? [succeed(rest)];
  }

  /** The barrier at the end of a node. */
  #finish(world: World, context: number, cpu: number, barrier: Barrier, next: number): Executed {
    const after = this.#barrier(world, cpu, barrier);
    return after === null ? null : [succeed(this.#goTo(after, context, next))];
  }

  /** A location that holds one value. */
  #loadSingle(world: World, context: number, cpu: number, node: Load, address: Value): Executed {
    const location = address.known ?? 0;
    const marked = this.#races.read(world, cpu, location, node.order === 'plain', address.init);
    const fresh = this.#value(marked, context, node.address.expr);
    const { overlays } = marked.cpu(cpu);
    const overlay = overlays.find((entry) => entry.location === location);
    const known = marked.location(location).messages[0]?.value ?? 0;
    const value = overlay?.value ?? { ...constant(known), init: fresh.init, commit: fresh.commit };
    if (!fits(value.known ?? 0, this.#typeOf(context, node.register))) {
      return [fail(world, world.context(context).node)];
    }
    const after = this.#receive(marked, context, node.register, value, node.next);
    if (!this.#meets(succeed(after), context, node)) return null;
    const addressed = this.#addressed(after, cpu, fresh.commit);
    return (
      this.#finish(addressed, context, cpu, 'none', node.next)?.flatMap(({ world: read }) =>
        node.order === 'acquire' ? this.#acquired(read, context, cpu, node) : [succeed(read)],
      ) ?? null
    );
  }

  #acquired(world: World, context: number, cpu: number, node: Load): readonly Outcome[] {
    const after = this.#barrier(world, cpu, 'lwsync');
    return after === null ? [] : [succeed(this.#goTo(after, context, node.next))];
  }

  #hasRoom(world: World, cpu: number): boolean {
    if (world.cpu(cpu).window.length < this.#facts.mostPending) return true;
    this.bounded = true;
    return false;
  }

  #pendingOf(
    world: World,
    cpu: number,
    index: number,
    address: Value,
    value: Value | null,
  ): Pending {
    const views = this.#views;
    const { control, address: addresses, isync, eieio, past } = world.cpu(cpu);
    const location = address.known;
    const here = location === null ? NOTHING : at(past, location).commit;
    const own = joinCommits(views, address.commit, value?.commit ?? NOTHING);
    const before = joinCommits(views, control, joinCommits(views, addresses, own));
    return {
      kind: value === null ? 'load' : 'store',
      node: index,
      address,
      location,
      value,
      commit: joinCommits(views, before, here),
      isync: value === null ? isync : 0,
      eieio: value === null ? NOTHING : eieio,
      forwarded: 0,
    };
  }

  #append(world: World, context: number, cpu: number, pending: Pending, address: Value): World {
    const { window } = world.cpu(cpu);
    const change: Partial<Cpu> = { window: [...window, pending], owner: context };
    return this.#addressed(world.withCpu(cpu, change), cpu, address.commit);
  }

  /** addr;po: all that follows waits for the access's address. */
  #addressed(world: World, cpu: number, commit: Commit): World {
    const { address } = world.cpu(cpu);
    return world.withCpu(cpu, { address: joinCommits(this.#views, address, commit) });
  }

  #store(world: World, context: number, cpu: number, node: Store): Executed {
    const { node: index } = world.context(context);
    const ordered = node.order === 'release' ? this.#barrier(world, cpu, 'lwsync') : world;
    if (ordered === null) return null;
    const address = this.#value(ordered, context, node.address.expr);
    const value = this.#value(ordered, context, node.value);
    const { candidates } = node.address;
    if (address.known !== null && !candidates.includes(address.known)) return [fail(world, index)];
    if (this.#facts.classes[address.known ?? candidates[0] ?? 0] !== 'shared') {
      if (address.known === null) return null;
      return this.#storeSingle(ordered, context, cpu, node, address, value);
    }
    if (!this.#hasRoom(world, cpu)) return null;
    const pending = this.#pendingOf(ordered, cpu, index, address, value);
    const issued = this.#append(ordered, context, cpu, pending, address);
    return this.#performer.placeStores(this.#goTo(issued, context, node.next), cpu);
  }

  #storeSingle(
    world: World,
    context: number,
    cpu: number,
    node: Store,
    { known, init, commit }: Value,
    value: Value,
  ): Executed {
    const location = known ?? 0;
    const { node: index } = world.context(context);
    const { type } = at(this.#facts.machine.locations, location);
    if (value.known !== null && !fits(value.known, type)) return [fail(world, index)];
    const marked = this.#races.write(world, cpu, location, node.order === 'plain', init);
    const after = this.#goTo(this.#addressed(marked, cpu, commit), context, node.next);
    const { bound, observed, overlays } = after.cpu(cpu);
    const others = overlays.filter((overlay) => overlay.location !== location);
    if (value.known === null) {
      const [min, max] = boundsOf(type);
      const put = this.#value(after, context, node.value);
      const added = after.withCpu(cpu, { overlays: [...others, { location, value: put }] });
      return this.#oblige(added, cpu, { node: index, value: put, min, max, nonzero: false });
    }
    const written = this.#performer.write(
      after.withCpu(cpu, { overlays: others }),
      location,
      value.known | 0,
    );
    if (this.#facts.classes[location] !== 'lock') return [succeed(written)];
    const [message] = written.location(location).messages;
    const view = this.#views.join(bound, observed);
    if (message === undefined) return null;
    const released = { messages: [{ ...message, view, order: view }] };
    return [succeed(written.withLocation(location, released))];
  }

  /** Phase 0: the barrier before. 1: the access. 2: the barrier behind. */
  #rmw(world: World, context: number, cpu: number, node: Rmw): Executed {
    const { phase } = world.context(context);
    if (phase === 2) return this.#rmwTail(world, context, cpu, node);
    if (phase === 0) {
      const ordered = this.#barrier(world, cpu, BEFORE_RMW[node.order]);
      if (ordered === null) return null;
      const onward = ordered.withContext(context, { phase: 1 });
      return node.order === 'full' ? [succeed(onward)] : this.#rmw(onward, context, cpu, node);
    }
    const updated = this.#performer.update(world, context, cpu, node);
    if (updated === null || updated.length === 0) return null;
    return updated.flatMap((outcome): readonly Outcome[] => {
      if (outcome.failedAt >= 0) return [outcome];
      const rest = outcome.world.withContext(context, { phase: 2 });
      const full = this.#behind(rest, context, node) === 'sync';
      return full ? [succeed(rest)] : (this.#rmwTail(rest, context, cpu, node) ?? [succeed(rest)]);
    });
  }

  #rmwTail(world: World, context: number, cpu: number, node: Rmw): Executed {
    return this.#finish(world, context, cpu, this.#behind(world, context, node), node.next);
  }

  #behind(world: World, context: number, node: Rmw): Barrier {
    const { registers } = world.context(context);
    const stored = node.condition === null || Boolean(numberOf(node.condition, registers));
    return BEHIND_RMW[stored ? node.order : node.orderOnFailure];
  }
}

/** Whether what is left of the node after its access is no step of its own. */
function tailIsLocal(node: Node): boolean {
  return !(node.kind === 'rmw' && node.order === 'full');
}

function boundsOf(type: ValueType): readonly [min: number, max: number] {
  switch (type.kind) {
    case 'int':
      return [type.min, type.max];
    case 'bool':
      return [0, 1];
    case 'ref':
      return [0, 2 ** 31 - 1];
  }
}

/** A register that stands for a load's result, which is checked where it is read. */
function isPlainCopy({ expr }: Value): boolean {
  return expr?.op === 'reg';
}
