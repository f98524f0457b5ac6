/**
 * sys_membarrier(), before and after the per-CPU mutexes for targeted commands: does a call do what
 * it promises, and what does a CPU that does not answer hold up? docs/mechanisms/membarrier.md tells
 * the story; src/models/membarrier.ts is the model. What orders what is in the specs beside this one.
 */
import { spec } from 'kcheck';
import { MM, MM2 } from 'kcheck/models/membarrier';
import { progress, throttle } from './progress.ts';
import { liburcu, one_call, rseq_update } from './promises.ts';
import { versions } from './versions.ts';

const BROADCAST = -1;
const P1 = { scene: 'progress', A: 2, B: 0, mm_of_B: MM, hotplug: false } as const;
const P2 = { scene: 'throttle' } as const;

const configurations = {
  broadcast: { scene: 'one call', cpu_id: BROADCAST },
  targeted: { scene: 'one call', cpu_id: 1 },
  'no such CPU': { scene: 'one call', cpu_id: 2 },
  liburcu: { scene: 'liburcu' },
  'rseq broadcast': { scene: 'rseq', cpu_id: BROADCAST },
  'rseq targeted': { scene: 'rseq', cpu_id: 1 },
  'deaf CPU': P1,
  'deaf CPU broadcast': { ...P1, A: BROADCAST },
  'deaf CPU two broadcasts': { ...P1, A: BROADCAST, B: BROADCAST, mm_of_B: MM2 },
  'deaf CPU hotplug': { ...P1, hotplug: true },
  'two broadcasts': { ...P2, A: BROADCAST, B: BROADCAST },
  'two for one CPU': { ...P2, A: 2, B: 2 },
  'two for two CPUs': { ...P2, A: 2, B: 0 },
  hotplug: { ...P2, A: 2, B: 0, hotplug: true },
} as const;

type Outcome = 'pass' | { readonly fails: string | readonly string[] };
type Outcomes = Record<string, Outcome | Record<'sc' | 'tso' | 'power', Outcome>>;

/** The version passes in every configuration but in those named. */
function all_pass_but(failing: Outcomes): Outcomes {
  const passing = Object.keys(configurations).map((name): [string, Outcome] => [name, 'pass']);
  return { ...Object.fromEntries(passing), ...failing };
}

export default spec({
  title: 'membarrier',
  versions,
  configurations,
  // In 2015 there were no flags, and the one command was for all processes.
  skip: ({ version, configuration }) =>
    version === 'S' && configuration !== 'broadcast' && configuration !== 'liburcu',
  parameters: { cpu_id: BROADCAST, A: BROADCAST, B: BROADCAST, mm_of_B: MM, hotplug: false },
  system(parameters) {
    switch (parameters.scene) {
      case 'one call':
        one_call(parameters, parameters.cpu_id);
        break;
      case 'liburcu':
        liburcu(parameters);
        break;
      case 'rseq':
        rseq_update(parameters, parameters.cpu_id);
        break;
      case 'progress':
        progress(parameters, parameters);
        break;
      case 'throttle':
        throttle(parameters, parameters);
        break;
    }
  },
  expect: {
    S: 'pass',
    B0: all_pass_but({
      'deaf CPU': { fails: 'P1' },
      'deaf CPU broadcast': { fails: 'P1' },
      'deaf CPU two broadcasts': { fails: 'P1' },
      'deaf CPU hotplug': { fails: 'P1' },
      'two for two CPUs': { fails: 'P3' },
      hotplug: { fails: 'P3' },
    }),
    // A broadcast does nothing, and so nothing waits for one either.
    B2: all_pass_but({
      broadcast: { fails: ['Q1', 'Q3'] },
      liburcu: { sc: 'pass', tso: { fails: 'D' }, power: { fails: 'D' } },
      'rseq broadcast': { fails: 'Q2' },
      'deaf CPU hotplug': { fails: 'P1' },
    }),
    B3: all_pass_but({
      'deaf CPU two broadcasts': { fails: 'P1' },
      'deaf CPU hotplug': { fails: 'P1' },
    }),
  },
});
