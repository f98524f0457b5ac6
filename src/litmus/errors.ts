/**
 * The error codes of the litmus front end, explained in docs/errors.md, and how one is raised: with
 * the file, the line and the column of the offending text.
 */
import { KcheckError } from '../errors.ts';
import type { Source } from './source.ts';

export const LITMUS_ERRORS = {
  KC0301: 'the header is not that of a litmus test of a known architecture',
  KC0302: 'the text is not a litmus test of its dialect',
  KC0303: 'unknown instruction or primitive',
  KC0304: 'a primitive that kcheck does not model',
  KC0305: 'a name that the test does not declare',
  KC0306: 'an access whose address is never that of a location',
  KC0307: 'a line of a .jsonl file is not a litmus test',
  KC0308: 'unknown cycle name',
  KC0309: 'an access or a value that goes wrong in some execution',
} as const;

export type LitmusErrorCode = keyof typeof LITMUS_ERRORS;

export function litmusError(
  code: LitmusErrorCode,
  message: string,
  source: Source,
  offset: number,
  advice = '',
): KcheckError {
  return new KcheckError(code, message, source.place(offset), advice);
}
