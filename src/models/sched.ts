/**
 * CPUs that schedule tasks: runqueues, context switches, preemption and migration, as far as a
 * mechanism that lives in the scheduler can notice them.
 *
 * kernel/sched/core.c: __schedule(), context_switch(), detach_task(), task_rq_lock().
 *
 * Every CPU runs a context of its own, its scheduler. At any moment at which the task on the CPU has
 * interrupts enabled, the scheduler may take the CPU away from it (preempted or asleep, it makes no
 * difference here) and give it to another task that is off CPU, or idle. A task that last ran
 * elsewhere is moved first, under the lock of the runqueue that it leaves.
 *
 * What orders memory is written out: the two runqueue locks that a task goes through on its way from
 * one CPU to another, and smp_mb__after_spinlock(). Who runs where, and which CPU has interrupts off,
 * is ghost state. A wake-up that moves a task under pi_lock alone is not modelled:
 * docs/design/scheduler-model.md says why that hides nothing here.
 */
import {
  atomic,
  choose,
  cpus,
  ghost,
  names,
  progress,
  raw_spin_lock,
  raw_spin_unlock,
  service,
  shared,
  smp_mb__after_spinlock,
  spinlock,
  task,
  u8,
  wait_until,
  WRITE_ONCE,
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
  /** How often it may be scheduled in; null: as often as it likes. */
  readonly wakes: number | null;
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
  const tires = setup.map((t) => t.wakes !== null);

  /** By CPU and by what `rq->curr` would be. */
  const cpu_allowed = cpu_ids.map((cpu) => [
    true,
    ...setup.map((t) => !t.pinned || t.cpu === cpu),
  ]);

  /** Whether the CPU may switch to `next`, with `prev` on it. */
  function can_run(prev: number, next: number): boolean {
    if (next === IDLE) return prev !== IDLE;
    return state[next - 1].value === OFF && wakes[next - 1].value > 0;
  }

  /** Interrupts go off, and the scheduler has made up its mind. */
  function pick_next_task(cpu: number, prev: number): { next: number; from: number } {
    let next = 0;
    let from = cpu;
    atomic(() => {
      next = choose(setup.length + 1);
      const allowed = cpu_allowed[cpu][next];
      wait_until(() => !irqs_off[cpu].value && allowed && can_run(prev, next));
      if (prev !== IDLE && state[prev - 1].value === RUNNING) state[prev - 1].value = SWITCHING;
      if (next !== IDLE) {
        state[next - 1].value = SWITCHING;
        from = task_cpu[next - 1].value;
        if (tires[next - 1]) wakes[next - 1].value -= 1;
      }
    });
    return { next, from };
  }

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
        if (from !== cpu) detach_task(next, from, cpu);
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
      atomic(() => {
        irqs_off[task_cpu[current].value].value = true;
        cpu = task_cpu[t].value;
      });
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

    task_rq_unlock(current: Current, cpu: number): void {
      atomic(() => {
        raw_spin_unlock(rq[cpu].lock);
        irqs_off[task_cpu[current].value].value = false;
      });
    },

    wake_up_new_task(t: number): void {
      state[t].value = OFF;
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
