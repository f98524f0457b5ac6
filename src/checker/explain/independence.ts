/**
 * Which steps of a machine that follows a script no other context can tell from the same step taken
 * later: a persistent set of one (Godefroid, "Partial-Order Methods", 1996). What each context still does
 * is known from the script. Not for `power`, where a step may also choose a place in coherence order.
 */
import { ghostsIn, expressionsOf } from '../../machine/expression.ts';
import { plainlyStoredLocations } from '../../machine/footprint.ts';
import type { Machine } from '../../machine/machine.ts';
import type { StepResult } from '../reference/interpreting.ts';
import type { TraceEvent } from '../result.ts';
import { isAct } from './script.ts';
import type { Script } from './script.ts';

/** By context, how many of its acts come no later than its last one that touches, or writes, a cell. */
interface Uses {
  readonly touches: Map<number, number>;
  readonly writes: Map<number, number>;
}

export class Independence {
  readonly #machine: Machine;
  readonly #buffered: boolean;
  readonly #endAsksMemory: boolean;
  readonly #uses: ReadonlyMap<string, Uses>;
  /** Ghosts that decide who may step, and where. */
  readonly #deciding: ReadonlySet<string>;
  readonly #unbuffered: ReadonlySet<string>;

  /** null: steps under this memory model are never told to be independent. */
  static of(machine: Machine, model: string, script: Script): Independence | null {
    return model === 'sc' || model === 'tso' ? new Independence(machine, model, script) : null;
  }

  private constructor(machine: Machine, model: string, script: Script) {
    this.#machine = machine;
    this.#buffered = model === 'tso';
    this.#uses = usesOf(script);
    const { end } = script;
    this.#endAsksMemory = end.kind === 'race' || (end.kind === 'property' && !end.final);
    this.#deciding = decidingGhosts(machine);
    this.#unbuffered = new Set(
      [...plainlyStoredLocations(machine)].flatMap((index) => machine.locations[index]?.name ?? []),
    );
  }

  ofStep(events: readonly TraceEvent[], context: number, done: readonly number[]): boolean {
    // Buffers belong to CPUs: who moves may find another one later.
    if (this.#buffered && this.#machine.contexts[context]?.cpu.op !== 'const') return false;
    // A step without an act may be taken, and need not.
    const acts = events.filter(isAct);
    return acts.length > 0 && acts.every((event) => this.#isOwn(event, context, done));
  }

  /** A drain to a location that only one context uses, if the end does not ask what has drained. */
  ofMemory({ events }: StepResult): boolean {
    return (
      !this.#endAsksMemory &&
      events.every(({ variable }) => {
        const uses = variable === null ? undefined : this.#uses.get(variable.name);
        return uses !== undefined && uses.touches.size <= 1;
      })
    );
  }

  #isOwn(event: TraceEvent, context: number, done: readonly number[]): boolean {
    const { kind, variable } = event;
    if (kind === 'wait') return false;
    if (variable === null) return true;
    const { name } = variable;
    if (this.#deciding.has(name)) return false;
    if (kind === 'store' && this.#buffered && !this.#unbuffered.has(name)) return true;
    const uses = this.#uses.get(name);
    if (uses === undefined) return true;
    const reading = kind === 'load' || kind === 'get';
    const others = reading ? uses.writes : uses.touches;
    for (const [other, last] of others) {
      if (other !== context && last > (done[other] ?? 0)) return false;
    }
    return !this.#mayBeBuffered(uses, context);
  }

  /** What another context has stored may not have reached memory yet. */
  #mayBeBuffered({ writes }: Uses, context: number): boolean {
    return this.#buffered && [...writes.keys()].some((other) => other !== context);
  }
}

function usesOf({ acts, own }: Script): ReadonlyMap<string, Uses> {
  const all = new Map<string, Uses>();
  own.forEach((indices, context) => {
    indices.forEach((index, place) => {
      const event = acts[index]?.event;
      if (event === undefined || event.variable === null) return;
      const uses = all.get(event.variable.name) ?? { touches: new Map(), writes: new Map() };
      uses.touches.set(context, place + 1);
      if (event.kind !== 'load' && event.kind !== 'get') uses.writes.set(context, place + 1);
      all.set(event.variable.name, uses);
    });
  });
  return all;
}

/** Ghosts that guards, bindings and waits read. */
export function decidingGhosts({ contexts, ghosts }: Machine): ReadonlySet<string> {
  const expressions = contexts.flatMap(({ guard, cpu, nodes }) => [
    ...(guard === null ? [] : [guard]),
    cpu,
    ...nodes.filter(({ kind }) => kind === 'wait').flatMap(expressionsOf),
  ]);
  const deciding = expressions.flatMap((expr) => [...ghostsIn(expr)]);
  return new Set(deciding.flatMap((index) => ghosts[index]?.name ?? []));
}
