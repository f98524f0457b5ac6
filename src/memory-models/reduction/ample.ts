/**
 * Ample sets of one step, as tables: which steps of a context, and which of memory, are enough to explore
 * from a state, given where every other context stands. docs/design/reduction.md has the argument.
 *
 * A row has a byte for each node of each context; the step to which it belongs may be taken alone if the
 * bytes of the nodes where the contexts stand are all 0. Steps with equal rows share one.
 */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { StepKind } from '../../machine/steps.ts';
import { Conflicts } from './conflicts.ts';
import type { StepTouches } from './conflicts.ts';
import { mayGoAlone, observedBy, withoutCycles } from './eligible.ts';
import type { Observed } from './eligible.ts';
import { stepsOf } from './step-graph.ts';
import { Touches, nodesWhere } from './touches.ts';
import type { Buffering, LockSet } from './touches.ts';

export interface AmpleTables {
  /** Where the bytes of a context begin in a row. */
  readonly columns: readonly number[];
  readonly rows: Uint8Array;
  /** By context and node: where the row of the step from there begins; -1: it is never taken alone. */
  readonly steps: readonly Int32Array[];
  /** By CPU and location, the same of the drain of a store to it; empty where nothing is buffered. */
  readonly drains: readonly Int32Array[];
}

export function ampleTables(
  machine: Machine,
  kinds: readonly (readonly StepKind[])[],
  buffering: Buffering,
): AmpleTables {
  const touches = new Touches(machine, buffering);
  const rows = new Rows(touches);
  const observed = observedBy(touches);
  const steps = machine.contexts.map((_, context) =>
    stepRows(touches, rows, observed, context, at(kinds, context)),
  );
  const drains =
    buffering === null
      ? []
      : machine.cpus.map((_, cpu) =>
          Int32Array.from(machine.locations, (_cell, location) =>
            drainRow(touches, rows, observed, cpu, location),
          ),
        );
  return { columns: rows.columns, rows: rows.bytes(), steps, drains };
}

/** Rows as they are found, each once. */
class Rows {
  readonly columns: readonly number[];
  readonly conflicts: Conflicts;
  readonly #touches: Touches;
  readonly #width: number;
  readonly #all: Uint8Array[] = [];
  readonly #known = new Map<string, number>();

  constructor(touches: Touches) {
    this.#touches = touches;
    this.conflicts = new Conflicts(touches);
    let width = 0;
    this.columns = touches.machine.contexts.map(
      ({ nodes }) => (width += nodes.length) - nodes.length,
    );
    this.#width = width;
  }

  /** Where the row of a step begins; the contexts for which `passes` holds never stand in its way. */
  add(step: StepTouches, passes: (context: number) => boolean): number {
    const row = new Uint8Array(this.#width);
    this.#touches.machine.contexts.forEach((_, context) => {
      if (passes(context)) return;
      row.set(this.conflicts.inTheWay(step, context), at(this.columns, context));
    });
    const key = row.join('');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const from = this.#all.length * this.#width;
    this.#known.set(key, from);
    this.#all.push(row);
    return from;
  }

  /** At how many nodes of others the step of this row has to wait for them. */
  refusals(from: number): number {
    return at(this.#all, from / this.#width).reduce((sum, byte) => sum + byte, 0);
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#all.length * this.#width);
    this.#all.forEach((row, index) => bytes.set(row, index * this.#width));
    return bytes;
  }
}

function stepRows(
  touches: Touches,
  rows: Rows,
  observed: Observed,
  index: number,
  kinds: readonly StepKind[],
): Int32Array {
  const context = at(touches.machine.contexts, index);
  const steps = stepsOf(context, kinds);
  const found = new Map<number, number>();
  for (const [stop, step] of steps) {
    if (!mayGoAlone(touches, observed, index, step)) continue;
    const executed = [...step.nodes].map((node) => at(context.nodes, node));
    const touched = [
      ...touches.asked(context),
      ...executed.flatMap((node) => touches.now(context, node)),
    ];
    const own = { touches: touched, held: touches.heldAt(index, stop) };
    if (leavesStoresBehind(rows, own, context.cpu.op === 'const', index, stop)) continue;
    found.set(
      stop,
      rows.add(own, (other) => other === index),
    );
  }
  const kept = withoutCycles(
    steps,
    new Set(found.keys()),
    (stop) => -rows.refusals(found.get(stop) ?? 0),
  );
  return Int32Array.from(context.nodes, (_, node) =>
    kept.has(node) ? (found.get(node) ?? -1) : -1,
  );
}

/** Who moves may meet, on another CPU, what it has stored and memory has not. */
function leavesStoresBehind(
  { conflicts }: Rows,
  own: StepTouches,
  stays: boolean,
  index: number,
  stop: number,
): boolean {
  if (stays) return false;
  const pending = new Uint8Array(stop + 1);
  conflicts.markPending(pending, own, index);
  return pending[stop] === 1;
}

/** Whoever is bound to the CPU sees the store before and after it has reached memory. */
function drainRow(
  touches: Touches,
  rows: Rows,
  observed: Observed,
  cpu: number,
  location: number,
): number {
  const makers = storesOf(touches, cpu, location);
  if (makers.length === 0) return -1;
  if (observed.always.has(location) || touches.isMixed(location)) return -1;
  const held = touches.locks.has(location) ? new Set([location]) : common(makers);
  const step = { touches: [{ thing: location, writes: true }], held };
  return rows.add(step, (context) => {
    const binding = at(touches.machine.contexts, context).cpu;
    return binding.op === 'const' && binding.value === cpu;
  });
}

/**
 * Of the stores that may stand in the CPU's buffer for the location the locks that are held at each. Who has
 * moved since then has something that waits, and is in the way itself.
 */
function storesOf(touches: Touches, cpu: number, location: number): readonly LockSet[] {
  return touches.machine.contexts.flatMap((context, index) => {
    if (context.cpu.op === 'const' && context.cpu.value !== cpu) return [];
    const nodes = nodesWhere(context, (node) => touches.bufferedBy(node).includes(location));
    return nodes.map((node) => touches.heldAt(index, node));
  });
}

function common(sets: readonly LockSet[]): LockSet {
  const [first, ...rest] = sets;
  return new Set([...(first ?? [])].filter((lock) => rest.every((set) => set.has(lock))));
}
