/**
 * The module `kcheck`: what a spec imports. Primitives have the kernel's names, argument order and
 * orderings; docs/spec-language.md tells how to write with them.
 */
export { shared, ghost } from './primitives/memory.ts';
export {
  bool,
  flags,
  hex,
  mutex,
  names,
  pointer,
  ranged,
  s16,
  s8,
  spinlock,
  u16,
  u8,
} from './primitives/initialisers.ts';
export { cpu, cpus, observer, service, task } from './primitives/contexts.ts';
export { always_possible, finally_, invariant, sometimes } from './primitives/properties.ts';
export { assert, atomic, choose, choose_bool, progress, wait_until } from './primitives/control.ts';
export {
  barrier,
  cpu_relax,
  rcu_assign_pointer,
  rcu_dereference,
  READ_ONCE,
  smp_cond_load_acquire,
  smp_cond_load_relaxed,
  smp_load_acquire,
  smp_mb,
  smp_mb__after_atomic,
  smp_mb__after_spinlock,
  smp_mb__after_unlock_lock,
  smp_mb__before_atomic,
  smp_rmb,
  smp_store_mb,
  smp_store_release,
  smp_wmb,
  WRITE_ONCE,
} from './primitives/accesses.ts';
export * from './primitives/atomics.ts';
export * from './primitives/bits.ts';
export * from './primitives/exchange.ts';
export * from './primitives/locks.ts';
export { defineConfig } from './config.ts';
export { spec } from './spec.ts';
export type { Config } from './config.ts';
export type { FlagsDisplay } from './primitives/initialisers.ts';
export type { ContextOptions } from './primitives/contexts.ts';
export type {
  Ghost,
  GhostOf,
  Initialiser,
  Lock,
  Mutex,
  Shared,
  SharedOf,
} from './primitives/types.ts';
export type { Fairness } from '../machine/fairness.ts';
export type { Expected, MemoryModelName, RunName, Spec, SpecDefinition } from './spec.ts';
