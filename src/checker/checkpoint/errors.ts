/** Why a search cannot be written down, or gone on with. */
import { KcheckError } from '../../errors.ts';

export function notOfThis(path: string, what: string): KcheckError {
  const message = `${path} is a checkpoint of another ${what}`;
  const advice = 'Select the run that it is of, or search from the start, without --resume.';
  return new KcheckError('KC0053', message, null, advice);
}

/** Not every search can be written down. */
export function cannotBeKept(why: string): KcheckError {
  const advice = 'Search without --checkpoint and --resume.';
  return new KcheckError('KC0054', `no checkpoint can be made: ${why}`, null, advice);
}
