/**
 * The ownership modes of mm_cid, before, between and after the patches of January 2026 and their
 * follow-ups. docs/mechanisms/mm-cid.md tells the story; src/models/mm-cid.ts is the model.
 */
import { spec } from 'kcheck';
import { mm_cid, MM_CID_ONCPU, MM_CID_UNSET } from 'kcheck/models/mm-cid';
import type { MmCidSetup, MmCidTask, MmCidVersion } from 'kcheck/models/mm-cid';
import { NEW, OFF, RUNNING } from 'kcheck/models/sched';

const V0: MmCidVersion = {
  transit_to_cpu: false,
  mode_word: false,
  release: false,
  acquire: false,
  barriers: false,
  drop_on_exit: false,
  keep_on_schedout: false,
  drop_checks_oncpu: false,
  user_list: false,
};
const V1 = { ...V0, transit_to_cpu: true };
const V2 = { ...V1, mode_word: true };
const V3 = { ...V2, drop_on_exit: true };
const V4 = { ...V3, keep_on_schedout: true };
const V4b = { ...V4, barriers: true };
const V5 = { ...V4b, drop_checks_oncpu: true };

/** A task that runs on a CPU, as a user of the mm. */
function running(name: string, cpu: number, cid: number): MmCidTask {
  return { name, cpu, state: RUNNING, wakes: null, active: true, cid, process: 0 };
}

/** A task that is off CPU, and may be scheduled in so many times. */
function sleeping(name: string, cpu: number, cid: number, wakes: number): MmCidTask {
  return { name, cpu, state: OFF, wakes, active: true, cid, process: 0 };
}

/** A child that is not born yet; afterwards it may be scheduled in so many times. */
function unborn(name: string, cpu: number, wakes: number): MmCidTask {
  return { name, cpu, state: NEW, wakes, active: false, cid: MM_CID_UNSET, process: 0 };
}

const oncpu = (cid: number): number => cid | MM_CID_ONCPU;

/** What the tasks with code of their own do, by task: fork a child, fork and fail, exit, look at the mode. */
type Deed = { readonly fork: number } | { readonly failed_fork: number } | 'exit' | 'look';

interface Scene extends MmCidSetup {
  readonly deeds: Readonly<Record<number, readonly Deed[]>>;
}

/** T0 creates the thread that is one too many for two CPUs, while T1 sleeps for good. */
const fork: Scene = {
  nr_cpus: 2,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null],
  tasks: [running('T0', 0, 0), sleeping('T1', 1, 1, 0), unborn('T2', 0, 1)],
  deeds: { 0: [{ fork: 2 }] },
};

/** The same, but T1 may wake up. */
const fork_wake: Scene = {
  ...fork,
  tasks: [running('T0', 0, 0), sleeping('T1', 1, 1, 2), unborn('T2', 0, 1)],
};

/**
 * The reported one: T1 is scheduled in on one CPU, then on another, while T0 walks the threads. T0
 * stays on its CPU; in the scenes with two CPUs it may go anywhere.
 */
const fork3: Scene = {
  nr_cpus: 3,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null, null],
  tasks: [
    { ...running('T0', 0, 0), pinned: true },
    sleeping('T1', 1, 1, 2),
    sleeping('T2', 2, 2, 0),
    unborn('T3', 0, 0),
  ],
  deeds: { 0: [{ fork: 3 }] },
};

/** E exits and so ends per CPU mode, while A and B are scheduled. */
const exit: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 3,
  pcpu: [0, 1],
  tasks: [
    running('E', 1, oncpu(1)),
    sleeping('A', 0, oncpu(0), 1),
    sleeping('B', 0, MM_CID_UNSET, 1),
  ],
  deeds: { 0: ['exit'] },
};

/** Per CPU mode and back: T0 forks T2, then T1 exits. */
const fork_exit: Scene = {
  nr_cpus: 2,
  percpu: false,
  pcpu_thrs: 3,
  pcpu: [null, null],
  tasks: [running('T0', 0, 0), running('T1', 1, 1), unborn('T2', 0, 1)],
  deeds: { 0: [{ fork: 2 }], 1: ['exit'] },
};

/** Per task mode and back: T1 exits, T0 forks T2. */
const exit_fork: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 3,
  pcpu: [0, 1],
  tasks: [
    running('T0', 0, oncpu(0)),
    running('T1', 1, oncpu(1)),
    sleeping('B', 0, MM_CID_UNSET, 1),
    unborn('T2', 0, 0),
  ],
  deeds: { 0: [{ fork: 3 }], 1: ['exit'] },
};

/** A fork that fails after its child was accounted, with T1 gone in the meantime. */
const failed_fork: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 2,
  pcpu: [0, 1],
  tasks: [
    running('T0', 0, oncpu(0)),
    running('T1', 1, oncpu(1)),
    unborn('X', 0, 0),
    unborn('Y', 0, 1),
  ],
  deeds: { 0: [{ failed_fork: 2 }, { fork: 3 }], 1: ['exit'] },
};

/**
 * Two threads fork at the same time: one child is accounted and not yet visible to the other. Every
 * task stays on a CPU of its own, and X sleeps for good.
 */
const two_forks: Scene = {
  nr_cpus: 3,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null, null],
  tasks: [
    { ...running('T0', 0, 0), pinned: true },
    { ...running('T1', 1, 1), pinned: true },
    unborn('X', 0, 0),
    { ...unborn('Y', 2, 1), pinned: true },
  ],
  deeds: { 0: [{ fork: 2 }], 1: [{ fork: 3 }] },
};

/** V shares the mm, but is a process of its own. */
const vfork: Scene = {
  nr_cpus: 3,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null, null],
  tasks: [
    running('T0', 0, 0),
    { ...running('T1', 1, 1), wakes: 0 },
    { ...sleeping('V', 2, 2, 0), process: 1 },
    unborn('T2', 0, 1),
  ],
  deeds: { 0: [{ fork: 3 }] },
};

/**
 * E, on CPU0, exits, and the walk ends with CPU1, where O looks at the mode meanwhile. Nobody else
 * takes the lock of CPU1's runqueue before O has looked.
 */
const b1: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 2,
  pcpu: [0, 1],
  tasks: [
    { ...running('E', 0, oncpu(0)), pinned: true, preemptions: 0 },
    { ...running('O', 1, oncpu(1)), pinned: true, preemptions: 0 },
  ],
  deeds: { 0: ['exit'], 1: ['look'] },
};

/** The same, but tasks with code of their own are preempted so often at most: histories are finite. */
function limited(scene: Scene, preemptions: number): Scene {
  const tasks = scene.tasks.map((task) => (task.wakes === null ? { ...task, preemptions } : task));
  return { ...scene, tasks };
}

const scenes = {
  fork,
  'fork-wake': fork_wake,
  fork3,
  exit,
  'fork-exit': fork_exit,
  'exit-fork': exit_fork,
  'failed-fork': failed_fork,
  'two-forks': two_forks,
  vfork,
};

const finite_scenes = {
  'fork-1': limited(fork, 1),
  'fork3-0': limited(fork3, 0),
  'exit-0': limited(exit, 0),
  'fork-exit-0': limited(fork_exit, 0),
  'exit-fork-0': limited(exit_fork, 0),
  'failed-fork-0': limited(failed_fork, 0),
  'two-forks-0': limited(two_forks, 0),
  'vfork-1': limited(vfork, 1),
  b1,
};
const finite = new Set(Object.keys(finite_scenes));

const versions = {
  V0,
  V1,
  V1r: { ...V1, release: true },
  V1a: { ...V1, acquire: true },
  V1ra: { ...V1, release: true, acquire: true },
  V2,
  V2b: { ...V2, barriers: true },
  V3,
  V3b: { ...V3, barriers: true },
  V4,
  V4b,
  V5,
  V6: { ...V5, user_list: true },
};

type Verdict = 'pass' | { readonly fails: readonly string[] };
type Outcome = Verdict | Readonly<Record<'sc' | 'tso' | 'power', Verdict>>;

/** Every version passes, but for those named. */
function all_pass_but(
  failing: Partial<Record<keyof typeof versions, Outcome>>,
): Record<string, Outcome> {
  const passing = Object.keys(versions).map((version): [string, Outcome] => [version, 'pass']);
  return { ...Object.fromEntries(passing), ...failing };
}

/** Every version but V6 fails. */
function all_but_V6(outcome: Outcome): Record<string, Outcome> {
  const failing = Object.keys(versions).map((version): [string, Outcome] => [version, outcome]);
  return { ...Object.fromEntries(failing), V6: 'pass' };
}

/**
 * With so few preemptions the CID that the walk missed is waited for only where a CPU keeps its CID
 * when a task in transit leaves: V0, which has no transit, and V4 and after.
 */
function missed_once(waited: Outcome): Record<string, Outcome> {
  return { ...all_but_V6({ fails: ['S7'] }), V0: waited, V4: waited, V4b: waited, V5: waited };
}

/** No CID is left for a CPU that schedules, and so the walk over the threads never ends. */
const livelock = { fails: ['L1', 'L2'] };
/** The same, where a CPU reads the new mode and not yet that a transition is on. */
const livelock_on_power: Outcome = { sc: 'pass', tso: 'pass', power: livelock };
const unseen_transit = { V1: livelock_on_power, V1r: livelock_on_power, V1a: livelock_on_power };
/** The mode is stored behind an unlock, and is seen before it. */
const seen_too_soon: Outcome = { sc: 'pass', tso: 'pass', power: { fails: ['B1'] } };
/** A CID is dropped that is in transit: its flag bits reach clear_bit(). */
const out_of_bounds = { fails: ['S4'] };
/** The CID of a running task is dropped by the fork that failed, and given to another. */
const dropped_in_use = { fails: ['S4', 'S7', 'S1'] };
/** A task that the walk misses keeps its CID in per CPU mode; another CPU waits for it. */
const missed = { fails: ['S7', 'L1', 'L2'] };
const round_trip = {
  V0: livelock,
  V3: out_of_bounds,
  V3b: out_of_bounds,
  V4: out_of_bounds,
  V4b: out_of_bounds,
};
const use_after_drop = {
  V3: dropped_in_use,
  V3b: dropped_in_use,
  V4: dropped_in_use,
  V4b: dropped_in_use,
  V5: dropped_in_use,
};
const all_miss_but_V6 = all_but_V6(missed);

export default spec({
  title: 'mm_cid',
  versions,
  configurations: { ...scenes, ...finite_scenes },
  // Without a limit on preemptions power's histories have no end, and tso's have many states.
  skip: ({ configuration, model }) =>
    !finite.has(configuration) &&
    (model === 'power' ||
      (model === 'tso' && configuration !== 'fork' && configuration !== 'exit')),
  quick: ({ configuration, model }) =>
    configuration === 'b1' ||
    (configuration === 'fork-1' && model !== 'power') ||
    (configuration === 'exit-0' && model === 'sc'),
  system(parameters) {
    const mm = mm_cid(parameters, parameters);
    for (const [task, deeds] of Object.entries(parameters.deeds)) {
      const current = Number(task);
      mm.thread(current, () => {
        for (const deed of deeds) {
          if (deed === 'exit') mm.exit(current);
          else if (deed === 'look') mm.look_at_mode(false);
          else if ('fork' in deed) mm.fork(current, deed.fork, false);
          else mm.fork(current, deed.failed_fork, true);
        }
        if (deeds.at(-1) !== 'exit') mm.sleep_for_good(current);
      });
    }
  },
  expect: {
    fork: all_pass_but({ V0: livelock }),
    'fork-wake': all_pass_but({ V0: livelock }),
    fork3: all_pass_but({ V0: livelock }),
    exit: 'pass',
    'fork-exit': all_pass_but(round_trip),
    'exit-fork': all_pass_but({ V0: livelock }),
    'failed-fork': all_pass_but(use_after_drop),
    'two-forks': all_miss_but_V6,
    vfork: all_miss_but_V6,
    'fork-1': all_pass_but({ V0: livelock }),
    'fork3-0': all_pass_but({ V0: livelock, ...unseen_transit }),
    'exit-0': all_pass_but({ V0: livelock_on_power, ...unseen_transit }),
    // V0's livelock on a round trip takes a task that is preempted.
    'fork-exit-0': all_pass_but({ ...round_trip, V0: 'pass' }),
    'exit-fork-0': 'pass',
    'failed-fork-0': all_pass_but(use_after_drop),
    'two-forks-0': missed_once({ fails: ['S7', 'L1'] }),
    'vfork-1': missed_once(missed),
    b1: all_pass_but({
      V0: seen_too_soon,
      V1: seen_too_soon,
      V1r: seen_too_soon,
      V1a: seen_too_soon,
      V1ra: seen_too_soon,
      V2: seen_too_soon,
      V3: seen_too_soon,
      V4: seen_too_soon,
    }),
  },
});
