/** Which runs are explored: all that can say something new, as far as their states allow. */
import { mode_scenes } from './mode-scenes.ts';
import { other_scenes } from './other-scenes.ts';

/** V2 with one of the barriers only: a question for B1. */
const one_barrier = new Set<string>(['V2before', 'V2after']);
const b1_scenes = new Set(['b1', 'b1-fork']);
/** V7 has to do with execve() only. */
const execve_scenes = new Set(['execve-0', 'failed-execve-0', 'unset-0', 'unset-fork-1']);
/** What they add to the version before is order alone, which sc has anyway. */
const ordered_only = new Set<string>(['V1r', 'V1a', 'V1ra', 'V2b', 'V3b', 'V4b']);
const milestones = new Set<string>(['V0', 'V1', 'V2', 'V5', 'V6', 'V7']);
/** Without a limit on preemptions: explored under tso for every version, and for the milestones. */
const tso_scenes = new Set(['fork', 'exit']);
const tso_milestone_scenes = new Set(['fork-wake', 'fork3', 'failed-fork']);
/** Many states under power: explored where the version can make a difference. */
const power_versions = new Map<string, readonly string[]>([
  ['fork3-0', ['V0', 'V1', 'V1r', 'V1a', 'V1ra', 'V2', 'V6']],
  ['two-forks-0', ['V0', 'V1', 'V2', 'V5', 'V6']],
  ['vfork-1', []],
  ['converge-0', []],
  ['converge-percpu-0', ['V6']],
  ['affinity-0', ['V6']],
  ['affinity-exit-0', ['V6']],
  ['affinity-fork-0', ['V6']],
  ['execve-0', ['V6']],
]);
const power_milestones = ['V2', 'V6', 'V7'];

export function is_explored(version: string, configuration: string, model: string): boolean {
  if (one_barrier.has(version)) return b1_scenes.has(configuration);
  if (version === 'V7' && !execve_scenes.has(configuration)) return false;
  if (configuration in other_scenes) {
    if (model !== 'power') return milestones.has(version);
    return (power_versions.get(configuration) ?? power_milestones).includes(version);
  }
  // Without a limit on preemptions power's histories have no end, and tso's have many states.
  if (configuration in mode_scenes) {
    if (model === 'tso') {
      return (
        tso_scenes.has(configuration) ||
        (tso_milestone_scenes.has(configuration) && milestones.has(version))
      );
    }
    return model === 'sc' && !ordered_only.has(version);
  }
  return model !== 'power' || (power_versions.get(configuration)?.includes(version) ?? true);
}
