/**
 * What memory holds after each step of a trace, from its events alone: a reporter explores nothing. Under
 * `sc` there is one memory. Under `tso` stores wait in their CPU's buffer. Under `power` each location
 * has its messages in coherence order; of a CPU's view the page shows the newest message that
 * the CPU itself has read or written, which is a lower bound of what it may still read.
 *
 * Along the way it finds which write each read took its value from, and which unlock a lock came from.
 */
import type { Failure, MemoryEffect, TraceEvent, TraceStep } from '../../checker/result.ts';
import { formatValue } from '../../machine/format.ts';
import type { Cell, Machine } from '../../machine/machine.ts';
import { at } from '../../machine/graph.ts';
import type { ArrowData, CellData, MessageData, StepData } from './data.ts';

/** Where an event stands: its step, and its row among those that are shown. */
export type Row = readonly [step: number, row: number];

export interface MemoryOfStep {
  readonly values: StepData['values'];
  readonly waiting: StepData['waiting'];
  readonly messages: StepData['messages'];
}

interface Message {
  readonly value: number;
  /** Null: the initial value. */
  readonly step: number | null;
  readonly cpu: number | null;
  readonly row: Row | null;
}

interface Pending {
  readonly step: number;
  readonly text: string;
  readonly name: string;
  readonly row: Row | null;
  readonly isStore: boolean;
}

export class TraceMemory {
  readonly kind: 'plain' | 'buffers' | 'messages';
  readonly cells: readonly CellData[];
  readonly arrows: ArrowData[] = [];
  readonly #machine: Machine;
  readonly #lanes: readonly number[];
  readonly #known: readonly Cell[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #ghosts = new Map<string, number>();
  readonly #messages = new Map<string, Message[]>();
  readonly #seen = new Map<string, Message>();
  readonly #pending = new Map<number, Pending[]>();

  constructor(failure: Failure, machine: Machine, model: string, lanes: readonly number[]) {
    this.kind = KINDS[model] ?? 'plain';
    this.#machine = machine;
    this.#lanes = lanes;
    const touched = namesIn([...failure.trace, ...failure.cycle]);
    const locations = machine.locations.filter(({ name }) => touched.has(name));
    const ghosts = machine.ghosts.filter(({ name }) => touched.has(name));
    this.#known = [...locations, ...ghosts];
    this.#index = new Map(this.#known.map(({ name }, index) => [name, index]));
    for (const { name, initial } of locations) {
      this.#messages.set(name, [{ value: initial, step: null, cpu: null, row: null }]);
    }
    for (const { name, initial } of ghosts) this.#ghosts.set(name, initial);
    this.cells = this.#known.map((cell, index) => ({
      name: cell.name,
      kind: index >= locations.length ? 'ghost' : cell.lock ? 'lock' : 'memory',
      initial: this.#spelt(cell.initial, cell),
    }));
  }

  /** `rowOf` says where an event is shown; null: it is not. */
  take(step: TraceStep, rowOf: (event: TraceEvent) => Row | null): MemoryOfStep {
    const values = new Map<number, string>();
    const messages = new Set<string>();
    let waits = false;
    for (const event of step.events) {
      const name = event.variable?.name ?? '';
      const cell = this.#index.get(name);
      if (cell === undefined) continue;
      this.#take(event, name, step, rowOf(event));
      waits ||= event.effects?.some(({ kind }) => WAITING.has(kind)) === true;
      values.set(cell, this.#valueOf(name));
      if (this.#messages.has(name)) messages.add(name);
    }
    const lane = this.#lanes.indexOf(step.cpu);
    return {
      values: [...values],
      waiting: waits && lane >= 0 ? [[lane, this.#waitingOf(step.cpu)]] : [],
      messages: this.kind === 'messages' ? [...messages].map((name) => this.#told(name)) : [],
    };
  }

  #take(event: TraceEvent, name: string, step: TraceStep, row: Row | null): void {
    const { after, kind, effects = [] } = event;
    if (kind === 'set') this.#ghosts.set(name, after ?? 0);
    if (!this.#messages.has(name)) return;
    if (kind === 'load') this.#load(event, name, step, row, effects);
    else if (kind === 'rmw') this.#rmw(event, name, step, row, effects);
    else if (kind === 'store') this.#store(event, name, step, row, effects);
    else if (kind === 'internal') this.#internal(event, name, step, row, effects);
  }

  #load(
    event: TraceEvent,
    name: string,
    { step, cpu }: TraceStep,
    row: Row | null,
    effects: Effects,
  ): void {
    if (find(effects, 'deferred') !== null) {
      this.#wait(cpu, { step, text: `${name} -> ? of step ${step}`, name, row, isStore: false });
      return;
    }
    const satisfied = find(effects, 'satisfied');
    if (satisfied !== null) this.#settle(cpu, satisfied.step);
    const forwarded = find(effects, 'forwarded');
    if (forwarded !== null) {
      const own = this.#pendingOf(cpu).find((each) => each.step === forwarded.step);
      this.#arrow('reads from', own?.row ?? null, row);
      return;
    }
    this.#read(name, event.before, cpu, row, effects);
  }

  #rmw(event: TraceEvent, name: string, step: TraceStep, row: Row | null, effects: Effects): void {
    const isLock = this.#isLock(name);
    const read = this.#read(name, event.before, step.cpu, isLock ? null : row, effects);
    if (event.after === null) return;
    if (isLock) this.#arrow('lock', read?.row ?? null, row);
    this.#write(name, event.after, step, row, effects);
  }

  #store(
    event: TraceEvent,
    name: string,
    step: TraceStep,
    row: Row | null,
    effects: Effects,
  ): void {
    const value = this.#spelt(event.after ?? 0, this.#cell(name));
    const isPutOff = find(effects, 'buffered') !== null || find(effects, 'deferred') !== null;
    if (isPutOff) {
      const text = `${name} = ${value} of step ${step.step}`;
      this.#wait(step.cpu, { step: step.step, text, name, row, isStore: true });
    } else this.#write(name, event.after ?? 0, step, row, effects);
  }

  /** A store takes effect, now; a reader looks for the line that made it. */
  #internal(
    event: TraceEvent,
    name: string,
    step: TraceStep,
    row: Row | null,
    effects: Effects,
  ): void {
    const made = find(effects, 'drained') ?? find(effects, 'placed');
    const settled = made === null ? null : this.#settle(step.cpu, made.step);
    this.#write(name, event.after ?? 0, step, settled?.row ?? row, effects);
  }

  /** The message that was read: the newest, or the one before what was not visible. */
  #read(
    name: string,
    value: number | null,
    cpu: number,
    row: Row | null,
    effects: Effects,
  ): Message | null {
    const messages = this.#messages.get(name) ?? [];
    const stale = this.kind === 'messages' ? find(effects, 'stale') : null;
    const missed =
      stale === null
        ? messages.length
        : messages.findIndex((each) => each.step === stale.step && each.cpu === stale.cpu);
    const visible = missed < 0 ? messages : messages.slice(0, missed);
    const read = visible.findLast((each) => each.value === value) ?? null;
    if (read === null) return null;
    this.#see(name, cpu, read);
    this.#arrow('reads from', read.row, row);
    return read;
  }

  #write(
    name: string,
    value: number,
    { step, cpu }: Pick<TraceStep, 'step' | 'cpu'>,
    row: Row | null,
    effects: Effects,
  ): void {
    const messages = this.#messages.get(name) ?? [];
    const message = { value, step, cpu, row };
    const before = find(effects, 'before');
    const place =
      before === null
        ? -1
        : messages.findIndex((each) => each.step === before.step && each.cpu === before.cpu);
    if (place < 0) messages.push(message);
    else messages.splice(place, 0, message);
    this.#see(name, cpu, message);
  }

  #see(name: string, cpu: number, message: Message): void {
    const key = `${cpu} ${name}`;
    const messages = this.#messages.get(name) ?? [];
    const before = this.#seen.get(key);
    const isNewer = before === undefined || messages.indexOf(before) < messages.indexOf(message);
    if (isNewer) this.#seen.set(key, message);
  }

  #wait(cpu: number, pending: Pending): void {
    this.#pending.set(cpu, [...this.#pendingOf(cpu), pending]);
  }

  #settle(cpu: number, step: number): Pending | null {
    const pending = this.#pendingOf(cpu);
    const found = pending.find((each) => each.step === step) ?? null;
    this.#pending.set(
      cpu,
      pending.filter((each) => each !== found),
    );
    return found;
  }

  #pendingOf(cpu: number): readonly Pending[] {
    return this.#pending.get(cpu) ?? [];
  }

  #waitingOf(cpu: number): readonly string[] {
    return this.#pendingOf(cpu).map(({ text }) => text);
  }

  #arrow(kind: ArrowData['kind'], from: Row | null, to: Row | null): void {
    if (from === null || to === null) return;
    if (from[0] < to[0] || (from[0] === to[0] && from[1] < to[1]))
      this.arrows.push({ kind, from, to });
  }

  /** What the newest write has put there. */
  #valueOf(name: string): string {
    const newest = this.#messages.get(name)?.at(-1)?.value ?? this.#ghosts.get(name) ?? 0;
    return this.#spelt(newest, this.#cell(name));
  }

  #told(name: string): [number, readonly MessageData[]] {
    const cell = this.#cell(name);
    const told = (this.#messages.get(name) ?? []).map((message) => ({
      value: this.#spelt(message.value, cell),
      by: message.step === null ? '' : `step ${message.step}`,
      seen: this.#lanes.flatMap((cpu, lane) =>
        this.#seen.get(`${cpu} ${name}`) === message ? [lane] : [],
      ),
    }));
    return [this.#index.get(name) ?? 0, told];
  }

  #cell(name: string): Cell {
    return at(this.#known, this.#index.get(name) ?? -1);
  }

  #isLock(name: string): boolean {
    return this.#cell(name).lock;
  }

  #spelt(value: number, { lock, type }: Cell): string {
    if (!lock) return formatValue(value, type, this.#machine);
    const holder = this.#machine.contexts[value - 1];
    return value === 0 || holder === undefined ? 'free' : `held by ${holder.name}`;
  }
}

const KINDS: Readonly<Record<string, TraceMemory['kind']>> = { tso: 'buffers', power: 'messages' };

const WAITING: ReadonlySet<MemoryEffect['kind']> = new Set([
  'buffered',
  'drained',
  'deferred',
  'satisfied',
  'placed',
]);

type Effects = readonly MemoryEffect[];

function find<Kind extends MemoryEffect['kind']>(
  effects: Effects,
  kind: Kind,
): (MemoryEffect & { readonly kind: Kind }) | null {
  const found = effects.find((effect) => effect.kind === kind);
  return (found as (MemoryEffect & { readonly kind: Kind }) | undefined) ?? null;
}

function namesIn(steps: readonly TraceStep[]): ReadonlySet<string> {
  const events = steps.flatMap((step) => step.events);
  return new Set(events.flatMap(({ variable }) => (variable === null ? [] : variable.name)));
}
