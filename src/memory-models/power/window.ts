/** The accesses that a CPU has put off (R7), and what ppc.cat's cc0 makes them wait for. */
import { at } from '../../machine/graph.ts';
import { NOTHING } from './state.ts';
import type { Commit, Cpu, Obligation, Overlay, Pending } from './state.ts';
import { joinCommits, resolve, settle } from './values.ts';
import type { View, Views } from './views.ts';

/** The window's earlier accesses to the same location, as bits. */
export function sameLocation(window: readonly Pending[], place: number): number {
  const { location } = at(window, place);
  let bits = 0;
  if (location === null) return 0;
  for (let i = 0; i < place; i++) if (at(window, i).location === location) bits |= 1 << i;
  return bits;
}

/** Everything that cc0 leads from to what `commit` stands for: with all of the pending accesses' own. */
export function closure(views: Views, window: readonly Pending[], commit: Commit): Commit {
  let { view, pending } = commit;
  let done = 0;
  while ((pending & ~done) !== 0) {
    const place = 31 - Math.clz32(pending & ~done);
    done |= 1 << place;
    const more = at(window, place).commit;
    view = views.join(view, more.view);
    pending |= more.pending | sameLocation(window, place);
  }
  return view === commit.view && pending === commit.pending ? commit : { view, pending };
}

/** cc0 backwards from the access at `place`, itself not included. */
export function commitOf(views: Views, window: readonly Pending[], place: number): Commit {
  const { commit } = at(window, place);
  const pending = commit.pending | sameLocation(window, place);
  return closure(views, window, { view: commit.view, pending });
}

export function hasLoad(window: readonly Pending[], bits: number): boolean {
  return window.some(({ kind }, place) => kind === 'load' && (bits & (1 << place)) !== 0);
}

export function addressesKnown(window: readonly Pending[], upTo: number): boolean {
  return window.every(({ location }, place) => place > upTo || location !== null);
}

export function canLoad(window: readonly Pending[], place: number): boolean {
  return addressesKnown(window, place) && !hasLoad(window, sameLocation(window, place));
}

export function canStore(views: Views, window: readonly Pending[], place: number): boolean {
  const { value, eieio } = at(window, place);
  return (
    value?.known != null &&
    addressesKnown(window, place) &&
    sameLocation(window, place) === 0 &&
    eieio.pending === 0 &&
    !hasLoad(window, commitOf(views, window, place).pending)
  );
}

/** What an access leaves behind when it goes: a load's result, and the views of both. */
export interface Left {
  readonly read: { readonly result: number; readonly init: View } | null;
  readonly commit: Commit;
  /** Of a store: its message with its view. */
  readonly observed: View;
}

/** The CPU without the access at `place`; everything that stood on it stands on what it left. */
export function leave(views: Views, cpu: Cpu, place: number, left: Left): Cpu {
  const gone = at(cpu.window, place);
  const commit = (old: Commit): Commit => settle(views, old, place, left.commit);
  const placed: Commit = { view: left.observed, pending: 0 };
  const window = cpu.window.toSpliced(place, 1).map((pending, index): Pending => {
    const later = index >= place;
    const follows = later && gone.location !== null && pending.location === gone.location;
    const own = commit(pending.commit);
    return {
      ...pending,
      address: resolve(views, pending.address, place, left.read, left.commit),
      value:
        pending.value === null
          ? null
          : resolve(views, pending.value, place, left.read, left.commit),
      commit: follows ? joinCommits(views, own, commit({ ...NOTHING, pending: 1 << place })) : own,
      eieio: settle(views, pending.eieio, place, placed),
    };
  });
  return {
    ...cpu,
    window,
    control: commit(cpu.control),
    address: commit(cpu.address),
    eieio: settle(views, cpu.eieio, place, placed),
    past: cpu.past.map((past) =>
      past.commit.pending === 0 ? past : { ...past, commit: commit(past.commit) },
    ),
    overlays: cpu.overlays.map((overlay): Overlay => ({
      ...overlay,
      value: resolve(views, overlay.value, place, left.read, left.commit),
    })),
    obligations: cpu.obligations.map((obligation): Obligation => ({
      ...obligation,
      value: resolve(views, obligation.value, place, left.read, left.commit),
    })),
  };
}
