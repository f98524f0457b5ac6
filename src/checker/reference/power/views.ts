/**
 * Views and messages of the reference for `power`. A view gives, for each location, a position in
 * the location's coherence order: everything up to it is known. Position 0 is the initial value.
 */
export type View = readonly number[];

/** One write. */
export interface Message {
  readonly value: number;
  /** What a reader that is ordered behind this write has to know. */
  readonly view: View;
  /** Written by an atomic update: nothing may come between it and its predecessor. */
  readonly atomic: boolean;
}

/** By location, in coherence order; behind the locations, an empty entry a CPU (state.ts). */
export type Memory = readonly (readonly Message[])[];

export function bottom(memory: Memory): View {
  return memory.map(() => 0);
}

export function join(a: View, b: View): View {
  return a.map((position, location) => Math.max(position, b[location] ?? 0));
}

export function joinAt(view: View, location: number, position: number): View {
  return view.map((old, index) => (index === location ? Math.max(old, position) : old));
}

/** The view after a message was inserted at `at` of `location`. */
export function shift(view: View, location: number, at: number): View {
  return view.map((old, index) => (index === location && old >= at ? old + 1 : old));
}

export function messageAt(memory: Memory, location: number, position: number): Message {
  const message = memory[location]?.[position];
  if (message === undefined) throw new Error(`no message ${position} at location ${location}`);
  return message;
}

/** The memory with a message inserted; the message's view is given in positions before that. */
export function insert(memory: Memory, location: number, at: number, message: Message): Memory {
  return memory.map((messages, index) => {
    const added = index === location ? messages.toSpliced(at, 0, message) : messages;
    return added.map((old) => ({ ...old, view: shift(old.view, location, at) }));
  });
}

/**
 * Whether coherence order together with "u is in w's view" has no cycle: herd7's acyclic (co | prop).
 * It is enough to follow the newest message of a view, for those before it come first in coherence.
 */
export function isAcyclic(memory: Memory): boolean {
  const done = new Set<string>();
  const active = new Set<string>();
  const visit = (location: number, position: number): boolean => {
    const key = `${location}:${position}`;
    if (done.has(key)) return true;
    if (active.has(key)) return false;
    active.add(key);
    for (const [before, at] of predecessors(memory, location, position)) {
      if (!visit(before, at)) return false;
    }
    active.delete(key);
    done.add(key);
    return true;
  };
  return memory.every((messages, location) => messages.every((_, at) => visit(location, at)));
}

function predecessors(memory: Memory, location: number, position: number): [number, number][] {
  const { view } = messageAt(memory, location, position);
  const known = view.map((at, index): [number, number] => [index, at]);
  const others = known.filter(
    ([index, at]) =>
      at > 0 && (memory[index]?.length ?? 0) > 0 && (index !== location || at !== position),
  );
  return position === 0 ? others : [...others, [location, position - 1]];
}
