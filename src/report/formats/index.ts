/** Formats for one counterexample. */
import { itf } from './itf.ts';
import { litmusTest } from './litmus/index.ts';
import { mermaid } from './mermaid.ts';
import type { TracedFailure } from './traced.ts';

export { LitmusRefusal } from './litmus/index.ts';
export type { BufferedStore, TracedFailure } from './traced.ts';

export const traceFormats: ReadonlyMap<string, (traced: TracedFailure) => string> = new Map([
  ['itf', itf],
  ['mermaid', mermaid],
  ['litmus', litmusTest],
]);
