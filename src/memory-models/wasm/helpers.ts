/**
 * The functions of a module that steps call: what becomes of a successor, the race check of one state,
 * choices, and addresses that are looked up. They do what the helpers of codegen/system.ts do.
 */
import type { Address, Machine } from '../../machine/machine.ts';
import { KINDS } from '../codegen/happens-before.ts';
import type { Kind } from '../codegen/happens-before.ts';
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import { increase } from './environment.ts';
import type { Environment } from './environment.ts';

/**
 * What is told of a state while it is expanded, four words each: what, the state, and two of its own. What
 * takes two bits; above them stands how many edges there were, where it is known.
 */
export const EVENT_WORDS = 4;
/** Room for so many, which the host takes when it is full. */
export const MOST_EVENTS = 1024;
export const KIND_BITS = 2;
export const EVENTS = { failed: 0, race: 1, stuck: 2, found: 3 } as const;

export interface Helpers {
  /** (context, node): a step fails. */
  readonly fail: number;
  /** By kind of access: (location, context's bit, CPU). */
  readonly touch: ReadonlyMap<Kind, number>;
  /** (late, location, context's bit, CPU): an access that was put off; `late` as codegen/step.ts has it. */
  readonly touchLate: number;
  /** (table, index) → 1 if the address may have that value. */
  readonly valid: number;
  /** (table, index) → the index, or 0 and a fault. */
  readonly checked: number;
  /** () → whether there was a fault, which is then forgotten. */
  readonly fault: number;
  /** () → whether there is another combination of choices. */
  readonly turn: number;
  /** Bytes of the choices taken, and where they stand: each its value and how many there are. */
  readonly wheels: number;
  readonly odometer: number;
}

export interface StateVariables {
  /** Successors of the state, failing steps included. */
  readonly count: number;
  readonly race: number;
  readonly generation: number;
  readonly bounded: number;
  readonly event: number;
  /** Where the room for events ends. */
  readonly eventsEnd: Code;
  /** Where made[kind][location] stands. */
  readonly made: number;
}

export function defineHelpers(
  environment: Environment,
  machine: Machine,
  variables: StateVariables,
  report: number,
): Helpers {
  const { module } = environment;
  const mostChoices = Math.max(...machine.contexts.map(({ nodes }) => nodes.length));
  const wheels = module.global();
  const odometer = environment.reserve(8 * mostChoices);
  const faulty = module.global();
  const touch = defineTouches(environment, machine, variables);
  const valid = defineValid(environment, machine);
  return {
    fail: defineFail(environment, variables, report),
    touch,
    touchLate: defineTouchLate(environment, touch),
    valid,
    checked: defineChecked(environment, valid, faulty),
    fault: defineFault(environment, faulty),
    turn: defineTurn(environment, wheels, odometer),
    wheels,
    odometer,
  };
}

/** (kind of event, state, two words of its own) */
export function defineTell(
  { module }: Environment,
  { event, eventsEnd }: Pick<StateVariables, 'event' | 'eventsEnd'>,
  takeEvents: number,
): number {
  const index = module.declare(4, false);
  const words = [0, 1, 2, 3].map(wasm.get);
  module.define(index, new wasm.Locals(4), [
    words.map((word, i) => wasm.store(wasm.global(event), 4 * i, word)),
    increase(event, 4 * EVENT_WORDS),
    wasm.when(wasm.equal(wasm.global(event), eventsEnd), wasm.call(takeEvents)),
  ]);
  return index;
}

function defineFail({ module }: Environment, { count }: StateVariables, report: number): number {
  const index = module.declare(2, false);
  module.define(index, new wasm.Locals(2), [
    increase(count, 1),
    wasm.call(report, wasm.i32(EVENTS.failed), wasm.get(0), wasm.get(1)),
  ]);
  return index;
}

/** Which kinds of access of another context an access races with. */
const RACES_WITH: Readonly<Record<Kind, readonly Kind[]>> = {
  plainRead: ['plainWrite', 'write'],
  plainWrite: ['plainWrite', 'write', 'plainRead', 'read'],
  read: ['plainWrite'],
  write: ['plainWrite', 'plainRead'],
};

function defineTouches(
  environment: Environment,
  machine: Machine,
  { race, generation, made }: StateVariables,
): ReadonlyMap<Kind, number> {
  const { module } = environment;
  const locations = machine.locations.length;
  const stamps = environment.reserve(4 * locations);
  const bits = new Map(KINDS.map((kind) => [kind, environment.reserve(4 * locations)]));
  const [location, bit, cpu] = [wasm.get(0), wasm.get(1), wasm.get(2)];
  const at = environment.own(wasm.shiftLeft(location, wasm.i32(2)));
  const placeOf = (kind: Kind): number => bits.get(kind) ?? 0;
  const fresh = wasm.when(wasm.unequal(wasm.load(at, stamps), wasm.global(generation)), [
    wasm.store(at, stamps, wasm.global(generation)),
    KINDS.map((kind) => wasm.store(at, placeOf(kind), wasm.i32(0))),
  ]);
  const others = wasm.xor(bit, wasm.i32(-1));
  return new Map(
    KINDS.map((kind, k) => {
      const index = module.declare(3, false);
      const place = made + 4 * k * locations;
      const accesses = RACES_WITH[kind]
        .map((other) => wasm.load(at, placeOf(other)))
        .reduce(wasm.or);
      module.define(index, new wasm.Locals(3), [
        wasm.store(at, place, wasm.or(wasm.load(at, place), wasm.shiftLeft(wasm.i32(1), cpu))),
        fresh,
        wasm.when(wasm.and(accesses, others), wasm.setGlobal(race, location)),
        wasm.store(at, placeOf(kind), wasm.or(wasm.load(at, placeOf(kind)), bit)),
      ]);
      return [kind, index];
    }),
  );
}

function defineTouchLate({ module }: Environment, touch: ReadonlyMap<Kind, number>): number {
  const index = module.declare(4, false);
  const cases = KINDS.map((kind, k) =>
    wasm.when(
      wasm.equal(wasm.get(0), wasm.i32(1 + k)),
      wasm.call(touch.get(kind) ?? 0, wasm.get(1), wasm.get(2), wasm.get(3)),
    ),
  );
  module.define(index, new wasm.Locals(4), cases);
  return index;
}

function tableSize(machine: Machine): number {
  return Math.max(machine.locations.length, machine.ghosts.length);
}

function defineValid({ module }: Environment, machine: Machine): number {
  const index = module.declare(2, true);
  const [table, value] = [wasm.get(0), wasm.get(1)];
  const inside = wasm.lessUnsigned(value, wasm.i32(tableSize(machine)));
  const listed = wasm.load8(wasm.add(table, value), 0);
  module.define(index, new wasm.Locals(2), wasm.choice(inside, 'i32', listed, wasm.i32(0)));
  return index;
}

function defineChecked({ module }: Environment, valid: number, faulty: number): number {
  const index = module.declare(2, true);
  module.define(index, new wasm.Locals(2), [
    wasm.choice(wasm.call(valid, wasm.get(0), wasm.get(1)), 'i32', wasm.get(1), [
      wasm.setGlobal(faulty, wasm.i32(1)),
      wasm.i32(0),
    ]),
  ]);
  return index;
}

function defineFault({ module }: Environment, faulty: number): number {
  const index = module.declare(0, true);
  module.define(index, new wasm.Locals(0), [
    wasm.global(faulty),
    wasm.setGlobal(faulty, wasm.i32(0)),
  ]);
  return index;
}

function defineTurn(environment: Environment, wheels: number, odometer: number): number {
  const { module } = environment;
  const index = module.declare(0, true);
  const locals = new wasm.Locals(0);
  const value = locals.add();
  const [turning, done] = [wasm.label(), wasm.label()];
  const last = wasm.global(wheels);
  module.define(index, locals, [
    wasm.block(
      done,
      wasm.loop(turning, [
        wasm.branchIf(isFirst(environment, last), done),
        increase(wheels, -8),
        wasm.set(value, wasm.add(wasm.load(last, odometer), wasm.i32(1))),
        wasm.when(wasm.less(wasm.get(value), wasm.load(last, odometer + 4)), [
          wasm.store(last, odometer, wasm.get(value)),
          increase(wheels, 8),
          wasm.i32(1),
          wasm.RETURN,
        ]),
        wasm.branch(turning),
      ]),
    ),
    wasm.i32(0),
  ]);
  return index;
}

/** Whether an address is the first one of what is the thread's own. */
export function isFirst(environment: Environment, address: Code): Code {
  return environment.shared ? wasm.equal(address, environment.own(wasm.i32(0))) : wasm.not(address);
}

/** Tables of the values that addresses may have, shared between equal ones. */
export class ValidityTables {
  readonly #environment: Environment;
  readonly #machine: Machine;
  readonly #tables = new Map<
    string,
    { readonly address: number; readonly valid: readonly number[] }
  >();

  constructor(environment: Environment, machine: Machine) {
    this.#environment = environment;
    this.#machine = machine;
  }

  /** Where the table of an address stands. */
  of({ candidates }: Address): Code {
    const key = candidates.join();
    let table = this.#tables.get(key);
    if (table === undefined) {
      const address = this.#environment.reserve(tableSize(this.#machine));
      table = { address, valid: candidates };
      this.#tables.set(key, table);
    }
    return wasm.i32(table.address);
  }

  write(memory: Uint8Array): void {
    for (const { address, valid } of this.#tables.values()) {
      for (const index of valid) memory[address + index] = 1;
    }
  }
}
