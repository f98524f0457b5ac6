/**
 * smp_call_function*() with and without preemption while it waits.
 * docs/mechanisms/smp-call.md tells the story; src/models/smp-call.ts is the model.
 */
import { spec } from 'kcheck';
import { csd_as_written } from 'kcheck/models/csd';
import { smp_call } from 'kcheck/models/smp-call';
import type { Call, SmpCallScene, SmpCallVersion } from 'kcheck/models/smp-call';

const D0: SmpCallVersion = {
  ...csd_as_written,
  preempt_off: 'to the end',
  cpumask: 'per CPU',
  cpumask_ipi: 'per CPU',
  dead_cpu: 'frees csds',
  any: 'one section',
};
const D1: SmpCallVersion = { ...D0, preempt_off: 'until sent' };
const D2: SmpCallVersion = { ...D1, cpumask: 'per task' };
const D3: SmpCallVersion = { ...D2, dead_cpu: 'keeps csds' };
const Dx: SmpCallVersion = { ...D3, preempt_off: 'never', cpumask: 'per CPU' };
const Dxm: SmpCallVersion = { ...Dx, cpumask: 'per task' };

const versions = {
  D0,
  D1,
  D2,
  D2r: { ...D2, dead_cpu: 'frees csds after RCU' },
  D3,
  Dx,
  Dxm,
  Dxt: { ...Dxm, cpumask_ipi: 'per task' },
  Dxa: { ...Dxm, cpumask_ipi: 'per task', csd_lock: 'cmpxchg' },
} satisfies Record<string, SmpCallVersion>;

const many = (...to: number[]): Call => ({ kind: 'many', to });

const base = { offline: null, info: 'in the task', effects: false } as const;

/** One caller, one target. */
const call: SmpCallScene = {
  ...base,
  nr_cpus: 2,
  tasks: [{ name: 'A', cpus: [0], calls: [many(1)] }],
  effects: true,
};

const call3: SmpCallScene = {
  ...base,
  nr_cpus: 3,
  tasks: [{ name: 'A', cpus: [0], calls: [many(1, 2)] }],
  effects: true,
};

const two: SmpCallScene = {
  ...base,
  nr_cpus: 2,
  tasks: [
    { name: 'A', cpus: [0], calls: [many(1)] },
    { name: 'B', cpus: [0], calls: [many(1)] },
  ],
};

export default spec({
  title: 'smp_call',
  versions,
  configurations: { call, call3, two },
  system(scene) {
    smp_call(scene, scene);
  },
});
