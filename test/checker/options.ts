import type { CheckOptions } from '../../src/checker/options.ts';

export const NO_LIMITS: CheckOptions = {
  maxStates: null,
  timeoutSeconds: null,
  maxBytes: 2 ** 31,
  onProgress: null,
  signal: null,
};
