/**
 * Why a trace is possible: docs/design/explanation.md. Barriers are put between accesses of the trace
 * until it is impossible, then, as long as the property still fails, between those of the next trace.
 */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { MemoryModel } from '../../memory-models/memory-model.ts';
import { sc } from '../../memory-models/sc.ts';
import { check } from '../check.ts';
import type { CheckOptions } from '../options.ts';
import { referenceModels } from '../reference/index.ts';
import type { OwnInterpreter } from '../reference/interpreting.ts';
import type { ReferenceModel } from '../reference/memory.ts';
import { scReference } from '../reference/sc.ts';
import type { Explanation, Failure, OrderedAccess, Reordering, Rest } from '../result.ts';
import { withBarriers } from './barriers.ts';
import { Budget } from './budget.ts';
import { follow } from './follow.ts';
import type { TracedAccess } from './gaps.ts';
import { reorderings } from './reordering.ts';
import type { OrderedPair } from './reordering.ts';
import { scriptOf } from './script.ts';

/** Traces that are explained one after the other, each with the barriers for those before. */
const MOST_ROUNDS = 4;

/** null: there is nothing to explain, or it is a starvation. `states`: how many the run had. */
export async function explain(
  machine: Machine,
  model: MemoryModel,
  failure: Failure,
  states: number,
  options: CheckOptions,
): Promise<Explanation | null> {
  const reference = referenceModels.get(model.name);
  if (model.name === sc.name || failure.trace.length === 0 || reference === undefined) return null;
  // Starvation turns on who steps for ever, which no replay of a finite trace tells.
  if (failure.kind === 'starvation') return null;
  const budget = Budget.of(model.name, states);
  const quiet = { ...options, onProgress: null };
  return new Explainer(machine, model, reference, failure, quiet, budget).explain();
}

class Explainer {
  readonly #machine: Machine;
  readonly #model: MemoryModel;
  readonly #reference: ReferenceModel | OwnInterpreter;
  readonly #failure: Failure;
  readonly #limits: CheckOptions;
  readonly #budget: Budget;

  constructor(
    machine: Machine,
    model: MemoryModel,
    reference: ReferenceModel | OwnInterpreter,
    failure: Failure,
    limits: CheckOptions,
    budget: Budget,
  ) {
    this.#machine = machine;
    this.#model = model;
    this.#reference = reference;
    this.#failure = failure;
    this.#limits = limits;
    this.#budget = budget;
  }

  async explain(): Promise<Explanation> {
    if (await this.#isInOrder(this.#machine, this.#failure)) return { kind: 'in-order' };
    const pairs = reorderings(this.#machine, this.#reference, this.#failure, this.#budget);
    if (typeof pairs === 'string') return { kind: 'unexplained', why: pairs };
    const { further, rest } = await this.#others(pairs);
    const all = [...pairs, ...further];
    const needed = rest === 'passes' ? await this.#needed(all) : all;
    const shown = (some: readonly OrderedPair[]): readonly Reordering[] =>
      some.filter((pair) => needed.includes(pair)).map((pair) => this.#reordering(pair));
    const [first, then] = pairs.some((pair) => needed.includes(pair))
      ? [shown(pairs), shown(further)]
      : [shown(further), []];
    return { kind: 'reordered', pairs: first, further: then, rest };
  }

  /** Orders what other schedules need, until none fails or there is nothing more to order. */
  async #others(
    pairs: readonly OrderedPair[],
  ): Promise<{ readonly further: readonly OrderedPair[]; readonly rest: Rest }> {
    const further: OrderedPair[] = [];
    for (let round = 1; ; round++) {
      const ordered = this.#ordered([...pairs, ...further]);
      const next = await this.#explored(ordered, this.#model);
      if (typeof next === 'string') return { further, rest: next };
      if (await this.#isInOrder(ordered, next)) return { further, rest: 'fails-in-order' };
      const more =
        round < MOST_ROUNDS ? reorderings(ordered, this.#reference, next, this.#budget) : 'limit';
      if (typeof more === 'string') return { further, rest: 'fails' };
      further.push(...more);
    }
  }

  /** Without those that are not needed for that no schedule fails. */
  async #needed(all: readonly OrderedPair[]): Promise<readonly OrderedPair[]> {
    let needed = all;
    for (const pair of all) {
      const rest = needed.filter((other) => other !== pair);
      if (rest.length === 0) break;
      if ((await this.#explored(this.#ordered(rest), this.#model)) === 'passes') needed = rest;
    }
    return needed;
  }

  #ordered(pairs: readonly OrderedPair[]): Machine {
    return withBarriers(
      this.#machine,
      pairs.map(({ placement }) => placement),
    );
  }

  /** The failure of the property that is explained, if it fails. */
  async #explored(machine: Machine, model: MemoryModel): Promise<Failure | 'passes' | 'unchecked'> {
    const maxStates = this.#budget.explorable;
    if (maxStates === 0) return 'unchecked';
    const { failures, limits, states } = await check(machine, model, {
      ...this.#limits,
      maxStates,
    });
    this.#budget.spendExplored(states);
    const { kind, property } = this.#failure;
    const same = failures.find((other) => other.kind === kind && other.property === property);
    return same ?? (limits.length > 0 ? 'unchecked' : 'passes');
  }

  async #isInOrder(machine: Machine, failure: Failure): Promise<boolean> {
    const followed = follow(machine, scReference, scriptOf(machine, failure));
    if (followed !== 'possible') return false;
    if (failure.kind !== 'livelock') return true;
    return typeof (await this.#explored(machine, sc)) !== 'string';
  }

  #reordering({ first, second, barriers }: OrderedPair): Reordering {
    const { cpu } = second;
    return { cpu, first: this.#access(first), second: this.#access(second), barriers };
  }

  #access({ context, event }: TracedAccess): OrderedAccess {
    const { kind, primitive, variable, site } = event;
    return {
      context: at(this.#machine.contexts, context).name,
      kind: kind === 'rmw' || kind === 'store' || kind === 'load' ? kind : 'ghost',
      primitive,
      variable: variable?.name ?? '?',
      site,
    };
  }
}
