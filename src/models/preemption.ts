/**
 * CPUs that run tasks, as a mechanism notices them that disables preemption: who is on a CPU, whether
 * it can be taken away, whether an interrupt handler runs on top.
 *
 * include/linux/preempt.h; kernel/sched/core.c: __schedule(), finish_task(), try_to_wake_up().
 *
 * A CPU that can be reached by more than one task, or a task that can run on more than one CPU, is
 * scheduled: as long as neither preemption nor interrupts are off, the task may lose the CPU, and any
 * task that is on none may get it. src/models/sched.ts has the runqueues and their locks; here a
 * switch is what orders memory in it, and no more: `on_cpu` is stored with release when the task has
 * left (finish_task()), and acquired by the CPU that takes it next. Such a word is a lock, and is
 * declared as one. A CPU that is scheduled is idle at the start.
 *
 * Who runs where, and what is off, is ghost state. preempt_count is one bit: sections do not nest.
 */
import {
  atomic,
  choose,
  cpus,
  ghost,
  names,
  observer,
  raw_spin_lock,
  raw_spin_unlock,
  shared,
  spinlock,
  task,
  u8,
  wait_until,
} from 'kcheck';

/** The task that executes a function: its number. */
export type Current = number;

export interface PreemptibleTask {
  readonly name: string;
  /** The CPUs that it may run on. */
  readonly cpus: readonly number[];
}

const IDLE = 0;

export function preemption(nr_cpus: number, setup: readonly PreemptibleTask[]) {
  const task_names = Object.fromEntries(setup.map(({ name }, i) => [name, i + 1]));
  const ids = cpus(nr_cpus);
  const scheduled = ids.filter((cpu) => {
    const reached = setup.filter((t) => t.cpus.includes(cpu));
    return reached.length > 1 || reached.some((t) => t.cpus.length > 1);
  });
  const first = ids.map((cpu) =>
    scheduled.includes(cpu) ? IDLE : setup.findIndex((t) => t.cpus[0] === cpu) + 1,
  );

  const current = ids.map((cpu) =>
    ghost(names(first[cpu], { idle: IDLE, ...task_names }), `CPU${cpu}.current`),
  );
  const preempt_off = ids.map((cpu) => ghost(false, `CPU${cpu}.preempt_off`));
  const irqs_off = ids.map((cpu) => ghost(false, `CPU${cpu}.irqs_off`));
  const in_irq = ids.map((cpu) => ghost(false, `CPU${cpu}.in_irq`));
  /** The stopper thread has the CPU (stop-machine.ts). */
  const parked = ids.map((cpu) => ghost(false, `CPU${cpu}.parked`));
  /** The scheduler puts nobody on a CPU that goes offline. */
  const active = ids.map((cpu) => ghost(true, `CPU${cpu}.active`));

  const task_cpu = setup.map((t) => ghost(u8(t.cpus[0]), `${t.name}.cpu`));
  const dead = setup.map((t) => ghost(false, `${t.name}.dead`));
  const p = setup.map((t) => shared({ on_cpu: spinlock() }, t.name));

  /** Nothing on the CPU keeps the scheduler from running there. */
  function preemptible(cpu: number): boolean {
    return (
      !preempt_off[cpu].value && !irqs_off[cpu].value && !in_irq[cpu].value && !parked[cpu].value
    );
  }

  function leave(cpu: number): void {
    const prev = current[cpu].value;
    wait_until(() => prev !== IDLE && preemptible(cpu));
    current[cpu].value = IDLE;
    raw_spin_unlock(p[prev - 1].on_cpu);
  }

  function enter(cpu: number, next: number): void {
    const allowed = setup.map((t) => t.cpus.includes(cpu))[next - 1];
    wait_until(
      () =>
        allowed &&
        !dead[next - 1].value &&
        current[cpu].value === IDLE &&
        active[cpu].value &&
        preemptible(cpu),
    );
    raw_spin_lock(p[next - 1].on_cpu);
    current[cpu].value = next;
    task_cpu[next - 1].value = cpu;
  }

  for (const cpu of scheduled) {
    observer(`sched/${cpu}`, { cpu }, () => {
      for (;;) {
        atomic(() => {
          const next = choose(setup.length + 1);
          if (next === IDLE) leave(cpu);
          else enter(cpu, next);
        });
      }
    });
  }

  return {
    ids,
    current,
    preempt_off,
    irqs_off,
    in_irq,
    parked,
    active,
    task_cpu,
    preemptible,

    /** Returns this_cpu, which stays what it is until preemption is on again. */
    preempt_disable(t: Current): number {
      let cpu = 0;
      atomic(() => {
        cpu = task_cpu[t].value;
        preempt_off[cpu].value = true;
      });
      return cpu;
    },

    preempt_enable(t: Current): void {
      atomic(() => {
        preempt_off[task_cpu[t].value].value = false;
      });
    },

    /** May be wrong by the time the caller looks at it. */
    raw_smp_processor_id(t: Current): number {
      return task_cpu[t].value;
    },

    /** A task; it must come to its end, after which its CPU is idle. */
    thread(t: Current, ends: string, body: () => void): void {
      const { name, cpus: allowed } = setup[t];
      const on = allowed.length === 1 ? allowed[0] : () => task_cpu[t].value;
      task(name, { cpu: on, when: () => runs(t), property: ends }, () => {
        body();
        atomic(() => {
          dead[t].value = true;
          current[task_cpu[t].value].value = IDLE;
        });
      });
    },
  };

  function runs(t: Current): boolean {
    const cpu = task_cpu[t].value;
    return current[cpu].value === t + 1 && !in_irq[cpu].value && !parked[cpu].value;
  }
}

export type Processors = ReturnType<typeof preemption>;
