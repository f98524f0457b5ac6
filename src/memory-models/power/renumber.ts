/**
 * Positions are counted from the oldest message that somebody may still read, so messages that are
 * placed in the middle, or forgotten, move the positions in every view.
 *
 * HOT CODE: what a renumbering makes of a component is remembered with the component.
 */
import { NOTHING } from './state.ts';
import type {
  Commit,
  Context,
  Cpu,
  Location,
  Message,
  Obligation,
  Overlay,
  Past,
  Pending,
  Value,
} from './state.ts';
import type { Renumbering, View, Views } from './views.ts';

export type ViewMap = (view: View) => View;

export class Renumberer {
  readonly #views: Views;
  /** The position's location by dimension; -1 for a race bit. */
  readonly #locationOf: readonly number[];
  readonly #known = new Map<string, WeakMap<object, object>>();

  constructor(views: Views, locationOf: readonly number[]) {
    this.#views = views;
    this.#locationOf = locationOf;
  }

  view(view: View, by: Renumbering): View {
    return this.#views.renumber(view, by);
  }

  context(context: Context, by: Renumbering): Context {
    return this.#once(context, by, (view) => mapContext(context, view));
  }

  location(location: Location, by: Renumbering): Location {
    return this.#once(location, by, (view) => mapLocation(location, view));
  }

  cpu(cpu: Cpu, by: Renumbering): Cpu {
    return this.#once(cpu, by, (view) => {
      const mapped = mapCpu(cpu, view);
      const location = this.#locationOf[by.dimension] ?? -1;
      const past = cpu.past[location];
      const moved = mapped.past[location];
      if (past === undefined || moved === undefined) return mapped;
      const newest = by.entry(past.newest);
      return { ...mapped, past: mapped.past.with(location, { ...moved, newest }) };
    });
  }

  #once<T extends object>(old: T, by: Renumbering, make: (view: ViewMap) => T): T {
    let known = this.#known.get(by.key);
    if (known === undefined) this.#known.set(by.key, (known = new WeakMap()));
    const found = known.get(old) as T | undefined;
    if (found !== undefined) return found;
    const made = make((view) => this.#views.renumber(view, by));
    known.set(old, made);
    return made;
  }
}

export function mapCpu(cpu: Cpu, view: ViewMap): Cpu {
  return {
    ...cpu,
    bound: view(cpu.bound),
    observed: view(cpu.observed),
    control: mapCommit(cpu.control, view),
    address: mapCommit(cpu.address, view),
    isync: view(cpu.isync),
    eieio: mapCommit(cpu.eieio, view),
    stores: view(cpu.stores),
    past: cpu.past.map((past) => mapPast(past, view)),
    window: cpu.window.map((pending) => mapPending(pending, view)),
    overlays: cpu.overlays.map((overlay): Overlay => ({
      ...overlay,
      value: mapValue(overlay.value, view),
    })),
    obligations: cpu.obligations.map((obligation): Obligation => ({
      ...obligation,
      value: mapValue(obligation.value, view),
    })),
  };
}

export function mapContext(context: Context, view: ViewMap): Context {
  const registers = context.registers.map((value) =>
    value === null ? null : mapValue(value, view),
  );
  return { ...context, registers };
}

export function mapValue(value: Value, view: ViewMap): Value {
  if (value.init === 0 && value.commit.view === 0) return value;
  return { ...value, init: view(value.init), commit: mapCommit(value.commit, view) };
}

export function mapCommit(commit: Commit, view: ViewMap): Commit {
  if (commit.view === 0) return commit;
  const mapped = view(commit.view);
  if (mapped === 0 && commit.pending === 0) return NOTHING;
  return { view: mapped, pending: commit.pending };
}

function mapPast(past: Past, view: ViewMap): Past {
  if ((past.viewOlder | past.viewNewest | past.made | past.commit.view) === 0) return past;
  return {
    ...past,
    viewOlder: view(past.viewOlder),
    viewNewest: view(past.viewNewest),
    made: view(past.made),
    commit: mapCommit(past.commit, view),
  };
}

function mapPending(pending: Pending, view: ViewMap): Pending {
  return {
    ...pending,
    address: mapValue(pending.address, view),
    value: pending.value === null ? null : mapValue(pending.value, view),
    commit: mapCommit(pending.commit, view),
    isync: view(pending.isync),
    eieio: mapCommit(pending.eieio, view),
    forwarded: view(pending.forwarded),
  };
}

function mapLocation(location: Location, view: ViewMap): Location {
  const messages = location.messages.map((message): Message => ({
    ...message,
    view: view(message.view),
    order: view(message.order),
  }));
  return { ...location, messages };
}
