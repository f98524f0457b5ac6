/**
 * The plain interpreter under `power`: whole histories, every choice open. It shares no code with the
 * explorer's model: no forgetting, no classes of locations, every load may be put off, and plain
 * accesses are told to race by counting accesses, not by bits.
 */
import { at, nodeAt, successors } from '../../../machine/graph.ts';
import { liveRegisters } from '../../../machine/liveness.ts';
import type { Machine } from '../../../machine/machine.ts';
import { settledNodes } from '../../../machine/settled.ts';
import { endsEarly, endsPhase0, endsStep, isStop, stepKinds } from '../../../machine/steps.ts';
import type { StepKind } from '../../../machine/steps.ts';
import type { Snapshot } from '../../../memory-models/memory-model.ts';
import type { TraceEvent, Waiting } from '../../result.ts';
import { Fault, evaluate } from '../evaluate.ts';
import type {
  AccessRecord,
  Interpreting,
  OwnInterpreter,
  StateView,
  StepResult,
} from '../interpreting.ts';
import { evaluateProperty } from '../property.ts';
import type { Race } from '../race.ts';
import { NodeRun } from './node-run.ts';
import type { Ran } from './node-run.ts';
import { PowerState } from './machine-state.ts';
import type { ContextState } from './machine-state.ts';
import { locationOf, threadAt, valueOf } from './state.ts';

export const powerReference: OwnInterpreter = {
  name: 'power',
  interpret: (machine) => new PowerInterpreter(machine),
};

interface Way {
  readonly state: PowerState;
  readonly events: readonly TraceEvent[];
  readonly phase: 0 | 1;
}

const SYNCS = new Set([
  'mb',
  'mb__before_atomic',
  'mb__after_atomic',
  'mb__after_spinlock',
  'mb__after_unlock_lock',
  'sync',
  'mfence',
]);

class PowerInterpreter implements Interpreting {
  readonly machine: Machine;
  readonly #kinds: readonly (readonly StepKind[])[];
  /** By context, the nodes where it is settled. */
  readonly #settled: readonly ReadonlySet<number>[];
  readonly #live: readonly (readonly ReadonlySet<number>[])[];
  /** Races of the steps that were tried last. */
  #races: Race[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
    this.#kinds = stepKinds(machine, {
      fences: (fence) => (SYNCS.has(fence) ? 'visible' : 'local'),
    });
    this.#live = machine.contexts.map(liveRegisters);
    this.#settled = machine.contexts.map(settledNodes);
  }

  initialState(): StateView {
    const ghosts = this.machine.ghosts.map(({ initial }) => initial);
    return PowerState.initial(this.machine, (context) => this.#cpuOf(ghosts, context) ?? 0);
  }

  stepsOf(view: StateView, context: number): readonly StepResult[] {
    const state = own(view);
    const program = at(this.machine.contexts, context);
    const { node } = at(state.contexts, context);
    if (nodeAt(program, node).kind === 'done') return [];
    try {
      const asked = isStop(program, at(this.#kinds, context), node) ? program.guard : null;
      if (asked !== null && !evaluate(asked, ghostsOf(state))) return [];
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return [this.#unbound(context, node, fault.message)];
    }
    const cpu = this.#cpuOf(state.ghosts, context);
    if (cpu === null) return [this.#unbound(context, node, 'it is bound to no CPU')];
    const owner = state.ownerOf(cpu);
    if (owner >= 0 && owner !== context) return [];
    return this.#walk(state, context, cpu);
  }

  memorySteps(view: StateView): readonly StepResult[] {
    const state = own(view);
    return this.machine.cpus.flatMap((_, cpu) =>
      state.pendingOn(cpu).flatMap((index) => {
        const { kind, context } = at(threadAt(state.world, cpu).accesses, index);
        if (kind !== 'load') return [];
        const run = this.#run(state, context, cpu);
        return run.satisfy(index).flatMap((ran) => this.#result(cpu, [], ran));
      }),
    );
  }

  #run(state: PowerState, context: number, cpu: number): NodeRun {
    return new NodeRun(this.machine, state, context, cpu, (race) => this.#races.push(race));
  }

  #walk(start: PowerState, context: number, cpu: number): readonly StepResult[] {
    const results: StepResult[] = [];
    const ways: Way[] = [{ state: start, events: [], phase: 0 }];
    const { node: stop } = at(start.contexts, context);
    let begun = false;
    for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
      if (begun && this.#isOver(way, context, stop)) {
        results.push(
          ...this.#result(cpu, way.events, { kind: 'went', state: way.state, events: [] }),
        );
        continue;
      }
      begun = true;
      const { node } = at(way.state.contexts, context);
      const ran = this.#run(way.state, context, cpu).node();
      if (ran === null) {
        if (way.phase === 1 && !this.#isInside(context, node)) {
          results.push(
            ...this.#result(cpu, way.events, { kind: 'went', state: way.state, events: [] }),
          );
        }
        continue;
      }
      const program = at(this.machine.contexts, context);
      const ends = endsPhase0(program, at(this.#kinds, context), node);
      const phase = way.phase === 1 || ends ? 1 : 0;
      for (const outcome of ran.toReversed()) {
        if (outcome.kind === 'failed') results.push(...this.#result(cpu, way.events, outcome));
        else {
          ways.push({ state: outcome.state, events: [...way.events, ...outcome.events], phase });
        }
      }
    }
    return results;
  }

  #isOver({ state, phase }: Way, context: number, stop: number): boolean {
    const program = at(this.machine.contexts, context);
    const { node, phase: part } = at(state.contexts, context);
    const current = nodeAt(program, node);
    if (endsEarly(program, stop, phase, node)) return true;
    if (phase === 0) return false;
    if (part === 0) return endsStep(program, at(this.#kinds, context), node);
    const isFull = current.kind === 'rmw' && current.order === 'full';
    return !this.#isInside(context, node) && (isFull || part === 1) && current.kind === 'rmw';
  }

  #isInside(context: number, node: number): boolean {
    const program = at(this.machine.contexts, context);
    const current = nodeAt(program, node);
    return current.atomic || successors(current).some((next) => nodeAt(program, next).atomic);
  }

  /** Nothing, where the ghosts would move a context that has put something off. */
  #result(cpu: number, before: readonly TraceEvent[], ran: Ran): readonly StepResult[] {
    const events = [...before, ...ran.events];
    if (ran.kind === 'failed') {
      return [{ kind: 'failure', cpu, events, failure: ran.failure, state: ran.state }];
    }
    const state = this.#bound(ran.state);
    return state === null ? [] : [{ kind: 'state', cpu, events, state: this.#clean(state) }];
  }

  #bound(state: PowerState): PowerState | null {
    let waits = false;
    const contexts = state.contexts.map((context, index): ContextState => {
      const cpu = this.#cpuOf(state.ghosts, index) ?? context.cpu;
      if (cpu === context.cpu) return context;
      if (state.ownerOf(context.cpu) === index) waits = true;
      const registers = state
        .values(index)
        .map((value) => ({ op: 'const', value: value ?? 0 }) as const);
      return { ...context, cpu, registers };
    });
    return waits ? null : state.with({ contexts });
  }

  /** Dead registers are zero. */
  #clean(state: PowerState): PowerState {
    const contexts = state.contexts.map((context, index): ContextState => {
      if (context.phase !== 0) return context;
      const live = at(at(this.#live, index), context.node);
      const registers = context.registers.map((value, register) =>
        live.has(register) ? value : ({ op: 'const', value: 0 } as const),
      );
      return { ...context, registers };
    });
    return state.with({ contexts });
  }

  #unbound(context: number, node: number, message: string): StepResult {
    const { site } = nodeAt(at(this.machine.contexts, context), node);
    const event: TraceEvent = {
      kind: 'error',
      node,
      site,
      primitive: '',
      variable: null,
      before: null,
      after: null,
      choice: null,
      note: message,
    };
    const failure = { node, kind: 'error', property: 'error', message } as const;
    return { kind: 'failure', cpu: 0, events: [event], failure };
  }

  #cpuOf(ghosts: readonly number[], context: number): number | null {
    try {
      const cpu = evaluate(at(this.machine.contexts, context).cpu, { registers: [], ghosts });
      return this.machine.cpus[cpu] === undefined ? null : cpu;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return null;
    }
  }

  blockedOn(view: StateView): readonly Waiting[] {
    const state = own(view);
    return this.machine.contexts.flatMap((program, context): readonly Waiting[] => {
      const { node } = at(state.contexts, context);
      if (nodeAt(program, node).kind === 'done') return [];
      if (this.stepsOf(state, context).length > 0) return [];
      return [this.#waiting(state, context)];
    });
  }

  #waiting(state: PowerState, context: number): Waiting {
    const program = at(this.machine.contexts, context);
    const cpu = this.#cpuOf(state.ghosts, context) ?? 0;
    const common = { context: program.name, cpu };
    if (program.guard !== null && !evaluate(program.guard, ghostsOf(state))) {
      const { text } = at(this.machine.sites, program.site);
      const { site } = nodeAt(program, at(state.contexts, context).node);
      return { ...common, site, on: 'guard', what: text, holder: null };
    }
    const { node, lock } = this.#run(state, context, cpu).blockedAt();
    const { site } = nodeAt(program, node);
    if (lock === null) {
      return {
        ...common,
        site,
        on: 'condition',
        what: at(this.machine.sites, site).text,
        holder: null,
      };
    }
    const holder = this.machine.contexts[state.memory.latest(lock) - 1]?.name ?? null;
    return { ...common, site, on: 'lock', what: at(this.machine.locations, lock).name, holder };
  }

  /** Its states hold whole histories. */
  findAdjacentRace(view: StateView): Race | null {
    return this.findRace(view);
  }

  findRace(view: StateView): Race | null {
    this.#races = [];
    this.machine.contexts.forEach((_, context) => this.stepsOf(view, context));
    this.memorySteps(view);
    return this.#races[0] ?? null;
  }

  evaluate(index: number, state: StateView): number {
    return evaluateProperty(at(this.machine.properties, index), state);
  }

  settled(view: StateView, context: number): boolean {
    const state = own(view);
    const { node } = at(state.contexts, context);
    const puts = this.machine.cpus.some((_, cpu) => state.ownerOf(cpu) === context);
    return !puts && at(this.#settled, context).has(node);
  }

  isFinal(view: StateView): boolean {
    const state = own(view);
    return (
      this.machine.cpus.every((_, cpu) => state.pendingOn(cpu).length === 0) &&
      this.machine.contexts.every(
        (context, index) =>
          context.liveness !== 'done' ||
          nodeAt(context, at(state.contexts, index).node).kind === 'done',
      )
    );
  }

  key(view: StateView): string {
    const { world, contexts, ghosts, obligations } = own(view);
    const owed = obligations.map(({ cpu, node, value }) => [cpu, node, value]);
    return JSON.stringify([world, contexts, ghosts, owed]);
  }

  snapshot(view: StateView): Snapshot {
    const state = own(view);
    return {
      nodes: state.nodes,
      registers: state.contexts.map(({ node }, context) => {
        const live = at(at(this.#live, context), node);
        return state.values(context).map((value, r) => (live.has(r) ? value : null));
      }),
      memory: this.machine.locations.map((_, location) => state.memory.latest(location)),
      ghosts: state.ghosts,
      pending: this.#spell(state),
    };
  }

  accesses(view: StateView): readonly (readonly AccessRecord[])[] {
    const { world } = own(view);
    return world.threads.map((thread) =>
      thread.accesses.map((access) => {
        const { kind, context, node, done, position, forwarded } = access;
        const location = locationOf(thread, access);
        const value = access.value === null ? null : valueOf(thread, access.value);
        return { kind, context, node, location, done, position, forwarded, value };
      }),
    );
  }

  /** The accesses that are put off, by CPU, and how far contexts are inside a node. */
  #spell(state: PowerState): string {
    const windows = this.machine.cpus.map((_, cpu) => {
      const { accesses } = threadAt(state.world, cpu);
      return state
        .pendingOn(cpu)
        .map((index) => at(accesses, index).node)
        .join(',');
    });
    const phases = state.contexts.map(({ node, phase }, context) => {
      const isLoad = nodeAt(at(this.machine.contexts, context), node).kind === 'load';
      return isLoad && phase === 1 ? 2 : phase;
    });
    return windows.some((w) => w !== '') || phases.some((p) => p !== 0)
      ? `${windows.join('|')} ${phases.join('')}`
      : '';
  }
}

function own(state: StateView): PowerState {
  if (!(state instanceof PowerState)) throw new Error('a state of another interpreter');
  return state;
}

function ghostsOf({ ghosts }: PowerState): {
  readonly registers: readonly number[];
  readonly ghosts: readonly number[];
} {
  return { registers: [], ghosts };
}
