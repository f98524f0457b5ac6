/**
 * `power`: a PowerPC-like model as a view machine. It follows the POWER of Sarkar, Sewell, Alglave,
 * Maranget and Williams ("Understanding POWER multiprocessors", PLDI 2011) as Alglave, Maranget and
 * Tautschnig give it by axioms ("Herding cats", TOPLAS 2014: ppc.cat), against which it is tried.
 * docs/design/power.md has the rules R1 to R9, the state and the arguments.
 *
 *  - views, interned (power/views.ts); messages in coherence order (power/coherence.ts)
 *  - accesses that are put off (power/window.ts), performed in any order (power/perform.ts)
 *  - the steps of contexts (power/step.ts), and of memory, a CPU's put off loads (power/system.ts)
 *  - forgetting and canonical states (power/canonical.ts); data races (power/races.ts)
 *  - what is known beforehand (power/facts.ts, power/classes.ts)
 *
 * Deviations. An atomic update is performed in program order and orders later stores as a branch does,
 * as arch/powerpc's loops around stwcx. do. A context that moves to another CPU takes no dependency
 * with it. A plain access whose address is put off waits for it. With loops, a location has room for 8
 * messages and a CPU for 8 accesses that are put off; a run that needs more says so.
 */
import type { MemoryModel } from './memory-model.ts';
import { PowerSystem } from './power/system.ts';

export const power: MemoryModel = {
  name: 'power',
  choosesAtLoads: true,
  compile: (machine, refuted) => new PowerSystem(machine, refuted),
};
