/** One node of one context: everything that executing it may do. */
import { fenceName, formatExpr } from '../../machine/format.ts';
import { at, nodeAt } from '../../machine/graph.ts';
import type {
  Address,
  Assert,
  Cell,
  Context,
  Get,
  Load,
  Machine,
  Node,
  Rmw,
  Set as SetGhost,
  Store,
} from '../../machine/machine.ts';
import type { TraceEvent } from '../result.ts';
import { Fault, evaluate, fit, holds, resolve } from './evaluate.ts';
import type { Environment } from './evaluate.ts';
import type { Access, Place, ReferenceMemory, RmwEffect } from './memory.ts';
import { environment, moveTo, setRegisters } from './state.ts';
import type { State } from './state.ts';

/** Why no state follows. */
export interface StepFailure {
  readonly node: number;
  readonly kind: 'assertion' | 'error';
  /** The assertion's name, or `error`. */
  readonly property: string;
  readonly message: string;
}

export type Executed =
  | { readonly kind: 'went'; readonly state: State; readonly event: TraceEvent | null }
  | { readonly kind: 'failed'; readonly failure: StepFailure; readonly event: TraceEvent };

/** Every outcome of the node at which the context stands; none: it blocks. */
export function execute(
  machine: Machine,
  state: State,
  context: number,
  cpu: number,
): readonly Executed[] {
  const program = at(machine.contexts, context);
  const place = { cpu, context, node: at(state.nodes, context) };
  const here = new Here(machine, program, state, place);
  try {
    return here.run(nodeAt(program, place.node));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return [here.error(fault.message)];
  }
}

/** The location that the node's access touches; null when it touches none. */
export function locationTouched(node: Node, env: Environment): number | null {
  if (node.kind !== 'load' && node.kind !== 'store' && node.kind !== 'rmw') return null;
  return resolve(node.address, env);
}

/** A node about to be executed in a state. */
class Here {
  readonly machine: Machine;
  readonly program: Context;
  readonly state: State;
  readonly place: Place;
  readonly env: Environment;

  constructor(machine: Machine, program: Context, state: State, place: Place) {
    this.machine = machine;
    this.program = program;
    this.state = state;
    this.place = place;
    this.env = environment(state, place.context);
  }

  run(node: Node): readonly Executed[] {
    switch (node.kind) {
      case 'load':
        return this.load(node);
      case 'store':
        return this.store(node);
      case 'rmw':
        return this.rmw(node);
      case 'get':
        return [this.get(node)];
      case 'set':
        return [this.set(node)];
      case 'assert':
        return [this.assert(node)];
      case 'fence':
        return this.state.memory.fence(this.place, node.fence).map(({ memory, note }) => {
          const event = this.event('fence', { primitive: fenceName(node.fence), note });
          return this.went(node.next, event, { memory });
        });
      case 'choose':
        return Array.from({ length: node.count }, (_, value) => {
          const event = this.event('choose', { choice: { value, count: node.count } });
          return this.went(node.next, event, { registers: [[node.register, value]] });
        });
      case 'assign': {
        const registers = node.moves.map(
          ([to, expr]) => [to, this.fitRegister(to, evaluate(expr, this.env))] as const,
        );
        return [this.went(node.next, null, { registers })];
      }
      case 'branch':
        return [this.went(holds(node.condition, this.env) ? node.then : node.otherwise, null)];
      case 'wait':
        return holds(node.condition, this.env) ? [this.went(node.next, this.event('wait'))] : [];
      case 'mark':
        return [this.went(node.next, this.event('mark'))];
      case 'done':
        return [];
    }
  }

  error(message: string): Executed {
    const { node } = this.place;
    const failure = { node, kind: 'error', property: 'error', message } as const;
    return { kind: 'failed', failure, event: this.event('error', { note: message }) };
  }

  private load(node: Load): readonly Executed[] {
    const { access, cell } = this.access(node);
    return this.state.memory.load(access).flatMap(({ memory, value, note }) =>
      this.guarded(() => {
        const read = this.fitRegister(node.register, value);
        const env = this.withRegister(node.register, read);
        if (node.until !== null && !holds(node.until, env)) return [];
        const event = this.event('load', { ...named(node.primitive, cell), before: value, note });
        return [this.went(node.next, event, { memory, registers: [[node.register, read]] })];
      }),
    );
  }

  private store(node: Store): readonly Executed[] {
    const { access, cell } = this.access(node);
    const value = fit(evaluate(node.value, this.env), cell.type, cell.name);
    const before = this.state.memory.latest(access.location);
    return this.state.memory.store(access, value).map(({ memory, note }) => {
      const event = this.event('store', {
        ...named(node.primitive, cell),
        before,
        after: value,
        note,
      });
      return this.went(node.next, event, { memory });
    });
  }

  private rmw(node: Rmw): readonly Executed[] {
    const { access, cell } = this.access(node);
    const effectOf = (old: number): RmwEffect => this.effect(node, cell, old);
    const rmw = { ...access, orderOnFailure: node.orderOnFailure };
    return this.state.memory.rmw(rmw, effectOf).flatMap(({ memory, old, effect, note }) => {
      if (effect.kind === 'blocked') return [];
      if (effect.kind === 'fault') return [this.error(effect.message)];
      const after = effect.kind === 'store' ? effect.value : null;
      const event = this.event('rmw', { ...named(node.primitive, cell), before: old, after, note });
      return [this.went(node.next, event, { memory, registers: [[node.register, old]] })];
    });
  }

  private effect(node: Rmw, cell: Cell, old: number): RmwEffect {
    try {
      const env = this.withRegister(node.register, this.fitRegister(node.register, old));
      if (node.until !== null && !holds(node.until, env)) return { kind: 'blocked' };
      if (node.condition !== null && !holds(node.condition, env)) return { kind: 'keep' };
      return { kind: 'store', value: fit(evaluate(node.value, env), cell.type, cell.name) };
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return { kind: 'fault', message: fault.message };
    }
  }

  private get(node: Get): Executed {
    const { index, cell } = this.ghost(node.address);
    const value = at(this.state.ghosts, index);
    const read = this.fitRegister(node.register, value);
    const event = this.event('get', { ...named('', cell), before: value });
    return this.went(node.next, event, { registers: [[node.register, read]] });
  }

  private set(node: SetGhost): Executed {
    const { index, cell } = this.ghost(node.address);
    const after = fit(evaluate(node.value, this.env), cell.type, cell.name);
    const before = at(this.state.ghosts, index);
    const event = this.event('set', { ...named('', cell), before, after });
    return this.went(node.next, event, { ghosts: this.state.ghosts.with(index, after) });
  }

  private assert(node: Assert): Executed {
    if (holds(node.condition, this.env)) return this.went(node.next, null);
    const { node: index } = this.place;
    const condition = formatExpr(node.condition, this.program, this.machine);
    const failure: StepFailure = {
      node: index,
      kind: 'assertion',
      property: node.name,
      message: `assertion does not hold: ${node.name === 'assertion' ? condition : node.name}`,
    };
    return { kind: 'failed', failure, event: this.event('assert') };
  }

  /** One outcome of several may be at fault, and the others not. */
  private guarded(outcome: () => readonly Executed[]): readonly Executed[] {
    try {
      return outcome();
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return [this.error(fault.message)];
    }
  }

  private access<Order>(node: { readonly address: Address; readonly order: Order }): {
    readonly access: Access<Order>;
    readonly cell: Cell;
  } {
    const location = resolve(node.address, this.env);
    const access = { ...this.place, location, order: node.order };
    return { access, cell: at(this.machine.locations, location) };
  }

  private ghost(address: Address): { readonly index: number; readonly cell: Cell } {
    const index = resolve(address, this.env);
    return { index, cell: at(this.machine.ghosts, index) };
  }

  private fitRegister(register: number, value: number): number {
    const { type, name } = at(this.program.registers, register);
    return fit(value, type, name);
  }

  private withRegister(register: number, value: number): Environment {
    return { ...this.env, registers: this.env.registers.with(register, value) };
  }

  private went(next: number, event: TraceEvent | null, change: Change = {}): Executed {
    const { context } = this.place;
    const touched = change.memory ?? this.state.memory.pass(this.place);
    const changed = { ...this.state, memory: touched, ghosts: change.ghosts ?? this.state.ghosts };
    const state = setRegisters(moveTo(changed, context, next), context, change.registers ?? []);
    return { kind: 'went', state, event };
  }

  private event(kind: TraceEvent['kind'], more: Partial<TraceEvent> = {}): TraceEvent {
    const { node } = this.place;
    const { site } = nodeAt(this.program, node);
    return { ...NOTHING, kind, node, site, ...more };
  }
}

interface Change {
  readonly memory?: ReferenceMemory;
  readonly ghosts?: readonly number[];
  readonly registers?: readonly (readonly [register: number, value: number])[];
}

const NOTHING: Omit<TraceEvent, 'kind' | 'node' | 'site'> = {
  primitive: '',
  variable: null,
  before: null,
  after: null,
  choice: null,
  note: '',
};

function named(
  primitive: string,
  { name, type }: Cell,
): Pick<TraceEvent, 'primitive' | 'variable'> {
  return { primitive, variable: { name, type } };
}
