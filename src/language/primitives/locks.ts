/**
 * Spinlocks and mutexes: a read-modify-write with acquire ordering that waits until the lock is free,
 * and a store with release ordering.
 *
 * That a context releases only what it holds is checked where the paths to the release agree that it
 * does not hold the lock: the release then fails an assertion. It is not checked where they disagree,
 * or where a model value chooses the lock: a release is one store, and the check would be an access
 * of its own.
 */
import { acting, load, store, update } from '../staging/accesses.ts';
import { Cell } from '../staging/cells.ts';
import { staging } from '../staging/current.ts';
import { BOOL, binary, constant } from '../staging/expressions.ts';
import { locateLock } from '../staging/locations.ts';
import { typed } from './types.ts';
import type { Expr } from '../../machine/machine.ts';
import type { Stage } from '../staging/stage.ts';
import type { Target } from '../staging/locations.ts';
import type { Lock, Mutex } from './types.ts';

/** Waits until the lock is free, and takes it. What follows comes after it. */
export function spin_lock(lock: Lock): void {
  take('spin_lock', lock);
}

/** Releases the lock. What precedes comes before it. */
export function spin_unlock(lock: Lock): void {
  release('spin_unlock', lock);
}

/** Takes the lock if it is free; tells whether it did. A failed one orders nothing. */
export function spin_trylock(lock: Lock): boolean {
  return tryToTake('spin_trylock', lock);
}

/** Whether anyone holds the lock; orders nothing. */
export function spin_is_locked(lock: Lock): boolean {
  return isTaken('spin_is_locked', lock);
}

/** Waits until the lock is free, and takes it. What follows comes after it. */
export function raw_spin_lock(lock: Lock): void {
  take('raw_spin_lock', lock);
}

/** Releases the lock. What precedes comes before it. */
export function raw_spin_unlock(lock: Lock): void {
  release('raw_spin_unlock', lock);
}

/** Takes the lock if it is free; tells whether it did. A failed one orders nothing. */
export function raw_spin_trylock(lock: Lock): boolean {
  return tryToTake('raw_spin_trylock', lock);
}

/** Whether anyone holds the lock; orders nothing. */
export function raw_spin_is_locked(lock: Lock): boolean {
  return isTaken('raw_spin_is_locked', lock);
}

/** Waits until the mutex is free, and takes it. What follows comes after it. */
export function mutex_lock(lock: Mutex): void {
  take('mutex_lock', lock);
}

/** Releases the mutex. What precedes comes before it. */
export function mutex_unlock(lock: Mutex): void {
  release('mutex_unlock', lock);
}

/** Takes the mutex if it is free; tells whether it did. A failed one orders nothing. */
export function mutex_trylock(lock: Mutex): boolean {
  return tryToTake('mutex_trylock', lock);
}

/** Whether anyone holds the mutex; orders nothing. */
export function mutex_is_locked(lock: Mutex): boolean {
  return isTaken('mutex_is_locked', lock);
}

const isFree = (word: Expr): Expr => binary('==', word, constant(0));

function take(primitive: string, lock: unknown): void {
  const { stage, target, mine } = locking(primitive, lock);
  update(stage, target, { primitive, order: 'acquire', value: () => mine, until: isFree });
  note(stage, target, 'held');
}

function tryToTake(primitive: string, lock: unknown): boolean {
  const { stage, target, mine } = locking(primitive, lock);
  const what = { primitive, order: 'acquire', value: () => mine, condition: isFree } as const;
  const { expr } = update(stage, target, what);
  note(stage, target, 'unknown');
  return typed(stage.scalar(isFree(expr), BOOL));
}

function release(primitive: string, lock: unknown): void {
  const { stage, target } = locking(primitive, lock);
  if (state(stage, target) === 'free') {
    const name = `${primitive}() of a lock that is not held`;
    stage.record({ kind: 'assert', condition: constant(0), name, implied: true });
  }
  store(stage, target, constant(0), 'release', primitive);
  note(stage, target, 'free');
}

function isTaken(primitive: string, lock: unknown): boolean {
  const stage = staging(`${primitive}()`);
  const target = locateLock(stage, lock, primitive);
  const { expr } = load(stage, target, 'relaxed', primitive);
  return typed(stage.scalar(binary('!=', expr, constant(0)), BOOL));
}

interface Locking {
  readonly stage: Stage;
  readonly target: Target;
  /** What a lock holds that this context holds. */
  readonly mine: Expr;
}

function locking(primitive: string, lock: unknown): Locking {
  const stage = acting(staging(`${primitive}()`), `${primitive}()`);
  return { stage, target: locateLock(stage, lock, primitive), mine: constant(stage.context + 1) };
}

/** What a context knows of a lock; where paths disagree, the variable is poison, and it knows nothing. */
type LockState = 'free' | 'held' | 'unknown';

function state(stage: Stage, { address }: Target): unknown {
  const [only] = address.candidates;
  return only !== undefined && address.candidates.length === 1
    ? record(stage, only).raw
    : 'unknown';
}

function note(stage: Stage, { address }: Target, now: LockState): void {
  const known = address.candidates.length === 1;
  for (const each of address.candidates)
    stage.trail.put(record(stage, each), known ? now : 'unknown');
}

/** Born before everything else, so that no join takes it for a variable of one path. */
function record(stage: Stage, location: number): Cell {
  const known = stage.locks.get(location);
  if (known) return known;
  const cell = new Cell('lock', 'free' satisfies LockState, 0);
  stage.locks.set(location, cell);
  return cell;
}
