/**
 * The one kind of error that a user may see: a stable code, a cause, a place in the user's source and
 * a next step. Anything else that is thrown is a defect of kcheck (exit code 3).
 * docs/errors.md explains every code; a test holds the two lists equal.
 */

export interface Place {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The whole source line, for the caret; `''` when the file cannot be read. */
  readonly source: string;
}

export class KcheckError extends Error {
  readonly code: string;
  readonly place: Place | null;
  /** What to do instead: one sentence, or `''`. */
  readonly advice: string;

  constructor(code: string, message: string, place: Place | null = null, advice = '') {
    super(message);
    this.name = 'KcheckError';
    this.code = code;
    this.place = place;
    this.advice = advice;
  }
}
