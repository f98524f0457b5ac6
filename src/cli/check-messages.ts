/** What a checking thread is told, and what it answers: data that can be cloned. */
import type { CheckOptions } from '../checker/options.ts';
import type { CheckResult, Progress } from '../checker/result.ts';
import { KcheckError } from '../errors.ts';
import type { Place } from '../errors.ts';
import type { Machine } from '../machine/machine.ts';

export type Request =
  | {
      readonly kind: 'check';
      readonly machine: Machine;
      readonly model: string;
      readonly options: Omit<CheckOptions, 'onProgress' | 'signal'>;
      readonly progress: boolean;
    }
  | { readonly kind: 'abort' };

export type Answer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: CheckResult }
  | { readonly kind: 'error'; readonly error: ClonedError };

/** A clone of an error keeps neither its class nor the fields of ours. */
export interface ClonedError {
  readonly code: string | null;
  readonly message: string;
  readonly place: Place | null;
  readonly advice: string;
  readonly stack: string;
}

export function cloned(error: unknown): ClonedError {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof KcheckError)) {
    return { code: null, message, place: null, advice: '', stack };
  }
  const { code, place, advice } = error;
  return { code, message, place, advice, stack };
}

export function restored({ code, message, place, advice, stack }: ClonedError): Error {
  const error = code === null ? new Error(message) : new KcheckError(code, message, place, advice);
  error.stack = stack;
  return error;
}
