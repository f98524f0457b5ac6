/** The reporters by name. */
import { json } from './json.ts';
import type { Reporter } from './run.ts';
import { text } from './text.ts';

export const reporters: ReadonlyMap<string, Reporter> = new Map([
  ['text', text],
  ['json', json],
]);
