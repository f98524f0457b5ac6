/**
 * The ownership modes of mm_cid, before, between and after the patches of January 2026 and their
 * follow-ups. docs/mechanisms/mm-cid.md tells the story; src/models/mm-cid.ts is the model.
 */
import { spec } from 'kcheck';
import { mm_cid } from 'kcheck/models/mm-cid';
import { finite_mode_scenes, mode_scenes } from './mode-scenes.ts';
import { other_scenes } from './other-scenes.ts';
import { is_explored } from './selection.ts';
import { versions } from './versions.ts';
import type { Version } from './versions.ts';

type Verdict = 'pass' | { readonly fails: readonly string[] };
type Outcome = Verdict | Readonly<Record<'sc' | 'tso' | 'power', Verdict>>;

/** Every version has that outcome, but for those named. */
function all_but(
  outcome: Outcome,
  others: Partial<Record<Version, Outcome>>,
): Record<string, Outcome> {
  const all = Object.keys(versions).map((version): [string, Outcome] => [version, outcome]);
  return { ...Object.fromEntries(all), ...others };
}

function all_pass_but(failing: Partial<Record<Version, Outcome>>): Record<string, Outcome> {
  return all_but('pass', failing);
}

/** Every version before V6 fails. */
function all_but_V6(outcome: Outcome): Record<string, Outcome> {
  return all_but(outcome, { V6: 'pass', V7: 'pass' });
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
/** V0 has no TRANSIT on the way to per CPU mode. */
const never_in_transit: Outcome = { fails: ['B1'] };
/** No word of the mode is read without mm.lock or the mutex where the mode has two. */
const two_words = { V0: 'pass', V1: 'pass' } as const;
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
const seen_too_soon_without_barrier = all_pass_but({
  V0: seen_too_soon,
  V1: seen_too_soon,
  V1r: seen_too_soon,
  V1a: seen_too_soon,
  V1ra: seen_too_soon,
  V2: seen_too_soon,
  V2before: seen_too_soon,
  V3: seen_too_soon,
  V4: seen_too_soon,
});
const use_after_drop = {
  V3: dropped_in_use,
  V3b: dropped_in_use,
  V4: dropped_in_use,
  V4b: dropped_in_use,
  V5: dropped_in_use,
};
const all_miss_but_V6 = all_but_V6(missed);

const unreached: Partial<Record<string, readonly string[]>> = {
  'wake-0': ['S4'],
  'converge-percpu-0': ['S6'],
};

export default spec({
  title: 'mm_cid',
  versions,
  configurations: { ...mode_scenes, ...finite_mode_scenes, ...other_scenes },
  skip: ({ version, configuration, model }) => !is_explored(version, configuration, model),
  // No mode changes in these: in wake-0 no CID is dropped either.
  accept: { unreached: ({ configuration }) => unreached[configuration] ?? [] },
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
          else if (deed === 'work') mm.mm_cid_work_fn(current);
          else if (deed === 'execve') mm.execve(current, false);
          else if (deed === 'failed_execve') mm.execve(current, true);
          else if ('look' in deed) mm.look_at_mode(deed.look);
          else if ('fork' in deed) mm.fork(current, deed.fork, false);
          else if ('failed_fork' in deed) mm.fork(current, deed.failed_fork, true);
          else mm.set_cpus_allowed(current, deed.allow, deed.pcpu_thrs, deed.worker);
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
    'wake-0': 'pass',
    'fork-1': all_pass_but({ V0: livelock }),
    'fork3-0': all_pass_but({ V0: livelock, ...unseen_transit }),
    'exit-0': all_pass_but({ V0: livelock_on_power, ...unseen_transit }),
    // V0's livelock on a round trip takes a task that is preempted.
    'fork-exit-0': all_pass_but({ ...round_trip, V0: 'pass' }),
    'exit-fork-0': 'pass',
    'failed-fork-0': all_pass_but(use_after_drop),
    'two-forks-0': missed_once({ fails: ['S7', 'L1'] }),
    'vfork-1': missed_once(missed),
    b1: seen_too_soon_without_barrier,
    'b1-fork': { ...seen_too_soon_without_barrier, V0: never_in_transit },
    'converge-0': 'pass',
    'converge-percpu-0': 'pass',
    'converge-exit-0': 'pass',
    'affinity-0': 'pass',
    'affinity-exit-0': 'pass',
    // mm_update_cpus_allowed() reads the mode plainly, under mm.lock; TRANSIT is cleared without it.
    'affinity-fork-0': all_but({ fails: ['race'] }, two_words),
    'execve-0': 'pass',
    // A running user without a CID is skipped by the walk over CPUs, and so is the CID of its CPU.
    'failed-execve-0': { fails: ['S7'] },
    'unset-0': all_but({ fails: ['S4'] }, { V7: 'pass' }),
    'unset-fork-1': { fails: ['S7', 'L1', 'L2'] },
    // The last user ends per CPU mode, and nobody ends the transition.
    'lone-execve-0': { fails: ['S6'] },
  },
});
