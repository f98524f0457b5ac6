/** Loads, stores and fences, with the kernel's names and orderings. */
import { acting, load, store } from '../staging/accesses.ts';
import { staging } from '../staging/current.ts';
import { fitting, locateShared } from '../staging/locations.ts';
import { truth } from '../staging/operators.ts';
import { toScalar } from '../staging/scalars.ts';
import { pureSection } from '../staging/section.ts';
import { refuse } from '../errors.ts';
import { describe } from '../staging/cells.ts';
import { typed } from './types.ts';
import type { Fence, LoadOrder, StoreOrder } from '../../machine/machine.ts';
import type { Shared } from './types.ts';

/** Loads; orders nothing by itself. */
export function READ_ONCE<T>(location: Shared<T>): T {
  return read('READ_ONCE', location, 'relaxed');
}

/** Stores; orders nothing by itself. */
export function WRITE_ONCE<T>(location: Shared<T>, value: NoInfer<T>): void {
  write('WRITE_ONCE', location, value, 'relaxed');
}

/** Loads; what follows comes after it. */
export function smp_load_acquire<T>(location: Shared<T>): T {
  return read('smp_load_acquire', location, 'acquire');
}

/** Stores; what precedes comes before it. */
export function smp_store_release<T>(location: Shared<T>, value: NoInfer<T>): void {
  write('smp_store_release', location, value, 'release');
}

/** `WRITE_ONCE()`, then `smp_mb()`. */
export function smp_store_mb<T>(location: Shared<T>, value: NoInfer<T>): void {
  write('smp_store_mb', location, value, 'relaxed');
  fence('smp_store_mb', 'mb');
}

/** Loads a pointer; what is accessed through it comes after, by the address dependency. */
export function rcu_dereference<T>(location: Shared<T>): T {
  return read('rcu_dereference', location, 'relaxed');
}

/** Stores a pointer with release ordering: what it points to is initialised before. */
export function rcu_assign_pointer<T>(location: Shared<T>, value: NoInfer<T>): void {
  write('rcu_assign_pointer', location, value, 'release');
}

/** Waits until a value is read for which `condition` holds; returns it. Orders nothing else. */
export function smp_cond_load_relaxed<T>(location: Shared<T>, condition: (value: T) => boolean): T {
  return readUntil('smp_cond_load_relaxed', location, 'relaxed', condition);
}

/** Waits until a value is read for which `condition` holds; what follows comes after that load. */
export function smp_cond_load_acquire<T>(location: Shared<T>, condition: (value: T) => boolean): T {
  return readUntil('smp_cond_load_acquire', location, 'acquire', condition);
}

/** Full barrier. */
export function smp_mb(): void {
  fence('smp_mb', 'mb');
}

/** Orders loads against loads. */
export function smp_rmb(): void {
  fence('smp_rmb', 'rmb');
}

/** Orders stores against stores. */
export function smp_wmb(): void {
  fence('smp_wmb', 'wmb');
}

/** Full barrier before an atomic operation that orders nothing. */
export function smp_mb__before_atomic(): void {
  fence('smp_mb__before_atomic', 'mb__before_atomic');
}

/** Full barrier after an atomic operation that orders nothing. */
export function smp_mb__after_atomic(): void {
  fence('smp_mb__after_atomic', 'mb__after_atomic');
}

/** Turns the spin_lock() before it into a full barrier. */
export function smp_mb__after_spinlock(): void {
  fence('smp_mb__after_spinlock', 'mb__after_spinlock');
}

/** Turns an unlock and the lock before it into a full barrier. */
export function smp_mb__after_unlock_lock(): void {
  fence('smp_mb__after_unlock_lock', 'mb__after_unlock_lock');
}

/** Compiler barrier: no instruction. */
export function barrier(): void {
  fence('barrier', 'barrier');
}

/** What a spinning loop does between two looks: nothing that a memory model knows of. */
export function cpu_relax(): void {
  staging('cpu_relax()');
}

/** A load under a name that traces show. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as of typed()
export function read<T>(primitive: string, location: unknown, order: LoadOrder): T {
  const stage = staging(`${primitive}()`);
  return typed(load(stage, locateShared(stage, location, primitive), order, primitive).value);
}

/** A store under a name that traces show. */
export function write(
  primitive: string,
  location: unknown,
  value: unknown,
  order: StoreOrder,
): void {
  const stage = staging(`${primitive}()`);
  const target = locateShared(stage, location, primitive);
  store(stage, target, fitting(stage, value, target.type, `${primitive}()`), order, primitive);
}

function readUntil<T>(
  primitive: string,
  location: unknown,
  order: LoadOrder,
  condition: (value: T) => boolean,
): T {
  const stage = acting(staging(`${primitive}()`), `${primitive}()`);
  if (typeof condition !== 'function') {
    refuse(
      'KC0121',
      `${primitive}() is given ${describe(condition)}`,
      `Write ${primitive}(location, (value) => …).`,
    );
  }
  const target = locateShared(stage, location, primitive);
  const loaded = load(stage, target, order, primitive, ({ value }) => {
    stage.ghosts = false;
    const holds = pureSection(stage, `${primitive}()`, () => condition(typed(value)));
    stage.ghosts = true;
    return toScalar(truth(holds), stage).expr;
  });
  return typed(loaded.value);
}

function fence(primitive: string, kind: Fence): void {
  acting(staging(`${primitive}()`), `${primitive}()`).fence(kind);
}
