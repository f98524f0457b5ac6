/**
 * sys_membarrier(): a caller has every CPU that runs a thread of its process execute a full memory
 * barrier, so that those threads need none of their own.
 *
 * kernel/sched/membarrier.c: membarrier_private_expedited(), ipi_mb(), ipi_rseq(), and what the context
 * switch of kernel/sched/core.c does for it, access by access, with the barriers (a), (c), (d), (e) as
 * the comments there name them. A version says which of the patches and which of the barriers are in.
 *
 * Not modelled: the global and the registration commands, SYNC_CORE, a caller that migrates, and the
 * short cuts for a process with one thread and a machine with one CPU.
 */
import { mutex, mutex_is_locked, mutex_lock, mutex_unlock, spinlock } from 'kcheck';
import { names, raw_spin_lock, raw_spin_unlock } from 'kcheck';
import { READ_ONCE, shared, smp_mb, WRITE_ONCE } from 'kcheck';
import { cross_calls, ORDERED } from './cross-call.ts';
import type { CrossCallOrder } from './cross-call.ts';
import { percpu_rwsem } from './percpu-rwsem.ts';

export interface MembarrierVersion {
  /**
   * synchronize_sched: 2015, every CPU passes through its scheduler. expedited: one mutex for all.
   * posted: v2 of the mutex for each CPU. merged: that mutex for targeted commands only.
   */
  readonly code: 'synchronize_sched' | 'expedited' | 'posted' | 'merged';
  /** The caller, at entry and at exit. */
  readonly a: boolean;
  readonly c: boolean;
  /** The scheduler, before and after it stores rq->curr. */
  readonly d: boolean;
  readonly e: boolean;
  /** The interrupt handler. */
  readonly ipi_mb: boolean;
  readonly order: CrossCallOrder;
}

/** All barriers in place. */
export const ALL_BARRIERS: Omit<MembarrierVersion, 'code'> = {
  a: true,
  c: true,
  d: true,
  e: true,
  ipi_mb: true,
  order: ORDERED,
};

export interface MembarrierSetup {
  readonly nr_cpus: number;
  /** From these CPUs the system call is made, and these it may interrupt. */
  readonly callers: readonly number[];
  readonly targets: readonly number[];
  /** Whose threads the CPUs run at the start, one of `MM`, `MM2`, `OTHER` for each CPU. */
  readonly curr: readonly number[];
  /** These have interrupts off for good. */
  readonly irqs_off: readonly number[];
  /** Left out where they could only hide what the barriers are there for. */
  readonly mutexes: boolean;
  readonly rq_lock: boolean;
  /** Whether CPUs can come and go, so that membarrier takes cpus_read_lock(). */
  readonly hotplug: boolean;
}

/** What happens is told to whoever has properties to check; each call is one of ghost state. */
export interface MembarrierEvents {
  /** The tmpmask of the call from this CPU. */
  readonly zalloc_cpumask_var: (caller: number) => void;
  readonly free_cpumask_var: (caller: number) => void;
  /** IPIs of a broadcast (-1) or targeted command are on their way; all are answered. */
  readonly ipis_sent: (cpu_id: number) => void;
  readonly ipis_answered: (cpu_id: number) => void;
  /** The handler has run its barrier. */
  readonly interrupted: (cpu: number) => void;
  /** A thread returns to user mode, or enters the scheduler. */
  readonly user_mode: (cpu: number) => void;
  readonly kernel_mode: (cpu: number) => void;
}

const nothing = (): void => undefined;

/** For specs that look at memory alone. */
export const NO_EVENTS: MembarrierEvents = {
  zalloc_cpumask_var: nothing,
  free_cpumask_var: nothing,
  ipis_sent: nothing,
  ipis_answered: nothing,
  interrupted: nothing,
  user_mode: nothing,
  kernel_mode: nothing,
};

/** `rq->curr->mm`: a process, another one that calls membarrier, none or any other. */
export const MM = 1;
export const MM2 = 2;
export const OTHER = 0;

export function membarrier(v: MembarrierVersion, setup: MembarrierSetup, events: MembarrierEvents) {
  const { nr_cpus } = setup;
  const cpu_ids = Array.from({ length: nr_cpus }, (_, cpu) => cpu);
  const rq = setup.curr.map((mm) =>
    shared({
      curr: names(mm, { other: OTHER, mm: MM, mm2: MM2 }),
      lock: setup.rq_lock ? spinlock() : undefined,
    }),
  );
  const membarrier_ipi_mutex = shared(mutex());
  const membarrier_cpu_mutexes = cpu_ids.map((cpu) =>
    shared(mutex(), `membarrier_cpu_mutexes[${cpu}]`),
  );
  const cpu_hotplug_lock = setup.hotplug ? percpu_rwsem('cpu_hotplug_lock', nr_cpus) : null;
  const calls = cross_calls(setup_of_calls(v, setup), (cpu) => {
    if (v.code === 'synchronize_sched') pass_through_scheduler();
    else if (v.ipi_mb) smp_mb();
    events.interrupted(cpu);
  });

  // The scheduler.

  function schedule(cpu: number, mm: number): void {
    calls.local_irq_disable(cpu);
    if (setup.rq_lock) raw_spin_lock(rq[cpu].lock);
    if (v.d) smp_mb(); // (d), smp_mb__after_spinlock()
    WRITE_ONCE(rq[cpu].curr, mm);
    if (v.e) smp_mb(); // (e)
    if (setup.rq_lock) raw_spin_unlock(rq[cpu].lock);
    calls.local_irq_enable(cpu);
  }

  /** The CPU looks for something better to run and finds nothing: rq->curr stays what it is. */
  function pass_through_scheduler(): void {
    if (v.d) smp_mb();
    if (v.e) smp_mb();
  }

  // The system call.

  function broadcast(this_cpu: number, mm: number): void {
    let tmpmask = 0;
    for (const cpu of cpu_ids) {
      if (cpu !== this_cpu && READ_ONCE(rq[cpu].curr) === mm) tmpmask |= 1 << cpu;
    }
    events.ipis_sent(-1);
    calls.smp_call_function_many(this_cpu, tmpmask);
    events.ipis_answered(-1);
  }

  function targeted(this_cpu: number, cpu_id: number, mm: number): void {
    if (!cpu_possible(cpu_id) || READ_ONCE(rq[cpu_id].curr) !== mm) return;
    events.ipis_sent(cpu_id);
    calls.smp_call_function_single(this_cpu, cpu_id);
    events.ipis_answered(cpu_id);
  }

  /** `cpu_id < 0`, which unsigned is more than any CPU has, is no possible CPU either. */
  function cpu_possible(cpu_id: number): boolean {
    return cpu_id >>> 0 < nr_cpus;
  }

  function serialized(this_cpu: number, cpu_id: number, mm: number): void {
    if (cpu_hotplug_lock) cpu_hotplug_lock.percpu_down_read(this_cpu);
    if (cpu_id >= 0) targeted(this_cpu, cpu_id, mm);
    else broadcast(this_cpu, mm);
    if (cpu_id < 0) events.free_cpumask_var(this_cpu);
    if (cpu_hotplug_lock) cpu_hotplug_lock.percpu_up_read(this_cpu);
  }

  /** One mutex; with the posted patch, one for each CPU, and a broadcast is on none. */
  function membarrier_private_expedited(this_cpu: number, cpu_id: number, mm: number): void {
    if (v.a) smp_mb(); // (a)
    if (cpu_id < 0) events.zalloc_cpumask_var(this_cpu);
    if (v.code === 'posted' && !cpu_possible(cpu_id)) return;
    const lock = v.code === 'posted' ? membarrier_cpu_mutexes[cpu_id] : membarrier_ipi_mutex;
    if (setup.mutexes) mutex_lock(lock);
    serialized(this_cpu, cpu_id, mm);
    if (v.c) smp_mb(); // (c)
    if (setup.mutexes) mutex_unlock(lock);
  }

  /** As merged: the guards of (a) and (c) are around everything. */
  function membarrier_private_expedited_merged(this_cpu: number, cpu_id: number, mm: number): void {
    if (v.a) smp_mb(); // (a)
    if (cpu_id < 0 || cpu_possible(cpu_id)) {
      const lock = cpu_id < 0 ? membarrier_ipi_mutex : membarrier_cpu_mutexes[cpu_id];
      if (cpu_id < 0) events.zalloc_cpumask_var(this_cpu);
      if (setup.mutexes) mutex_lock(lock);
      serialized(this_cpu, cpu_id, mm);
      if (setup.mutexes) mutex_unlock(lock);
    }
    if (v.c) smp_mb(); // (c)
  }

  /** A grace period begins and ends with a full barrier. */
  function synchronize_sched(this_cpu: number): void {
    if (v.a) smp_mb();
    events.ipis_sent(-1);
    calls.smp_call_function_many(this_cpu, (1 << nr_cpus) - 1);
    events.ipis_answered(-1);
    if (v.c) smp_mb();
  }

  return {
    runs: calls.runs,

    /** `cpu_id`: -1 without MEMBARRIER_CMD_FLAG_CPU. `mm`: current->mm. */
    sys_membarrier(this_cpu: number, cpu_id: number, mm = MM): void {
      if (v.code === 'synchronize_sched') synchronize_sched(this_cpu);
      else if (v.code === 'merged') membarrier_private_expedited_merged(this_cpu, cpu_id, mm);
      else membarrier_private_expedited(this_cpu, cpu_id, mm);
    },

    schedule_in(cpu: number): void {
      schedule(cpu, MM);
      events.user_mode(cpu);
    },

    schedule_out(cpu: number): void {
      events.kernel_mode(cpu);
      schedule(cpu, OTHER);
    },

    /** A formula: whether one of the mutexes is held. */
    serializing(): boolean {
      let held = mutex_is_locked(membarrier_ipi_mutex);
      for (const each of membarrier_cpu_mutexes) held = held || mutex_is_locked(each);
      return held;
    },

    /** Somebody takes a CPU on or off line. */
    cpus_write(): void {
      if (!cpu_hotplug_lock) return;
      cpu_hotplug_lock.percpu_down_write();
      cpu_hotplug_lock.percpu_up_write();
    },
  };
}

function setup_of_calls(v: MembarrierVersion, setup: MembarrierSetup) {
  const { nr_cpus, callers, targets, irqs_off } = setup;
  return { nr_cpus, senders: callers, targets, irqs_off, order: v.order };
}
