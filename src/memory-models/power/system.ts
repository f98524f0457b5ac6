/** A machine under `power` as a transition system: packing, steps of contexts, steps of memory. */
import { at, nodeAt } from '../../machine/graph.ts';
import type { Expr, Machine } from '../../machine/machine.ts';
import { settledNodes } from '../../machine/settled.ts';
import { isStop } from '../../machine/steps.ts';
import { emitProperties } from '../codegen/properties.ts';
import type { Snapshot, Successors, TransitionSystem } from '../memory-model.ts';
import { Canonical } from './canonical.ts';
import { Coherence } from './coherence.ts';
import { PowerFault, evaluate } from './evaluate.ts';
import { factsOf } from './facts.ts';
import type { Facts } from './facts.ts';
import { Interner } from './interner.ts';
import { Performer } from './perform.ts';
import type { Outcome } from './perform.ts';
import { Races } from './races.ts';
import { Renumberer } from './renumber.ts';
import { NO_ACCESSES, NO_PAST, NOTHING } from './state.ts';
import type { Context, Cpu, Location, World } from './state.ts';
import { Stepper } from './step.ts';
import { Views } from './views.ts';

/** Where the components of a state stand in its words. */
interface Words {
  readonly cpus: number;
  readonly locations: number;
  readonly fence: number;
  readonly ghosts: number;
  readonly count: number;
}

export class PowerSystem implements TransitionSystem {
  readonly words: number;
  readonly coverage: readonly Uint8Array[];
  readonly #machine: Machine;
  readonly #facts: Facts;
  readonly #at: Words;
  readonly #contexts = new Interner<Context>();
  readonly #cpus = new Interner<Cpu>();
  readonly #locations = new Interner<Location>();
  readonly #races: Races;
  readonly #performer: Performer;
  readonly #stepper: Stepper;
  readonly #canonical: Canonical;
  readonly #properties: readonly ((states: Int32Array, at: number) => number)[];
  readonly #moves: boolean;
  readonly #settled: readonly ReadonlySet<number>[];

  constructor(machine: Machine) {
    const facts = factsOf(machine);
    const views = new Views(facts.dimensions, facts.shared);
    const locationOf = Array.from({ length: facts.shared }, (_, d) => facts.position.indexOf(d));
    const renumberer = new Renumberer(views, locationOf);
    const coherence = new Coherence(facts, views, renumberer, locationOf);
    this.#machine = machine;
    this.#facts = facts;
    this.#at = wordsOf(machine);
    this.words = this.#at.count;
    this.coverage = machine.contexts.map(({ nodes }) => new Uint8Array(nodes.length));
    this.#races = new Races(facts, views, renumberer);
    this.#performer = new Performer(facts, views, coherence, this.#races);
    this.#stepper = new Stepper(facts, views, this.#performer, this.#races, this.coverage);
    this.#canonical = new Canonical(facts, views, renumberer);
    this.#moves = machine.contexts.some(({ cpu }) => cpu.op !== 'const');
    this.#settled = machine.contexts.map(settledNodes);
    this.#properties = emitProperties(machine, this.#at, (states, from, location) =>
      this.#latest(states, from, location),
    );
  }

  initial(): Int32Array {
    const { machine } = this.#facts;
    const ghosts = machine.ghosts.map(({ initial }) => initial);
    const world: World = {
      contexts: machine.contexts.map(({ entry, registers, cpu }) => ({
        node: entry,
        phase: 0,
        cpu: boundTo(cpu, ghosts, machine.cpus.length),
        registers: registers.map(() => null),
      })),
      cpus: machine.cpus.map(() => emptyCpu(machine)),
      locations: machine.locations.map(({ initial }) => ({
        messages: [{ value: initial, view: 0, order: 0, atomic: false }],
        accesses: NO_ACCESSES,
      })),
      fence: 0,
      ghosts,
    };
    const state = new Int32Array(this.words);
    this.#pack(this.#canonical.of(world), state, 0);
    return state;
  }

  expand(states: Int32Array, from: number, out: Successors): void {
    out.count = 0;
    out.race = -1;
    out.bounded = false;
    this.#races.found = -1;
    this.#performer.bounded = false;
    this.#stepper.bounded = false;
    const world = this.#unpack(states, from);
    for (let context = 0; context < world.contexts.length; context++) {
      this.#expandContext(world, context, out);
    }
    for (let cpu = 0; cpu < world.cpus.length; cpu++) this.#expandMemory(world, cpu, out);
    out.race = this.#races.found;
    out.bounded = this.#performer.bounded || this.#stepper.bounded;
  }

  evaluate(property: number, states: Int32Array, from: number): number {
    return at(this.#properties, property)(states, from);
  }

  settled(states: Int32Array, from: number): number {
    let settled = 0;
    for (let context = 0; context < this.#machine.contexts.length; context++) {
      const { node } = this.#contexts.at(states[from + context] ?? 0);
      const rests = at(this.#settled, context).has(node);
      if (rests && !this.#hasPending(states, from, context)) settled |= 1 << context;
    }
    return settled;
  }

  quiet(states: Int32Array, from: number): boolean {
    for (let cpu = 0; cpu < this.#machine.cpus.length; cpu++) {
      if (this.#cpuAt(states, from, cpu).window.length > 0) return false;
    }
    return true;
  }

  decode(states: Int32Array, from: number): Snapshot {
    const world = this.#unpack(states, from);
    return {
      nodes: world.contexts.map(({ node }) => node),
      registers: world.contexts.map(({ node, registers }, context) => {
        const live = at(at(this.#facts.contexts, context).live, node);
        return registers.map((value, r) =>
          live.has(r) && value !== null ? value.known : live.has(r) ? 0 : null,
        );
      }),
      memory: world.locations.map(({ messages }) => messages.at(-1)?.value ?? 0),
      ghosts: world.ghosts,
      pending: spell(world),
    };
  }

  #cpuAt(states: Int32Array, from: number, cpu: number): Cpu {
    return this.#cpus.at(states[from + this.#at.cpus + cpu] ?? 0);
  }

  #hasPending(states: Int32Array, from: number, context: number): boolean {
    for (let cpu = 0; cpu < this.#machine.cpus.length; cpu++) {
      if (this.#cpuAt(states, from, cpu).owner === context) return true;
    }
    return false;
  }

  #latest(states: Int32Array, from: number, location: number): number {
    const { messages } = this.#locations.at(states[from + this.#at.locations + location] ?? 0);
    return messages.at(-1)?.value ?? 0;
  }

  #unpack(states: Int32Array, from: number): World {
    const words = this.#at;
    const { contexts, cpus, locations, ghosts } = this.#machine;
    const word = (index: number): number => states[from + index] ?? 0;
    return {
      contexts: contexts.map((_, i) => this.#contexts.at(word(i))),
      cpus: cpus.map((_, i) => this.#cpus.at(word(words.cpus + i))),
      locations: locations.map((_, i) => this.#locations.at(word(words.locations + i))),
      fence: word(words.fence),
      ghosts: ghosts.map((_, i) => word(words.ghosts + i)),
    };
  }

  #pack(world: World, states: Int32Array, from: number): void {
    const words = this.#at;
    world.contexts.forEach((c, i) => (states[from + i] = this.#contexts.numberOf(c)));
    world.cpus.forEach((c, i) => (states[from + words.cpus + i] = this.#cpus.numberOf(c)));
    world.locations.forEach(
      (l, i) => (states[from + words.locations + i] = this.#locations.numberOf(l)),
    );
    states[from + words.fence] = world.fence;
    states.set(world.ghosts, from + words.ghosts);
  }

  #expandContext(world: World, context: number, out: Successors): void {
    const { node } = at(world.contexts, context);
    const program = at(this.#machine.contexts, context);
    if (nodeAt(program, node).kind === 'done') return;
    let cpu: number;
    try {
      // Inside a step that waited for what was put off, the guard is not asked again.
      const { kinds } = at(this.#facts.contexts, context);
      const asked = isStop(program, kinds, node) ? program.guard : null;
      if (asked !== null && !evaluate(asked, noRegister, world.ghosts)) return;
      cpu = evaluate(program.cpu, noRegister, world.ghosts);
      if (this.#machine.cpus[cpu] === undefined) throw new PowerFault();
    } catch (fault) {
      if (!(fault instanceof PowerFault)) throw fault;
      this.#add(out, context, { world, failedAt: node }, context);
      return;
    }
    const { owner } = at(world.cpus, cpu);
    // A switch on the CPU is precise: what its other contexts have put off comes first.
    if (owner >= 0 && owner !== context) return;
    for (const outcome of this.#stepper.step(world, context, cpu)) {
      this.#add(out, context, outcome, context);
    }
  }

  #expandMemory(world: World, cpu: number, out: Successors): void {
    const { window, owner } = at(world.cpus, cpu);
    window.forEach(({ kind }, place) => {
      if (kind !== 'load') return;
      for (const outcome of this.#performer.load(world, cpu, place)) {
        this.#add(out, -1 - cpu, outcome, owner);
      }
    });
  }

  #add(out: Successors, mover: number, outcome: Outcome, failing: number): void {
    const world = outcome.failedAt >= 0 ? outcome.world : this.#bind(outcome.world);
    if (world === null) return;
    if ((out.count + 1) * this.words > out.states.length) grow(out, this.words);
    const index = out.count++;
    out.context[index] = outcome.failedAt >= 0 ? failing : mover;
    out.failedAt[index] = outcome.failedAt + 1;
    if (outcome.failedAt < 0) {
      this.#pack(this.#canonical.of(world), out.states, index * this.words);
    }
  }

  /**
   * Contexts that the ghosts have moved to another CPU leave their registers' views behind; null: one
   * still has put something off, so the step must wait.
   */
  #bind(world: World): World | null {
    if (!this.#moves) return world;
    const { cpus } = this.#machine;
    let waits = false;
    const contexts = world.contexts.map((context, index): Context => {
      const { cpu: expr } = at(this.#machine.contexts, index);
      if (expr.op === 'const') return context;
      const cpu = boundTo(expr, world.ghosts, cpus.length);
      if (cpu === context.cpu) return context;
      if (world.cpus.some(({ owner }) => owner === index)) waits = true;
      const registers = context.registers.map((value) =>
        value === null ? null : { ...value, init: 0, commit: NOTHING },
      );
      return { ...context, cpu, registers };
    });
    return waits ? null : { ...world, contexts };
  }
}

const noRegister = (): number => 0;

/** A binding at fault is reported when the context steps. */
function boundTo(expr: Expr, ghosts: readonly number[], cpus: number): number {
  if (expr.op === 'const') return expr.value;
  try {
    const cpu = evaluate(expr, noRegister, ghosts);
    return cpu >= 0 && cpu < cpus ? cpu : 0;
  } catch (fault) {
    if (!(fault instanceof PowerFault)) throw fault;
    return 0;
  }
}

function wordsOf({ contexts, cpus, locations, ghosts }: Machine): Words {
  const cpuWords = contexts.length;
  const locationWords = cpuWords + cpus.length;
  const fence = locationWords + locations.length;
  return {
    cpus: cpuWords,
    locations: locationWords,
    fence,
    ghosts: fence + 1,
    count: fence + 1 + ghosts.length,
  };
}

function emptyCpu(machine: Machine): Cpu {
  return {
    bound: 0,
    observed: 0,
    control: NOTHING,
    address: NOTHING,
    isync: 0,
    eieio: NOTHING,
    stores: 0,
    past: machine.locations.map(() => NO_PAST),
    owner: -1,
    window: [],
    overlays: [],
    obligations: [],
  };
}

/** The accesses that are put off, by CPU, and contexts that stand inside a node. */
function spell({ contexts, cpus }: World): string {
  const windows = cpus.map(({ window }) => window.map(({ node }) => node).join(','));
  const phases = contexts.map(({ phase }) => phase);
  return windows.some((w) => w !== '') || phases.some((p) => p !== 0)
    ? `${windows.join('|')} ${phases.join('')}`
    : '';
}

function grow(out: Successors, words: number): void {
  const size = out.context.length * 2;
  const states = new Int32Array(size * words);
  states.set(out.states);
  out.states = states;
  out.context = copyOf(out.context, size);
  out.failedAt = copyOf(out.failedAt, size);
}

function copyOf(array: Int32Array, size: number): Int32Array {
  const copy = new Int32Array(size);
  copy.set(array);
  return copy;
}
