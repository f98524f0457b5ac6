/** One node of a context under the reference for `power`, with everything that it may do. */
import { fenceName, formatExpr } from '../../../machine/format.ts';
import { at, nodeAt } from '../../../machine/graph.ts';
import type {
  Address,
  Assign,
  Cell,
  Context,
  Expr,
  Load,
  Machine,
  Node,
  Rmw,
  Store,
} from '../../../machine/machine.ts';
import type { TraceEvent } from '../../result.ts';
import { Fault, evaluate as evaluateNow, fit } from '../evaluate.ts';
import type { StepFailure } from '../execute.ts';
import type { Race, RacingAccess } from '../race.ts';
import { replace } from './evaluate.ts';
import { issue } from './issue.ts';
import type { PowerState } from './machine-state.ts';
import type { Obligation } from './machine-state.ts';
import { addressDependencies, initViews } from './order.ts';
import { carriedView, canLoad, canStore, load, store, update } from './perform.ts';
import { accessAt, locationOf, threadAt, valueOf, withThread } from './state.ts';
import type { Access, State, Thread } from './state.ts';
import { join } from './views.ts';

export type Ran =
  | { readonly kind: 'went'; readonly state: PowerState; readonly events: readonly TraceEvent[] }
  | {
      readonly kind: 'failed';
      readonly failure: StepFailure;
      readonly events: readonly TraceEvent[];
      /** Where it failed. */
      readonly state: PowerState;
    };

/** null: the node waits. */
type Ways = readonly Ran[] | null;

export class NodeRun {
  readonly #machine: Machine;
  readonly #program: Context;
  readonly #state: PowerState;
  readonly #context: number;
  readonly #cpu: number;
  readonly #onRace: (race: Race) => void;

  constructor(
    machine: Machine,
    state: PowerState,
    context: number,
    cpu: number,
    onRace: (race: Race) => void,
  ) {
    this.#machine = machine;
    this.#program = at(machine.contexts, context);
    this.#state = state;
    this.#context = context;
    this.#cpu = cpu;
    this.#onRace = onRace;
  }

  node(): Ways {
    const thread = this.#state.thread(this.#context, this.#cpu);
    const node = nodeAt(this.#program, thread.node);
    try {
      return this.#execute(thread, node);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return [this.#failed(thread.node, 'error', fault.message)];
    }
  }

  /** Where the context's next step stops, and the lock that it waits for there. */
  blockedAt(): { readonly node: number; readonly lock: number | null } {
    const thread = this.#state.thread(this.#context, this.#cpu);
    const node = nodeAt(this.#program, thread.node);
    const isVisible = node.kind === 'rmw' || node.kind === 'load' || node.kind === 'wait';
    if (!isVisible) {
      const next = this.node()?.find((ran) => ran.kind === 'went');
      if (next?.kind === 'went' && at(next.state.contexts, this.#context).node !== thread.node) {
        return this.#with(next.state).blockedAt();
      }
    }
    if (node.kind !== 'rmw' && node.kind !== 'load') return { node: thread.node, lock: null };
    const location = this.#now(thread, node.address.expr);
    const isLock = location !== null && this.#machine.locations[location]?.lock === true;
    const isHeld = isLock && this.#state.memory.latest(location) !== 0;
    return { node: thread.node, lock: isHeld ? location : null };
  }

  #with(state: PowerState): NodeRun {
    return new NodeRun(this.#machine, state, this.#context, this.#cpu, this.#onRace);
  }

  #execute(thread: Thread, node: Node): Ways {
    switch (node.kind) {
      case 'load':
        return this.#load(thread, node);
      case 'store':
        return this.#store(thread, node);
      case 'rmw':
        return this.#rmw(thread, node);
      case 'fence': {
        const event = this.#event(thread.node, 'fence', { primitive: fenceName(node.fence) });
        return this.#issued(thread, [event]);
      }
      case 'branch':
        return this.#issued(thread, []);
      case 'assign':
        return this.#assign(thread, node);
      case 'choose':
        return Array.from({ length: node.count }, (_, value): Ran => {
          const event = this.#event(thread.node, 'choose', {
            choice: { value, count: node.count },
          });
          return this.#went(this.#receive(thread, node.register, value, node.next), [event]);
        });
      case 'get': {
        const ghost = this.#resolve(thread, node.address);
        if (ghost === null) return null;
        const cell = at(this.#machine.ghosts, ghost);
        const value = this.#fitRegister(node.register, at(this.#state.ghosts, ghost));
        const event = this.#event(thread.node, 'get', { variable: cell, before: value });
        return [this.#went(this.#receive(thread, node.register, value, node.next), [event])];
      }
      case 'set': {
        const ghost = this.#resolve(thread, node.address);
        const value = this.#now(thread, node.value);
        if (ghost === null || value === null) return null;
        const cell = at(this.#machine.ghosts, ghost);
        const after = fit(value, cell.type, cell.name);
        const before = at(this.#state.ghosts, ghost);
        const event = this.#event(thread.node, 'set', { variable: cell, before, after });
        const state = this.#put({ ...thread, node: node.next });
        const ghosts = state.ghosts.with(ghost, after);
        return [{ kind: 'went', state: state.with({ ghosts }), events: [event] }];
      }
      case 'wait': {
        const registers = this.#state.values(this.#context);
        if (this.#now(thread, withoutGhosts(node.condition)) === null) return null;
        const env = { registers: registers.map((v) => v ?? 0), ghosts: this.#state.ghosts };
        if (!evaluateNow(node.condition, env)) return null;
        return [this.#went({ ...thread, node: node.next }, [this.#event(thread.node, 'wait')])];
      }
      case 'assert': {
        const condition = formatExpr(node.condition, this.#program, this.#machine);
        const text = node.name === 'assertion' ? condition : node.name;
        const fails = (value: number): string | null =>
          value ? null : `assertion does not hold: ${text}`;
        const owed = this.#owe(thread, node.condition, fails);
        return this.#kept(
          this.#put({ ...thread, node: node.next }).with({ obligations: owed }),
          [],
        );
      }
      case 'mark':
        return [this.#went({ ...thread, node: node.next }, [this.#event(thread.node, 'mark')])];
      case 'done':
        return [];
    }
  }

  #owe(
    thread: Thread,
    value: Expr,
    fails: (value: number) => string | null,
    before: readonly Obligation[] = this.#state.obligations,
  ): readonly Obligation[] {
    const { node, registers } = thread;
    const owed = { cpu: this.#cpu, context: this.#context, node, fails };
    return [...before, { ...owed, value: replace(value, registers) }];
  }

  /** The state without the obligations that are met; failed, if one is not. */
  #kept(state: PowerState, events: readonly TraceEvent[]): readonly Ran[] {
    const due = state.obligations.map((owed) => ({
      owed,
      value: valueOf(threadAt(state.world, owed.cpu), owed.value),
    }));
    for (const { owed, value } of due) {
      const message = value === null ? null : owed.fails(value);
      if (message === null) continue;
      const node = nodeAt(at(this.#machine.contexts, owed.context), owed.node);
      if (node.kind !== 'assert') return [this.#failed(owed.node, 'error', message, events)];
      return [this.#failed(owed.node, 'assertion', message, events, node.name)];
    }
    const obligations = due.flatMap(({ owed, value }) => (value === null ? [owed] : []));
    return [{ kind: 'went', state: state.with({ obligations }), events }];
  }

  #assign(thread: Thread, node: Assign): Ways {
    let owed = this.#state.obligations;
    for (const [to, value] of node.moves) {
      const { type, name } = at(this.#program.registers, to);
      const fails = (known: number): string | null => faultOf(() => fit(known, type, name));
      owed = this.#owe(thread, value, fails, owed);
    }
    const issued = this.#issue(thread);
    if (issued === null) return null;
    return this.#kept(this.#put(issued.thread, issued.world).with({ obligations: owed }), []);
  }

  /** The next part of the node, taken into the thread; null: it waits. */
  #issue(
    thread: Thread,
    world: State = this.#state.world,
    node: Node | null = null,
  ): { readonly thread: Thread; readonly world: State } | null {
    const program =
      node === null
        ? this.#program
        : { ...this.#program, nodes: this.#program.nodes.with(thread.node, node) };
    const next = issue(world, program, thread);
    switch (next.kind) {
      case 'local':
        return { thread: next.thread, world };
      case 'sync': {
        const fence = join(world.fence, next.thread.bound);
        return { thread: { ...next.thread, bound: fence }, world: { ...world, fence } };
      }
      case 'choice':
      case 'wait':
        return null;
    }
  }

  #issued(thread: Thread, events: readonly TraceEvent[]): Ways {
    const issued = this.#issue(thread);
    return issued === null ? null : [this.#went(issued.thread, events, issued.world)];
  }

  #load(thread: Thread, node: Load): Ways {
    const bare: Load = { ...node, until: null };
    if (thread.phase === 1) {
      const finished = this.#issue(thread, this.#state.world, bare);
      return finished === null ? null : [this.#went(finished.thread, [], finished.world)];
    }
    this.#resolve(thread, node.address);
    const issued = this.#issue(thread, this.#state.world, bare);
    if (issued === null) return null;
    const index = issued.thread.accesses.length - 1;
    const waiting = this.#put(issued.thread, issued.world);
    const satisfied = this.#with(waiting).#satisfied(index);
    const mustBeDone = node.order === 'acquire' || node.until !== null;
    const done = satisfied.flatMap((ran) => this.#afterLoad(ran, index, node, bare));
    if (mustBeDone) return done.length === 0 ? null : done;
    const event = this.#event(thread.node, 'load', {
      ...this.#named(node.primitive, this.#now(thread, node.address.expr)),
    });
    const later = this.#with(waiting).#issue(issued.thread, waiting.world, bare);
    if (later === null) return done;
    return [...done, this.#went(later.thread, [event], later.world)];
  }

  /** A load that is done goes on if it is what the node waits for; an acquire may wait for others. */
  #afterLoad(ran: Ran, index: number, node: Load, bare: Load): readonly Ran[] {
    if (ran.kind === 'failed') return [ran];
    const here = this.#with(ran.state);
    const thread = ran.state.thread(this.#context, this.#cpu);
    const { until } = node;
    const met = until === null || here.#now(thread, until) !== 0;
    if (!met) return [];
    const control = until === null ? thread.control : [...thread.control, index];
    const decided = { ...thread, control };
    const onward = here.#issue(decided, ran.state.world, bare);
    if (onward === null) return [here.#went(decided, ran.events)];
    return [here.#went(onward.thread, ran.events, onward.world)];
  }

  #store(thread: Thread, node: Store): Ways {
    this.#resolve(thread, node.address);
    const ordered =
      node.order === 'release' ? this.#issue(thread) : { thread, world: this.#state.world };
    if (ordered === null) return null;
    const issued = this.#issue(ordered.thread, ordered.world);
    if (issued === null) return null;
    const placed = this.#with(this.#put(issued.thread, issued.world)).#placed([]);
    const event = this.#event(thread.node, 'store', {
      ...this.#named(node.primitive, this.#now(thread, node.address.expr)),
      after: this.#now(thread, node.value),
    });
    return placed.map((ran): Ran => {
      return ran.kind === 'failed'
        ? { ...ran, events: [event, ...ran.events] }
        : { ...ran, events: [event] };
    });
  }

  #rmw(thread: Thread, node: Rmw): Ways {
    if (thread.phase !== 1) {
      const issued = this.#issue(thread);
      if (issued === null) return null;
      if (thread.phase === 2 || node.order === 'full') {
        const note =
          thread.phase === 2 ? `behind ${node.primitive}()` : `before ${node.primitive}()`;
        const event = this.#event(thread.node, 'fence', { primitive: 'smp_mb', note });
        return [
          this.#went(
            issued.thread,
            issued.world === this.#state.world ? [] : [event],
            issued.world,
          ),
        ];
      }
      return this.#with(this.#put(issued.thread, issued.world)).#rmw(issued.thread, node);
    }
    this.#resolve(thread, node.address);
    const issued = this.#issue(thread);
    if (issued === null) return null;
    const index = issued.thread.accesses.length - 1;
    const world = withThread(issued.world, this.#cpu, issued.thread);
    if (!canLoad(issued.thread, index) || !canStore(issued.thread, index)) return null;
    const updated = this.#updates(world, issued.thread, index, node);
    return updated.length === 0 ? null : updated;
  }

  #updates(world: State, thread: Thread, index: number, node: Rmw): readonly Ran[] {
    this.#lookForRaces(world, index);
    const location = locationOf(thread, accessAt(thread, index));
    return update(world, this.#machine, this.#cpu, index).flatMap((next): readonly Ran[] => {
      const after = { ...threadAt(next, this.#cpu) };
      const access = accessAt(after, index);
      const old = access.result ?? 0;
      const messages = next.memory[location ?? 0] ?? [];
      const stored = access.kind === 'rmw' ? (messages[access.position ?? 0]?.value ?? 0) : null;
      const event = this.#event(thread.node, 'rmw', {
        ...this.#named(node.primitive, location),
        before: old,
        after: stored,
      });
      const fault = faultOf(() => {
        this.#fitRegister(node.register, old);
        if (stored !== null && location !== null) this.#fitCell(location, stored);
      });
      if (fault !== null) return [this.#failed(thread.node, 'error', fault, [event])];
      const rest = this.#with(this.#put(after, next));
      const tail = rest.#issue(after, next);
      // A sync behind the access is a step of its own.
      const onward = tail === null || tail.world !== next ? { thread: after, world: next } : tail;
      return [rest.#went(onward.thread, [event], onward.world)];
    });
  }

  /** A step of memory: the load at `index` of the CPU's history, and the stores that it lets go. */
  satisfy(index: number): readonly Ran[] {
    return this.#satisfied(index);
  }

  #satisfied(index: number): readonly Ran[] {
    const { world } = this.#state;
    const thread = threadAt(world, this.#cpu);
    if (!canLoad(thread, index)) return [];
    const { node: nodeIndex } = accessAt(thread, index);
    const node = nodeAt(this.#program, nodeIndex);
    const location = locationOf(thread, accessAt(thread, index));
    if (node.kind !== 'load' || location === null) return [];
    if (!node.address.candidates.includes(location)) {
      return [this.#failed(nodeIndex, 'error', 'address out of bounds')];
    }
    this.#lookForRaces(world, index);
    return load(world, this.#cpu, index).flatMap((next): readonly Ran[] => {
      const value = accessAt(threadAt(next, this.#cpu), index).result ?? 0;
      const event = this.#event(nodeIndex, 'load', {
        ...this.#named(node.primitive, location),
        before: value,
      });
      const fault = faultOf(() => this.#fitRegister(node.register, value));
      if (fault !== null) return [this.#failed(nodeIndex, 'error', fault, [event])];
      const placed = this.#with(this.#state.with({ world: next })).#placed([event]);
      return placed.flatMap((ran) =>
        ran.kind === 'failed' ? [ran] : this.#with(ran.state).#kept(ran.state, ran.events),
      );
    });
  }

  /** Places every store of the CPU that can be placed, in every order of coherence. */
  #placed(events: readonly TraceEvent[]): readonly Ran[] {
    const { world } = this.#state;
    const thread = threadAt(world, this.#cpu);
    const index = thread.accesses.findIndex(
      (access, i) => access.kind === 'store' && canStore(thread, i),
    );
    if (index < 0) return [{ kind: 'went', state: this.#state, events }];
    const access = accessAt(thread, index);
    const location = locationOf(thread, access) ?? 0;
    const node = nodeAt(this.#program, access.node);
    const value = access.value === null ? 0 : (valueOf(thread, access.value) ?? 0);
    const isThere = node.kind === 'store' && node.address.candidates.includes(location);
    const fault = isThere ? faultOf(() => this.#fitCell(location, value)) : 'address out of bounds';
    if (fault !== null) return [this.#failed(access.node, 'error', fault, events)];
    this.#lookForRaces(world, index);
    return store(world, this.#cpu, index).flatMap((next) =>
      this.#with(this.#state.with({ world: next })).#placed(events),
    );
  }

  /** Conflicting accesses of other CPUs that nothing orders before this one. */
  #lookForRaces(world: State, index: number): void {
    const thread = threadAt(world, this.#cpu);
    const mine = accessAt(thread, index);
    const location = locationOf(thread, mine);
    const racing = this.#racing(mine, this.#cpu);
    // A marked write waits for the reads that it depends on, and for branches on them.
    const known =
      racing.write && !racing.plain
        ? carriedView(world, thread, index)
        : join(mine.bound, initViews(thread, world.memory, addressDependencies(thread, index)));
    world.threads.forEach((other, cpu) => {
      if (cpu === this.#cpu) return;
      other.accesses.forEach((access, i) => {
        if (!access.done || locationOf(other, access) !== location) return;
        const [first, second] = [this.#racing(access, cpu), racing];
        if (!(first.write || second.write) || !(first.plain || second.plain)) return;
        if ((known[other.clock] ?? 0) <= i && location !== null) {
          this.#onRace({ location, first, second, missing: null });
        }
      });
    });
  }

  #racing({ context, node }: Access, cpu: number): RacingAccess {
    const executed = nodeAt(at(this.#machine.contexts, context), node);
    const plain = 'order' in executed && executed.order === 'plain';
    return { cpu, context, node, write: executed.kind !== 'load', plain };
  }

  #put(thread: Thread, world: State = this.#state.world): PowerState {
    return this.#state.running(this.#context, this.#cpu, thread, world);
  }

  #went(thread: Thread, events: readonly TraceEvent[], world: State = this.#state.world): Ran {
    return { kind: 'went', state: this.#put(thread, world), events };
  }

  #receive(thread: Thread, register: number, value: number, node: number): Thread {
    return { ...thread, node, registers: thread.registers.with(register, { op: 'const', value }) };
  }

  /** The value now; null: it is put off. */
  #now(thread: Thread, expr: Expr): number | null {
    return valueOf(thread, replace(expr, thread.registers));
  }

  #resolve(thread: Thread, { expr, candidates, fault }: Address): number | null {
    const index = this.#now(thread, expr);
    if (index === null || candidates.includes(index)) return index;
    switch (fault) {
      case 'null-dereference':
        throw new Fault('NULL dereference');
      case 'index-out-of-bounds':
        throw new Fault('index out of bounds');
      case null:
        throw new Fault('address out of bounds');
    }
  }

  #fitRegister(register: number, value: number): number {
    const { type, name } = at(this.#program.registers, register);
    return fit(value, type, name);
  }

  #fitCell(location: number, value: number): number {
    const { type, name } = at(this.#machine.locations, location);
    return fit(value, type, name);
  }

  #named(primitive: string, location: number | null): Partial<TraceEvent> {
    const cell: Cell | undefined =
      location === null ? undefined : this.#machine.locations[location];
    const variable = cell === undefined ? null : { name: cell.name, type: cell.type };
    return { primitive, variable };
  }

  #failed(
    node: number,
    kind: StepFailure['kind'],
    message: string,
    before: readonly TraceEvent[] = [],
    property = 'error',
  ): Ran {
    const event =
      kind === 'assertion'
        ? this.#event(node, 'assert')
        : this.#event(node, 'error', { note: message });
    return {
      kind: 'failed',
      failure: { node, kind, property, message },
      events: [...before, event],
      state: this.#state,
    };
  }

  #event(node: number, kind: TraceEvent['kind'], more: Partial<TraceEvent> = {}): TraceEvent {
    const { site } = nodeAt(this.#program, node);
    const { variable = null, ...rest } = more;
    return {
      kind,
      node,
      site,
      primitive: '',
      before: null,
      after: null,
      choice: null,
      note: '',
      ...rest,
      variable: variable === null ? null : { name: variable.name, type: variable.type },
    };
  }
}

function faultOf(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return fault.message;
  }
}

/** The registers of a condition, for whether they are known: ghosts always are. */
function withoutGhosts(expr: Expr): Expr {
  switch (expr.op) {
    case 'ghost':
      return { op: 'const', value: 0 };
    case 'const':
    case 'reg':
      return expr;
    case 'unary':
      return { ...expr, operand: withoutGhosts(expr.operand) };
    case 'binary':
      return { ...expr, left: withoutGhosts(expr.left), right: withoutGhosts(expr.right) };
    case 'select':
      return {
        op: 'select',
        condition: withoutGhosts(expr.condition),
        // oxlint-disable-next-line unicorn/no-thenable -- a selection's arm is no promise
        then: withoutGhosts(expr.then),
        otherwise: withoutGhosts(expr.otherwise),
      };
  }
}
