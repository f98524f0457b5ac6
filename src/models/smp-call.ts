/**
 * smp_call_function*(): a function runs on other CPUs, and the caller waits for it, with preemption off
 * all the time or, since the series of 2026, until the IPIs are sent.
 *
 * kernel/smp.c: smp_call_function_many_cond(), smp_call_function_single(), smp_call_function_any(),
 * smpcfd_dying_cpu(), smpcfd_dead_cpu(); arch/x86/mm/tlb.c: get_flush_tlb_info(), flush_tlb_func().
 *
 * Not modelled: the call on the caller's own CPU (SCF_RUN_LOCAL), and CPUs that come online.
 */
import { assert, atomic, finally_, ghost, hex, invariant, READ_ONCE } from 'kcheck';
import { shared, task, u8, WRITE_ONCE } from 'kcheck';
import { call_single_data, CSD_TYPE_SYNC } from './csd.ts';
import { interrupts } from './interrupts.ts';
import { preemption } from './preemption.ts';
import { rcu } from './rcu.ts';
import { stop_machine } from './stop-machine.ts';
import type { CsdPlace } from './csd.ts';
import type { Current } from './preemption.ts';
import type { Call, SmpCallScene, SmpCallVersion } from './smp-call-setup.ts';

export type { Call, SmpCallScene, SmpCallVersion } from './smp-call-setup.ts';

const W4 = 'W4: nobody waits for ever';

export function smp_call(v: SmpCallVersion, scene: SmpCallScene) {
  const { nr_cpus, tasks } = scene;
  const names = tasks.map(({ name }) => name);
  const calls = tasks.flatMap((t) => t.calls);
  /** CPUs 0 … senders - 1 have csds of their own. */
  const senders = Math.max(...tasks.flatMap((t) => t.cpus)) + 1;
  const all_cpus = (1 << nr_cpus) - 1;
  const online_mask = shared(hex(all_cpus), 'cpu_online_mask');

  const processors = preemption(nr_cpus, tasks);
  const readers = rcu(names);

  // What the ghosts know of a call: which CPUs ran it, whether its stack frame is there.

  const ran = names.map((name) => ghost(hex(0), `${name}.ran`));
  const missed = names.map((name) => ghost(false, `${name}.missed`));
  const on_stack = names.map((name) => ghost(false, `${name}.stack`));
  const alive = ghost(true, 'alive');
  const csds_alive = list(senders, (s) => ghost(true, `cfd[${s}].csds_alive`));

  // Memory.

  const cfd = list(senders, (s) => shared({ cpumask: hex(0), cpumask_ipi: hex(0) }, `cfd[${s}]`));
  const own = names.map((name) => shared({ ipi_mask: hex(0), cpumask_ipi: hex(0) }, name));
  const effect = names.map((name) =>
    shared(
      list(nr_cpus, () => false),
      `${name}.effect`,
    ),
  );
  const info_names = [
    ...names.map((name) => `${name}.info`),
    ...list(senders, (s) => `flush_tlb_info[${s}]`),
  ];
  const info = info_names.map((name, i) =>
    shared({ mm: u8(scene.info === 'in the task' && i < names.length ? i + 1 : 0) }, name),
  );
  const info_alive = info_names.map((_, i) =>
    scene.info === 'on the stack' && i < names.length ? on_stack[i] : alive,
  );
  const places: CsdPlace[] = list(senders * nr_cpus, (i) => ({
    name: `cfd[${Math.floor(i / nr_cpus)}].csd[${i % nr_cpus}]`,
    alive: csds_alive[Math.floor(i / nr_cpus)],
  }));
  const percpu_csd = (cpu: number, target: number): number => cpu * nr_cpus + target + 1;
  const stack_csd = (current: Current): number => senders * nr_cpus + current + 1;
  const csd_data = (cpu: number): number => senders * nr_cpus + names.length + cpu + 1;
  if (calls.some(({ kind }) => kind !== 'many')) {
    names.forEach((name, t) => places.push({ name: `${name}.csd`, alive: on_stack[t] }));
    list(senders, (s) => places.push({ name: `csd_data[${s}]`, alive }));
  }
  const csds = call_single_data(v, nr_cpus, places, info_names, flush_tlb_func);
  const { csd_lock, csd_lock_wait, __smp_call_single_queue, __flush_smp_call_function_queue } =
    csds;
  const targets = list(nr_cpus, (cpu) => cpu).filter((cpu) =>
    calls.some((c) => c.to.includes(cpu)),
  );
  const ipi = interrupts(processors, targets, __flush_smp_call_function_queue, W4);

  invariant('W1: a call returns when all its CPUs have run it', () => !any_of(missed));
  finally_('W4: no call stays on a queue', () => nothing_queued() || interrupts_to_come());
  if (scene.alone) invariant('W8: a caller waits for its own call alone', waits_for_its_own);
  names.forEach((_, t) => {
    processors.thread(t, W4, () => {
      for (const call of tasks[t].calls) smp_call_function(t, call);
    });
  });
  if (scene.offline !== null) take_offline(scene.offline);

  return { processors, ran, on_stack, ipi, ...csds };

  function nothing_queued(): boolean {
    return csds.queued_by.reduce((none, by) => none && by.value === 0, true);
  }

  function interrupts_to_come(): boolean {
    return targets.reduce(
      (any, cpu) =>
        any || processors.in_irq[cpu].value || (cpu !== scene.offline && ipi.pending[cpu].value),
      false,
    );
  }

  /** Two callers on CPU0, one target: the csd of the call that is done is not in use again. */
  function waits_for_its_own(): boolean {
    return names.reduce((all, _, t) => {
      const ended = on_stack[t].value && ran[t].value !== 0;
      const by = csds.queued_by[percpu_csd(0, 1) - 1].value;
      return all && !(ended && by !== 0 && by !== t + 1);
    }, true);
  }

  /** The function that is called: it does what `info` says, for the mm that is in there. */
  function flush_tlb_func(cpu: number, which: number, by: () => number): void {
    const mm = info[which].mm.value;
    atomic(() => {
      assert(info_alive[which].value, 'W3: info on a stack is not used after the caller returned');
      const caller = by();
      assert(mm === caller, 'W6: a CPU runs a call with the info of its caller');
      ran[caller - 1].value |= 1 << cpu;
      if (scene.effects) WRITE_ONCE(effect[caller - 1][cpu], true);
    });
  }

  // The caller.

  /** get_cpu(), where the version has it. */
  function get_cpu(current: Current): number {
    if (v.preempt_off === 'never') return processors.raw_smp_processor_id(current);
    return processors.preempt_disable(current);
  }

  function begin(current: Current): number {
    let cpu = 0;
    atomic(() => {
      on_stack[current].value = true;
      ran[current].value = 0;
      cpu = get_cpu(current);
    });
    return cpu;
  }

  /** The IPIs are sent; what follows is waiting. */
  function sent(current: Current): void {
    if (v.dead_cpu === 'frees csds after RCU') readers.rcu_read_lock(current);
    if (v.preempt_off === 'until sent') processors.preempt_enable(current);
  }

  function end(current: Current, called: number): void {
    if (v.dead_cpu === 'frees csds after RCU') readers.rcu_read_unlock(current);
    atomic(() => {
      on_stack[current].value = false;
      missed[current].value = (called & ~ran[current].value) !== 0;
      if (v.preempt_off === 'to the end') processors.preempt_enable(current);
    });
    if (!scene.effects) return;
    for (let cpu = 0; cpu < nr_cpus; cpu++) {
      if ((called & ran[current].value & (1 << cpu)) === 0) continue;
      assert(READ_ONCE(effect[current][cpu]), 'W5: the caller sees what the function did');
    }
  }

  function cpu_online_mask(): number {
    return scene.offline === null ? all_cpus : READ_ONCE(online_mask);
  }

  function get_info(current: Current, cpu: number): number {
    if (scene.info === 'in the task') return current;
    const which = scene.info === 'per CPU' ? names.length + cpu : current;
    info[which].mm.value = current + 1;
    return which;
  }

  function smp_call_function(current: Current, call: Call): void {
    if (call.kind === 'many') smp_call_function_many_cond(current, call);
    else if (call.kind === 'any') smp_call_function_any(current, mask_of(call.to));
    else smp_call_function_single_async(current, call.to[0]);
  }

  function smp_call_function_many_cond(current: Current, call: Call): void {
    const wait = call.nowait !== true;
    const cpu = begin(current);
    const cpumask = v.cpumask === 'per CPU' ? cfd[cpu].cpumask : own[current].ipi_mask;
    const cpumask_ipi =
      v.cpumask_ipi === 'per CPU' ? cfd[cpu].cpumask_ipi : own[current].cpumask_ipi;
    const which = get_info(current, cpu);
    const called = mask_of(call.to) & cpu_online_mask() & ~(1 << cpu);
    cpumask.value = called;
    cpumask_ipi.value = 0;
    let count = 0;
    let last = 0;
    for (const target of call.to) {
      if ((cpumask.value & (1 << target)) === 0) continue;
      if (call.none === true) {
        cpumask.value &= ~(1 << target);
        continue;
      }
      const node = percpu_csd(cpu, target);
      csd_lock(node, wait ? CSD_TYPE_SYNC : 0);
      if (__smp_call_single_queue(target, node, which, current + 1)) {
        cpumask_ipi.value |= 1 << target;
        count += 1;
        last = target;
      }
    }
    if (count === 1) ipi.send_IPI(last);
    else if (count > 1) ipi.send_IPI_mask(cpumask_ipi.value);
    sent(current);
    if (wait) {
      for (const target of call.to) {
        if ((cpumask.value & (1 << target)) !== 0) csd_lock_wait(percpu_csd(cpu, target));
      }
    }
    end(current, wait && call.none !== true ? called : 0);
  }

  /** Whether the CPU was online, so that it will run the function. */
  function generic_exec_single(
    current: Current,
    target: number,
    node: number,
    type: number,
  ): boolean {
    if ((cpu_online_mask() & (1 << target)) === 0) return false;
    csd_lock(node, type);
    if (__smp_call_single_queue(target, node, current, current + 1)) ipi.send_IPI(target);
    return true;
  }

  /** The caller's own CPU is not in the mask. */
  function smp_call_function_any(current: Current, mask: number): void {
    begin(current);
    const candidates = mask & cpu_online_mask();
    let target = nr_cpus;
    for (let cpu = nr_cpus - 1; cpu >= 0; cpu--) if ((candidates & (1 << cpu)) !== 0) target = cpu;
    if (v.any === 'two sections') {
      processors.preempt_enable(current);
      get_cpu(current);
    }
    const called =
      target < nr_cpus && generic_exec_single(current, target, stack_csd(current), CSD_TYPE_SYNC);
    sent(current);
    if (called) {
      csd_lock_wait(stack_csd(current));
      end(current, 1 << target);
    } else {
      atomic(() => {
        const online = cpu_online_mask();
        assert((online & mask) === 0, 'W7: a call to any CPU fails only if none is online');
      });
      end(current, 0);
    }
  }

  function smp_call_function_single_async(current: Current, target: number): void {
    const cpu = begin(current);
    generic_exec_single(current, target, csd_data(cpu), 0);
    sent(current);
    end(current, 0);
  }

  // CPU hotplug.

  function take_offline(cpu: number): void {
    const take_cpu_down = (): void => {
      WRITE_ONCE(online_mask, all_cpus & ~(1 << cpu));
      smpcfd_dying_cpu(cpu);
    };
    const due = (id: number): boolean => scene.ipi === 'prompt' && ipi.pending[id].value;
    const stop = stop_machine(processors, cpu, take_cpu_down, due);
    task('cpuhp', { property: W4 }, () => {
      stop.cpu_down();
      smpcfd_dead_cpu(cpu);
    });
  }

  function smpcfd_dying_cpu(cpu: number): void {
    __flush_smp_call_function_queue(cpu);
  }

  function smpcfd_dead_cpu(cpu: number): void {
    if (v.dead_cpu === 'keeps csds' || cpu >= senders) return;
    if (v.dead_cpu === 'frees csds after RCU') readers.synchronize_rcu();
    csds_alive[cpu].value = false;
  }
}

function mask_of(cpus: readonly number[]): number {
  return cpus.reduce((mask, cpu) => mask | (1 << cpu), 0);
}

function any_of(flags: readonly { readonly value: boolean }[]): boolean {
  return flags.reduce((any, flag) => any || flag.value, false);
}

function list<T>(length: number, element: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => element(index));
}
