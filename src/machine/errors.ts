/** The codes of everything that can be wrong with a machine, and how one is raised: at a site of it. */
import { KcheckError } from '../errors.ts';
import type { Place } from '../errors.ts';
import type { Machine } from './machine.ts';

/** Code → title. docs/errors.md has a section for each. */
export const machineErrors = {
  KC0201: 'Index out of range',
  KC0202: 'Wrong address',
  KC0203: 'Wrong expression',
  KC0204: 'Ghost read in the wrong place',
  KC0205: 'A property does more than read',
  KC0206: 'Too many contexts',
  KC0207: 'Value outside its type',
  KC0208: 'No such CPU',
  KC0209: 'Two memory accesses in an atomic region',
  KC0210: 'Loop in an atomic region',
  KC0211: 'Atomic region without a first node',
} as const;

export type MachineErrorCode = keyof typeof machineErrors;

/** `site`: the construct at fault; null where it has no place of its own. */
export function machineError(
  code: MachineErrorCode,
  message: string,
  machine: Machine,
  site: number | null,
  advice = '',
): KcheckError {
  return new KcheckError(code, message, placeOf(machine, site), advice);
}

/** The machine does not hold the source, so the place is without its line's text. */
function placeOf(machine: Machine, site: number | null): Place | null {
  const found = site === null ? undefined : machine.sites[site];
  if (found === undefined) return null;
  const { file, line, column } = found;
  return { file, line, column, source: '' };
}
