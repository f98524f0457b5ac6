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
  D0p: { ...D0, csd_lock: 'plain' },
  D1,
  D2,
  D2r: { ...D2, dead_cpu: 'frees csds after RCU' },
  D3,
  D3a: { ...D3, any: 'two sections' },
  D3p: { ...D3, csd_lock: 'plain' },
  D3u: { ...D3, csd_unlock: 'relaxed' },
  D3w: { ...D3, csd_wait: 'relaxed' },
  D3n: { ...D3, csd_wmb: false },
  Dx,
  Dxm,
  Dxt: { ...Dxm, cpumask_ipi: 'per task' },
  Dxa: { ...Dxm, cpumask_ipi: 'per task', csd_lock: 'cmpxchg' },
} satisfies Record<string, SmpCallVersion>;

const many = (...to: number[]): Call => ({ kind: 'many', to });
const task = (name: string, cpus: number[], ...calls: Call[]) => ({ name, cpus, calls });

const base = {
  nr_cpus: 2,
  offline: null,
  info: 'in the task',
  effects: false,
  ipi: 'late',
  alone: false,
} as const;

/** A calls CPU1, and nothing else happens. */
const call: SmpCallScene = { ...base, tasks: [task('A', [0], many(1))], effects: true };

/** A calls CPU1 and CPU2. */
const call3: SmpCallScene = { ...call, nr_cpus: 3, tasks: [task('A', [0], many(1, 2))] };

/** A and B share CPU0, and both call CPU1. */
const two: SmpCallScene = {
  ...base,
  tasks: [task('A', [0], many(1)), task('B', [0], many(1))],
};

/** The same, and it is asked whether a caller waits for its own call alone. */
const reuse: SmpCallScene = { ...two, alone: true };

/** A and B may run on both CPUs, and call the other one. */
const migrate: SmpCallScene = {
  ...base,
  tasks: [task('A', [0, 1], many(0, 1)), task('B', [0, 1], many(0, 1))],
};

/** B's cond_func() wants none of the CPUs. */
const none: SmpCallScene = {
  ...base,
  tasks: [task('A', [0], many(1)), task('B', [0], { ...many(1), none: true })],
};

/** Three CPUs: A calls both others, B one of them. */
const subset: SmpCallScene = {
  ...base,
  nr_cpus: 3,
  tasks: [task('A', [0], many(1, 2)), task('B', [0], many(1))],
};

/** Three CPUs: A and B both call both others. */
const both: SmpCallScene = {
  ...base,
  nr_cpus: 3,
  tasks: [task('A', [0], many(1, 2)), task('B', [0], many(1, 2))],
};

/** CPU0 goes offline, which A calls from and may leave while it waits. */
const offline_sender: SmpCallScene = {
  ...base,
  tasks: [task('A', [0, 1], many(0, 1))],
  offline: 0,
};

/** CPU1 goes offline, which A calls. */
const offline_target: SmpCallScene = { ...call, offline: 1, effects: false };

/** CPU0 goes offline after A has called CPU1 from there without waiting. */
const offline_nowait: SmpCallScene = {
  ...base,
  tasks: [task('A', [0, 1], { ...many(0, 1), nowait: true })],
  offline: 0,
};

/** The same, but the IPI reaches CPU1 before that can be stopped. */
const offline_nowait_prompt: SmpCallScene = { ...offline_nowait, ipi: 'prompt' };

/** CPU1 goes offline, one of two CPUs that A calls any of. */
const any: SmpCallScene = {
  ...base,
  nr_cpus: 3,
  tasks: [task('A', [0], { kind: 'any', to: [1, 2] })],
  offline: 1,
};

/** A calls CPU1 twice without waiting, B once. */
const async: SmpCallScene = {
  ...base,
  tasks: [
    task('A', [0], { kind: 'async', to: [1] }, { kind: 'async', to: [1] }),
    task('B', [0], { kind: 'async', to: [1] }),
  ],
};

/** What to flush is in a variable of the CPU. */
const flush_percpu: SmpCallScene = { ...two, info: 'per CPU' };

/** What to flush is on the stack of the caller. */
const flush_stack: SmpCallScene = { ...two, info: 'on the stack' };

const flush_stack_none: SmpCallScene = { ...none, info: 'on the stack' };

const configurations = {
  call,
  call3,
  two,
  reuse,
  migrate,
  none,
  subset,
  both,
  'offline-sender': offline_sender,
  'offline-target': offline_target,
  'offline-nowait': offline_nowait,
  'offline-nowait-prompt': offline_nowait_prompt,
  any,
  async,
  'flush-percpu': flush_percpu,
  'flush-stack': flush_stack,
  'flush-stack-none': flush_stack_none,
};

type Version = keyof typeof versions;
type Scene = keyof typeof configurations;

/** Versions that differ from D0 or D3 in one thing, and the scenes in which it can matter. */
const only_in: Partial<Record<string, readonly Scene[]>> = {
  D0p: ['call', 'two', 'migrate', 'async'],
  D3a: ['any'],
  D3p: ['call', 'two', 'migrate', 'async'],
  D3u: ['call', 'call3', 'two', 'async'],
  D3w: ['call', 'call3', 'two', 'async'],
  D3n: ['call', 'call3', 'two', 'async'],
  Dx: scenes_but('reuse'),
  Dxm: scenes_but('reuse'),
  Dxt: scenes_but('reuse'),
};

function scenes_but(left_out: Scene): readonly Scene[] {
  const all: readonly Scene[] = Object.keys(configurations).filter(is_scene);
  return all.filter((scene) => scene !== left_out);
}

function is_scene(name: string): name is Scene {
  return name in configurations;
}

const quick_scenes = new Set<string>([
  'call',
  'call3',
  'two',
  'none',
  'offline-target',
  'flush-stack-none',
]);
/** Two tasks can take one csd at the same time. */
const takes_twice = new Set<string>(['Dx', 'Dxm', 'Dxt']);
/** Nothing new is to be expected of them under a weaker model, and they have many states. */
const large_scenes = new Map<string, ReadonlySet<string>>([
  ['sc', new Set()],
  ['tso', new Set(['migrate', 'subset', 'both', 'async'])],
  ['power', new Set(['migrate', 'subset', 'both'])],
]);

function has_many_states(version: string, configuration: string, model: string): boolean {
  if (model === 'power' && version === 'Dxa' && configuration === 'migrate') return true;
  return takes_twice.has(version) && large_scenes.get(model)?.has(configuration) === true;
}

type Outcome = 'pass' | { readonly fails: string | readonly string[] };
type Outcomes = Partial<Record<Version, Outcome | typeof unordered>>;

/** Every version passes, but for those named. */
function all_pass_but(failing: Outcomes): Outcomes {
  const passing = Object.keys(versions).map((version): [string, Outcome] => [version, 'pass']);
  return { ...Object.fromEntries(passing), ...failing };
}

function all_of(names: readonly Version[], outcome: Outcome): Outcomes {
  return Object.fromEntries(names.map((version) => [version, outcome]));
}

const Dx_all: readonly Version[] = ['Dx', 'Dxm', 'Dxt', 'Dxa'];
/** A csd that two callers take at the same time. */
const taken_twice = { fails: ['W1', 'W2', 'W6', 'race'] };
/** The same, with an IPI that is never sent because B cleared the mask that A was to send by. */
const taken_twice_or_lost = { fails: ['W1', 'W2', 'W4', 'W6', 'race'] };
/** What the function sees or leaves is not ordered with the word that the caller polls. */
const unordered = { sc: 'pass', tso: 'pass', power: { fails: 'W5' } } as const;
/** The next caller takes a csd that nothing orders the last use of; no model makes that less of a race. */
const unordered_reuse = { fails: 'race' };

export default spec({
  title: 'smp_call',
  versions,
  configurations,
  skip: ({ version, configuration, model }) => {
    // The readers of the RCU model are fenced, so it says nothing of weaker models.
    if (version === 'D2r' && model !== 'sc') return true;
    const scenes = only_in[version];
    if (scenes !== undefined && !scenes.some((scene) => scene === configuration)) return true;
    return has_many_states(version, configuration, model);
  },
  quick: ({ version, configuration, model }) =>
    quick_scenes.has(configuration) && !(model === 'power' && takes_twice.has(version)),
  // Where preemption stays off from choice to call, the call does not fail, which is when W7 is asked.
  accept: { unreached: ({ configuration }) => (configuration === 'any' ? ['W7'] : []) },
  system(scene) {
    smp_call(scene, scene);
  },
  expect: {
    call: all_pass_but({ D3u: unordered, D3w: unordered }),
    call3: all_pass_but({ D3u: unordered, D3w: unordered }),
    two: all_pass_but({
      ...all_of(['Dx', 'Dxm', 'Dxt'], taken_twice),
      D3u: unordered_reuse,
    }),
    reuse: all_pass_but({
      ...all_of(['D1', 'D2', 'D2r', 'D3', 'Dxa'], { fails: 'W8' }),
    }),
    migrate: all_pass_but({
      ...all_of(['Dx', 'Dxm', 'Dxt'], taken_twice),
      ...all_of(['D1', 'D3p'], { fails: 'race' }),
    }),
    none: all_pass_but(all_of(['D1', 'Dx'], { fails: 'W1' })),
    subset: all_pass_but({
      D1: { fails: 'W1' },
      ...all_of(['Dx', 'Dxm'], taken_twice_or_lost),
      Dxt: taken_twice,
    }),
    both: all_pass_but({
      ...all_of(['Dx', 'Dxm'], taken_twice_or_lost),
      Dxt: taken_twice,
    }),
    'offline-sender': all_pass_but({
      ...all_of(['D1', 'D2'], { fails: 'W3' }),
      ...all_of(Dx_all, { fails: 'W4' }),
    }),
    'offline-target': all_pass_but(all_of(Dx_all, { fails: 'deadlock' })),
    'offline-nowait': all_pass_but({
      ...all_of(['D0', 'D1', 'D2', 'D2r'], { fails: 'W3' }),
      ...all_of(Dx_all, { fails: 'W4' }),
    }),
    'offline-nowait-prompt': all_pass_but(all_of(Dx_all, { fails: 'W4' })),
    any: all_pass_but({
      D3a: { fails: 'W7' },
      ...all_of(Dx_all, { fails: ['W7', 'deadlock'] }),
    }),
    async: all_pass_but({
      ...all_of(['Dx', 'Dxm', 'Dxt'], { fails: ['W2', 'W6', 'race'] }),
      D3u: unordered_reuse,
    }),
    'flush-percpu': all_pass_but({
      ...all_of(['D1', 'D2', 'D2r', 'D3', 'Dxa'], { fails: ['W6', 'race'] }),
      ...all_of(['Dx', 'Dxm', 'Dxt'], taken_twice),
    }),
    'flush-stack': all_pass_but(
      all_of(['Dx', 'Dxm', 'Dxt'], { fails: [...taken_twice.fails, 'W3'] }),
    ),
    'flush-stack-none': all_pass_but(all_of(['D1', 'Dx'], { fails: ['W1', 'W3'] })),
  },
});
