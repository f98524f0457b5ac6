/** A machine under `power` as a transition system: packing, steps of contexts, steps of memory. */
import { ghostsIn } from '../../machine/expression.ts';
import { at, nodeAt } from '../../machine/graph.ts';
import type { Expr, Machine } from '../../machine/machine.ts';
import { settledNodes } from '../../machine/settled.ts';
import { isStop } from '../../machine/steps.ts';
import { emitProperties } from '../codegen/properties.ts';
import type { Snapshot, Successors, TransitionSystem } from '../memory-model.ts';
import { Canonical } from './canonical.ts';
import { Coherence } from './coherence.ts';
import { Components } from './components.ts';
import { PowerFault, evaluate } from './evaluate.ts';
import { factsOf } from './facts.ts';
import type { Facts } from './facts.ts';
import { Column } from './interner.ts';
import { Memo } from './memo.ts';
import { Performer, fail } from './perform.ts';
import type { Outcome } from './perform.ts';
import { Races } from './races.ts';
import { Renumberer } from './renumber.ts';
import type { Shift } from './shift.ts';
import { NO_ACCESSES, NO_PAST, NOTHING } from './state.ts';
import type { Context, Cpu, Location } from './state.ts';
import { Stepper } from './step.ts';
import { Views } from './views.ts';
import { World } from './world.ts';

/** What one outcome of a step does to a state's words. */
interface Effect {
  /** As in `Successors.context`. */
  readonly mover: number;
  /** As in `Successors.failedAt`. */
  readonly failedAt: number;
  readonly shifts: readonly Shift[];
  readonly words: readonly number[];
  /** What becomes of each of `words`. */
  readonly values: readonly number[];
}

/** What a context, or the memory of a CPU, can do. */
interface Moves {
  readonly effects: readonly Effect[];
  /** The location of a race; -1: none. */
  readonly race: number;
  readonly bounded: boolean;
}

export class PowerSystem implements TransitionSystem {
  readonly words: number;
  readonly coverage: readonly Uint8Array[];
  readonly #machine: Machine;
  readonly #facts: Facts;
  readonly #components: Components;
  readonly #renumberer: Renumberer;
  readonly #races: Races;
  readonly #performer: Performer;
  readonly #stepper: Stepper;
  readonly #canonical: Canonical;
  readonly #properties: readonly ((states: Int32Array, at: number) => number)[];
  readonly #settled: readonly ReadonlySet<number>[];
  /** By ghost: the contexts whose CPU depends on it. */
  readonly #boundBy: readonly (readonly number[])[];
  /** By context, and then by CPU. */
  readonly #moves: readonly Memo<Moves>[];
  readonly #latest: Column<Location, number>;
  readonly #ownerOf: Column<Cpu, number>;
  readonly #isQuiet: Column<Cpu, boolean>;
  readonly #nodeOf: Column<Context, number>;

  constructor(machine: Machine, refuted: ReadonlySet<number> = new Set()) {
    const facts = factsOf(machine, refuted);
    const views = new Views(facts.dimensions, facts.shared);
    const locationOf = Array.from({ length: facts.shared }, (_, d) => facts.position.indexOf(d));
    const coherence = new Coherence(facts, views, locationOf);
    const components = new Components(machine);
    this.#machine = machine;
    this.#facts = facts;
    this.#components = components;
    this.#renumberer = new Renumberer(views, locationOf);
    this.words = components.words.count;
    this.coverage = machine.contexts.map(({ nodes }) => new Uint8Array(nodes.length));
    this.#races = new Races(facts, views);
    this.#performer = new Performer(facts, views, coherence, this.#races);
    this.#stepper = new Stepper(facts, views, this.#performer, this.#races, this.coverage);
    this.#canonical = new Canonical(facts, views, this.#renumberer, components);
    this.#boundBy = machine.ghosts.map((_, ghost) =>
      machine.contexts.flatMap(({ cpu }, index) => (ghostsIn(cpu).has(ghost) ? [index] : [])),
    );
    this.#moves = [...machine.contexts, ...machine.cpus].map(() => new Memo<Moves>());
    this.#settled = machine.contexts.map(settledNodes);
    const { contexts, cpus, locations } = components;
    this.#latest = new Column(locations, ({ messages }) => messages.at(-1)?.value ?? 0);
    this.#ownerOf = new Column(cpus, ({ owner }) => owner);
    this.#isQuiet = new Column(cpus, ({ window }) => window.length === 0);
    this.#nodeOf = new Column(contexts, ({ node }) => node);
    this.#properties = emitProperties(machine, components.words, (states, from, location) =>
      this.#latest.at(states[from + components.words.locations + location] as number),
    );
  }

  initial(): Int32Array {
    const { contexts, cpus, locations, words } = this.#components;
    const machine = this.#machine;
    const state = new Int32Array(this.words);
    const ghosts = machine.ghosts.map(({ initial }) => initial);
    const ghost = (index: number): number => ghosts[index] ?? 0;
    machine.contexts.forEach(({ entry, registers, cpu }, index) => {
      const context: Context = {
        node: entry,
        phase: 0,
        cpu: boundTo(cpu, ghost, machine.cpus.length),
        registers: registers.map(() => null),
      };
      state[index] = contexts.numberOf(context);
    });
    machine.cpus.forEach((_, cpu) => (state[words.cpus + cpu] = cpus.numberOf(emptyCpu(machine))));
    machine.locations.forEach(({ initial }, location) => {
      const messages = [{ value: initial, view: 0, order: 0, atomic: false }];
      const number = locations.numberOf({ messages, accesses: NO_ACCESSES });
      state[words.locations + location] = number;
    });
    state.set(ghosts, words.ghosts);
    this.#canonical.apply(state, 0);
    return state;
  }

  expand(states: Int32Array, from: number, out: Successors): void {
    out.count = 0;
    out.race = -1;
    out.bounded = false;
    for (let mover = 0; mover < this.#moves.length; mover++) {
      const memo = this.#moves[mover] as Memo<Moves>;
      const moves = memo.find(states, from) ?? this.#learn(mover, states, from);
      if (moves.race >= 0) out.race = moves.race;
      if (moves.bounded) out.bounded = true;
      for (const effect of moves.effects) this.#add(states, from, effect, out);
    }
  }

  evaluate(property: number, states: Int32Array, from: number): number {
    return at(this.#properties, property)(states, from);
  }

  settled(states: Int32Array, from: number): number {
    let settled = 0;
    for (let context = 0; context < this.#machine.contexts.length; context++) {
      const node = this.#nodeOf.at(states[from + context] as number);
      const rests = at(this.#settled, context).has(node);
      if (rests && !this.#hasPending(states, from, context)) settled |= 1 << context;
    }
    return settled;
  }

  quiet(states: Int32Array, from: number): boolean {
    const { cpus, locations } = this.#components.words;
    for (let word = from + cpus; word < from + locations; word++) {
      if (!this.#isQuiet.at(states[word] as number)) return false;
    }
    return true;
  }

  decode(states: Int32Array, from: number): Snapshot {
    const { words } = this.#components;
    const contexts = this.#machine.contexts.map((_, i) =>
      this.#components.contextAt(states, from, i),
    );
    const cpus = this.#machine.cpus.map((_, i) => this.#components.cpuAt(states, from, i));
    return {
      nodes: contexts.map(({ node }) => node),
      registers: contexts.map(({ node, registers }, context) => {
        const live = at(at(this.#facts.contexts, context).live, node);
        return registers.map((value, r) =>
          live.has(r) && value !== null ? value.known : live.has(r) ? 0 : null,
        );
      }),
      memory: this.#machine.locations.map((_, location) =>
        this.#latest.at(states[from + words.locations + location] as number),
      ),
      ghosts: [...states.subarray(from + words.ghosts, from + words.count)],
      pending: spell(contexts, cpus),
    };
  }

  #hasPending(states: Int32Array, from: number, context: number): boolean {
    const { cpus, locations } = this.#components.words;
    for (let word = from + cpus; word < from + locations; word++) {
      if (this.#ownerOf.at(states[word] as number) === context) return true;
    }
    return false;
  }

  #add(states: Int32Array, from: number, effect: Effect, out: Successors): void {
    const size = this.words;
    if ((out.count + 1) * size > out.states.length) grow(out, size);
    const index = out.count++;
    out.context[index] = effect.mover;
    out.failedAt[index] = effect.failedAt;
    if (effect.failedAt !== 0) return;
    const to = index * size;
    for (let word = 0; word < size; word++) {
      out.states[to + word] = states[from + word] as number;
    }
    for (const shift of effect.shifts) shift.apply(out.states, to);
    const { words, values } = effect;
    for (let i = 0; i < words.length; i++) {
      out.states[to + (words[i] as number)] = values[i] as number;
    }
    this.#canonical.apply(out.states, to);
  }

  /** Does it, and remembers it by the words that it asked for. */
  #learn(mover: number, states: Int32Array, from: number): Moves {
    this.#races.found = -1;
    this.#performer.bounded = false;
    this.#stepper.bounded = false;
    const asked: number[] = [];
    const source = this.#components.source(states, from, (word) => asked.push(word));
    const world = new World(source, this.#renumberer);
    const contexts = this.#machine.contexts.length;
    const effects =
      mover < contexts ? this.#movesOf(world, mover) : this.#movesOfMemory(world, mover - contexts);
    const moves: Moves = {
      effects,
      race: this.#races.found,
      bounded: this.#performer.bounded || this.#stepper.bounded,
    };
    at(this.#moves, mover).learn(asked, states, from, moves);
    return moves;
  }

  #movesOf(world: World, context: number): readonly Effect[] {
    const { node } = world.context(context);
    const program = at(this.#machine.contexts, context);
    if (nodeAt(program, node).kind === 'done') return [];
    const ghost = (index: number): number => world.ghost(index);
    let cpu: number;
    try {
      // Inside a step that waited for what was put off, the guard is not asked again.
      const { kinds } = at(this.#facts.contexts, context);
      const asked = isStop(program, kinds, node) ? program.guard : null;
      if (asked !== null && !evaluate(asked, noRegister, ghost)) return [];
      cpu = evaluate(program.cpu, noRegister, ghost);
      if (this.#machine.cpus[cpu] === undefined) throw new PowerFault();
    } catch (fault) {
      if (!(fault instanceof PowerFault)) throw fault;
      return this.#effects([fail(world, node)], context, context);
    }
    const { owner } = world.cpu(cpu);
    // A switch on the CPU is precise: what its other contexts have put off comes first.
    if (owner >= 0 && owner !== context) return [];
    return this.#effects(this.#stepper.step(world, context, cpu), context, context);
  }

  #movesOfMemory(world: World, cpu: number): readonly Effect[] {
    const { window, owner } = world.cpu(cpu);
    const outcomes = window.flatMap(({ kind }, place) =>
      kind === 'load' ? this.#performer.load(world, cpu, place) : [],
    );
    return this.#effects(outcomes, -1 - cpu, owner);
  }

  #effects(outcomes: readonly Outcome[], mover: number, failing: number): readonly Effect[] {
    return outcomes.flatMap(({ world, failedAt }): readonly Effect[] => {
      if (failedAt >= 0) {
        return [{ mover: failing, failedAt: failedAt + 1, shifts: [], words: [], values: [] }];
      }
      const bound = this.#bind(world);
      return bound === null ? [] : [this.#effect(bound, mover)];
    });
  }

  #effect({ changes }: World, mover: number): Effect {
    const components = this.#components;
    const { cpus, locations, ghosts, fence } = components.words;
    const words: number[] = [];
    const values: number[] = [];
    const set = (word: number, value: number): void => {
      words.push(word);
      values.push(value);
    };
    for (const [index, context] of changes.contexts) {
      set(index, components.contexts.numberOf(this.#canonical.registers(context, index)));
    }
    for (const [index, cpu] of changes.cpus) set(cpus + index, components.cpus.numberOf(cpu));
    for (const [index, location] of changes.locations) {
      set(locations + index, components.locations.numberOf(location));
    }
    for (const [index, value] of changes.ghosts) set(ghosts + index, value);
    if (changes.fence !== null) set(fence, changes.fence);
    const shifts = changes.renumberings.map((by) => this.#canonical.shift(by));
    return { mover, failedAt: 0, shifts, words, values };
  }

  /**
   * Contexts that the ghosts have moved to another CPU leave their registers' views behind; null: one
   * still has put something off, so the step must wait.
   */
  #bind(world: World): World | null {
    const concerned = new Set(
      [...world.changes.ghosts.keys()].flatMap((g) => at(this.#boundBy, g)),
    );
    const cpus = this.#machine.cpus.map((_, cpu) => cpu);
    let after = world;
    for (const index of concerned) {
      const { cpu: expr } = at(this.#machine.contexts, index);
      const cpu = boundTo(expr, (ghost) => world.ghost(ghost), cpus.length);
      const context = after.context(index);
      if (cpu === context.cpu) continue;
      if (cpus.some((other) => world.cpu(other).owner === index)) return null;
      const registers = context.registers.map((value) =>
        value === null ? null : { ...value, init: 0, commit: NOTHING },
      );
      after = after.withContext(index, { cpu, registers });
    }
    return after;
  }
}

const noRegister = (): number => 0;

/** A binding at fault is reported when the context steps. */
function boundTo(expr: Expr, ghost: (index: number) => number, cpus: number): number {
  if (expr.op === 'const') return expr.value;
  try {
    const cpu = evaluate(expr, noRegister, ghost);
    return cpu >= 0 && cpu < cpus ? cpu : 0;
  } catch (fault) {
    if (!(fault instanceof PowerFault)) throw fault;
    return 0;
  }
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
function spell(contexts: readonly Context[], cpus: readonly Cpu[]): string {
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
