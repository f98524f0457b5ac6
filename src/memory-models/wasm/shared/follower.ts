/** A thread that explores with others, and does as the leader says. */
import { Control, ThreadGone } from './control.ts';
import type { Phase } from './control.ts';
import { SharedEngine } from './engine.ts';
import type { SharedObserver, SharedParts } from './parts.ts';
import { SharedSpace } from './space.ts';

/** The observer is told, before what is found in a level, which one it is. */
export interface FollowingObserver extends SharedObserver {
  level: number;
}

/** Returns when the leader needs it no more, and the observer has been told of everything. */
export function follow(parts: SharedParts, thread: number, observer: FollowingObserver): void {
  const control = new Control(parts.memory.buffer, parts.places.control);
  const { chunks } = parts.places;
  const space = new SharedSpace(parts.memory, control, chunks, recordBytes(parts));
  let seen = 0;
  const next = (): Phase => {
    const begun = control.next(seen);
    seen = begun.seen;
    return begun.phase;
  };
  const engine = new SharedEngine(parts, thread, control, space, () => {
    control.set('growing', 1);
    control.arrive();
    for (let phase = next(); phase !== 'expand'; phase = next()) {
      if (phase === 'leave') throw new ThreadGone();
      engine.fillTable();
      control.arrive();
    }
    engine.useTable();
  });
  engine.observer = observer;
  control.add('ready', 1);
  for (let phase = next(); phase !== 'leave'; phase = next()) {
    if (phase === 'expand') expandLevel(engine, control, observer);
    else engine.fillTable();
    control.arrive();
  }
}

function expandLevel(engine: SharedEngine, control: Control, observer: FollowingObserver): void {
  engine.useTable();
  observer.level = control.get('level');
  while (engine.expandNext());
  engine.closeSegment();
}

export function recordBytes({ widths }: Pick<SharedParts, 'widths'>): number {
  return Math.ceil(widths.reduce((sum, { bytes }) => sum + bytes, 0) / 8) * 8;
}
