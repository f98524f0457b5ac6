/** Litmus tests from the names of their cycles: `MP+lwsync+addr`, `SB+mfences`, `2+2W+lwsync+po`. */
import { cycleOf } from './cycle.ts';
import { ppcText } from './ppc.ts';
import { x86Text } from './x86.ts';

/**
 * The text of the .litmus test.
 * @throws KcheckError KC0308 if the name is not a cycle's, or has an edge that the architecture lacks.
 */
export function generateLitmus(name: string, architecture: 'PPC' | 'X86'): string {
  const cycle = cycleOf(name);
  return architecture === 'PPC' ? ppcText(cycle) : x86Text(cycle);
}
