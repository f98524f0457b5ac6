/** What a version of smp_call_function*() is, and a scene that it is looked at in (smp-call.ts). */
import type { CsdVersion } from './csd.ts';
import type { PreemptibleTask } from './preemption.ts';

export interface SmpCallVersion extends CsdVersion {
  /** How long preemption is off. */
  readonly preempt_off: 'to the end' | 'until sent' | 'never';
  /** Which CPUs a call waits for. */
  readonly cpumask: 'per CPU' | 'per task';
  /** Which CPUs it sends an IPI to, while it puts itself on queues. */
  readonly cpumask_ipi: 'per CPU' | 'per task';
  /** What smpcfd_dead_cpu() does with the csds of a CPU that is gone. */
  readonly dead_cpu: 'frees csds' | 'frees csds after RCU' | 'keeps csds';
  /** smp_call_function_any(): how many sections with preemption off choose the CPU and call it. */
  readonly any: 'one section' | 'two sections';
}

/**
 * `many` runs on all of `to`, `any` on one of it, `async` on the first of it, which nobody waits for.
 */
export interface Call {
  readonly kind: 'many' | 'any' | 'async';
  readonly to: readonly number[];
  /** smp_call_function_many_cond(): cond_func() wants none of the CPUs. */
  readonly none?: boolean;
  /** many: the caller does not wait. */
  readonly nowait?: boolean;
}

export interface SmpCallScene {
  readonly nr_cpus: number;
  readonly tasks: readonly (PreemptibleTask & { readonly calls: readonly Call[] })[];
  /** The CPU that goes offline, if one does. */
  readonly offline: number | null;
  /** Where the caller keeps what the function is to do. */
  readonly info: 'in the task' | 'per CPU' | 'on the stack';
  /** The function stores what its caller reads afterwards. */
  readonly effects: boolean;
  /** A CPU may get an IPI as late as it likes, or takes it before anything stops the CPU. */
  readonly ipi: 'late' | 'prompt';
  /** Whether W8 is asked: a caller waits for its own call, and not for those of others. */
  readonly alone: boolean;
}
