/** A counterexample with the states that it goes through, for formats that are about states. */
import type { StateView } from '../../checker/reference/interpreting.ts';
import type { Failure } from '../../checker/result.ts';
import type { Run } from '../run.ts';

export interface TracedFailure {
  readonly run: Omit<Run, 'result'>;
  readonly failure: Failure;
  /** The initial state, and the one after each step; a step that fails need not have one. */
  readonly states: readonly StateView[];
  /** By state, what waits in the store buffer of each CPU; empty where the model has none. */
  readonly buffers: readonly (readonly BufferedStore[])[];
}

export interface BufferedStore {
  readonly cpu: number;
  readonly variable: string;
  readonly value: number;
}

/** `message passing, version plain, configuration two, model power`. */
export function runTitle({ title, version, configuration, model }: Omit<Run, 'result'>): string {
  const words = configuration === '' ? '' : `, configuration ${configuration}`;
  return `${title}, version ${version}${words}, model ${model}`;
}
