/** The files below templates/, which are shipped. */
import { readFileSync } from 'node:fs';
import { causeOf, usageError } from './errors.ts';

export function templateText(name: string): string {
  const file = new URL(`../../templates/${name}`, import.meta.url);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const advice = `${causeOf(error)}. Reinstall it.`;
    throw usageError('KC0003', `cannot read templates/${name} of kcheck`, advice);
  }
}
