/**
 * CPUs that schedule tasks: runqueues, context switches, preemption and migration, as far as a
 * mechanism that lives in the scheduler can notice them.
 *
 * kernel/sched/core.c: __schedule(), context_switch(), detach_task(), task_rq_lock().
 *
 * Every CPU runs a context of its own, its scheduler. At any moment at which the task on the CPU has
 * interrupts enabled, the scheduler may take the CPU away from it (preempted or asleep, it makes no
 * difference here) and give it to another task that is off CPU, or idle. A task with code of its own is
 * preempted: it stays queued, and moves to another CPU under the lock of the runqueue that it leaves
 * (detach_task()). Any other task sleeps: it is woken under its pi_lock, once it is off its last CPU
 * (try_to_wake_up()).
 *
 * What orders memory is written out: the locks that a task goes through on its way from one CPU to
 * another, on_cpu, and smp_mb__after_spinlock(). Who runs where, and which CPU has interrupts off, is
 * ghost state. docs/design/scheduler-model.md says what of the kernel is in here and what is not.
 */
import {
  atomic,
  bool,
  choose,
  cpu_relax,
  cpus,
  ghost,
  names,
  progress,
  raw_spin_lock,
  raw_spin_unlock,
  service,
  shared,
  smp_mb__after_spinlock,
  smp_store_release,
  spinlock,
  task,
  u8,
  wait_until,
  WRITE_ONCE,
  xchg_acquire,
} from 'kcheck';
import type { Lock } from 'kcheck';

/** Not yet visible; off CPU and ready to run; in a context switch; running; gone. */
export const NEW = 0;
export const OFF = 1;
export const SWITCHING = 2;
export const RUNNING = 3;
export const DEAD = 4;

/** What `rq->curr` holds for the idle task; task i is i + 1. */
export const IDLE = 0;

export interface TaskSetup {
  readonly name: string;
  /** The CPU that it runs on, or last ran on. */
  readonly cpu: number;
  readonly state: number;
  /** How often a bystander may be scheduled in; null: a task with code of its own, no limit. */
  readonly wakes: number | null;
  /**
   * How often a task with code of its own may be preempted before it has come to its end, where it
   * goes to sleep for good; left out: no limit, and no sleep. With a limit, histories are finite.
   */
  readonly preemptions?: number;
  /** It runs on `cpu` only; otherwise wherever there is room. */
  readonly pinned?: boolean;
}

/** The task that executes a function: its number. */
export type Current = number;

/**
 * `switch_to(cpu, prev, next)` is what the mechanism does in the context switch, with the runqueue
 * locked; `property` names what fails when a CPU can never come out of its scheduler again.
 */
export function scheduler(
  nr_cpus: number,
  setup: readonly TaskSetup[],
  switch_to: (cpu: number, prev: number, next: number) => void,
  property: string,
) {
  const task_names = Object.fromEntries(setup.map(({ name }, i) => [name, i + 1]));
  const cpu_ids = cpus(nr_cpus);
  const rq = cpu_ids.map((cpu) =>
    shared({
      lock: spinlock(),
      curr: names(running_on(setup, cpu), { idle: IDLE, ...task_names }),
    }),
  );
  const state = setup.map((t) =>
    ghost(names(t.state, { NEW, OFF, SWITCHING, RUNNING, DEAD }), `${t.name}.state`),
  );
  const task_cpu = setup.map((t) => ghost(u8(t.cpu), `${t.name}.cpu`));
  const irqs_off = cpu_ids.map((cpu) => ghost(false, `CPU${cpu}.irqs_off`));
  const wakes = setup.map((t) => ghost(u8(t.wakes ?? 1), `${t.name}.wakes`));
  const preemptions = setup.map((t) => ghost(u8(t.preemptions ?? 0), `${t.name}.preemptions`));
  /** Bystanders: they sleep and are woken. Tasks with code of their own are preempted. */
  const sleeps = setup.map((t) => t.wakes !== null);
  const is_limited = setup.map((t) => t.preemptions !== undefined);
  const p = setup.map((t) =>
    shared({ pi_lock: spinlock(), on_cpu: bool(t.state === RUNNING) }, t.name),
  );

  /** By CPU and by what `rq->curr` would be. */
  const cpu_allowed = cpu_ids.map((cpu) => [true, ...setup.map((t) => !t.pinned || t.cpu === cpu)]);

  /** Whether the CPU may switch to `next`, with `prev` on it. */
  function can_run(prev: number, next: number): boolean {
    if (prev !== IDLE && is_limited[prev - 1] && !can_preempt(prev - 1)) return false;
    if (next === IDLE) return prev !== IDLE;
    return state[next - 1].value === OFF && wakes[next - 1].value > 0;
  }

  function can_preempt(t: number): boolean {
    return preemptions[t].value > 0 || wakes[t].value === 0 || state[t].value === DEAD;
  }

  /** Interrupts go off, and the scheduler has made up its mind. */
  function pick_next_task(cpu: number, prev: number): { next: number; from: number } {
    let next = 0;
    let from = cpu;
    atomic(() => {
      next = choose(setup.length + 1);
      const allowed = cpu_allowed[cpu][next];
      wait_until(() => !irqs_off[cpu].value && allowed && can_run(prev, next));
      if (prev !== IDLE && state[prev - 1].value === RUNNING) {
        if (is_limited[prev - 1] && wakes[prev - 1].value > 0) preemptions[prev - 1].value -= 1;
        state[prev - 1].value = SWITCHING;
      }
      if (next !== IDLE) {
        state[next - 1].value = SWITCHING;
        from = task_cpu[next - 1].value;
        if (sleeps[next - 1]) wakes[next - 1].value -= 1;
      }
    });
    return { next, from };
  }

  /** A sleeping task: whatever its last CPU is doing, its pi_lock is enough. */
  function try_to_wake_up(next: number, cpu: number): void {
    raw_spin_lock(p[next - 1].pi_lock);
    while (xchg_acquire(p[next - 1].on_cpu, true)) cpu_relax();
    atomic(() => {
      raw_spin_unlock(p[next - 1].pi_lock);
      task_cpu[next - 1].value = cpu;
    });
  }

  /** A task that was preempted is still queued: it moves under the lock of its runqueue. */
  function detach_task(next: number, from: number, cpu: number): void {
    raw_spin_lock(rq[from].lock);
    atomic(() => {
      raw_spin_unlock(rq[from].lock);
      task_cpu[next - 1].value = cpu;
    });
  }

  function __schedule(cpu: number, prev: number, next: number): void {
    raw_spin_lock(rq[cpu].lock);
    smp_mb__after_spinlock();
    WRITE_ONCE(rq[cpu].curr, next);
    switch_to(cpu, prev, next);
    if (prev !== IDLE && sleeps[prev - 1]) smp_store_release(p[prev - 1].on_cpu, false);
    atomic(() => {
      raw_spin_unlock(rq[cpu].lock);
      if (prev !== IDLE && state[prev - 1].value === SWITCHING) state[prev - 1].value = OFF;
      if (next !== IDLE) state[next - 1].value = RUNNING;
    });
  }

  for (const cpu of cpu_ids) {
    service(`sched/${cpu}`, { cpu, property }, () => {
      let prev = running_on(setup, cpu);
      for (;;) {
        progress();
        const { next, from } = pick_next_task(cpu, prev);
        if (next !== IDLE && sleeps[next - 1]) try_to_wake_up(next, cpu);
        else if (from !== cpu) detach_task(next, from, cpu);
        __schedule(cpu, prev, next);
        prev = next;
      }
    });
  }

  return {
    rq,
    state,
    task_cpu,

    /**
     * Interrupts go off before it spins: from there on there is no way back without the lock. Returns
     * this_cpu, which stays what it is until interrupts are on again.
     */
    raw_spin_lock_irq(current: Current, lock: Lock): number {
      let cpu = 0;
      atomic(() => {
        cpu = task_cpu[current].value;
        irqs_off[cpu].value = true;
      });
      raw_spin_lock(lock);
      return cpu;
    },

    raw_spin_unlock_irq(current: Current, lock: Lock): void {
      atomic(() => {
        raw_spin_unlock(lock);
        irqs_off[task_cpu[current].value].value = false;
      });
    },

    /** Locks the runqueue of `t`, with interrupts off: the CPU that `t` runs on, or last ran on. */
    task_rq_lock(current: Current, t: number): number {
      let cpu = 0;
      if (sleeps[t]) {
        this.local_irq_disable(current);
        raw_spin_lock(p[t].pi_lock);
        cpu = task_cpu[t].value;
      } else {
        atomic(() => {
          irqs_off[task_cpu[current].value].value = true;
          cpu = task_cpu[t].value;
        });
      }
      for (;;) {
        const locked = cpu;
        atomic(() => {
          raw_spin_lock(rq[locked].lock);
          cpu = task_cpu[t].value;
        });
        if (cpu === locked) return cpu;
        raw_spin_unlock(rq[locked].lock);
      }
    },

    task_rq_unlock(current: Current, t: number, cpu: number): void {
      if (sleeps[t]) {
        raw_spin_unlock(rq[cpu].lock);
        this.raw_spin_unlock_irq(current, p[t].pi_lock);
      } else {
        this.raw_spin_unlock_irq(current, rq[cpu].lock);
      }
    },

    /** The child may run from here on; what its parent did for it is ordered before that. */
    wake_up_new_task(t: number): void {
      raw_spin_lock(p[t].pi_lock);
      atomic(() => {
        raw_spin_unlock(p[t].pi_lock);
        state[t].value = OFF;
      });
    },

    local_irq_disable(current: Current): void {
      atomic(() => {
        irqs_off[task_cpu[current].value].value = true;
      });
    },

    /** Nobody wakes it again. Where preemptions are limited, a task that has no more to do says so. */
    sleep_for_good(current: Current): void {
      if (is_limited[current]) wakes[current].value = 0;
    },

    /** The last a task does; what is left is to be scheduled out. */
    do_task_dead(current: Current): void {
      state[current].value = DEAD;
    },

    /** A task with code of its own; it must come to its end. */
    thread(t: number, ends: string, body: () => void): void {
      const { name } = setup[t];
      task(
        name,
        {
          cpu: () => task_cpu[t].value,
          when: () => state[t].value === RUNNING,
          property: ends,
        },
        body,
      );
    },
  };
}

function running_on(setup: readonly TaskSetup[], cpu: number): number {
  return setup.findIndex((t) => t.cpu === cpu && t.state === RUNNING) + 1;
}

export type Scheduler = ReturnType<typeof scheduler>;
