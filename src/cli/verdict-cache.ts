/**
 * Verdicts of earlier sessions, a file each, named by what the verdict depends on: the machine, the
 * memory model, the fairness, the reductions asked for, and kcheck itself. Where one of these is another, so is the name, and
 * nothing is found.
 *
 * Only complete verdicts are kept, whole, with the traces of their failures. A complete verdict does
 * not depend on limits; it is taken for a search with limits that it would not have met.
 */
import { join } from 'node:path';
import type { CheckOptions } from '../checker/options.ts';
import type { CheckResult } from '../checker/result.ts';
import type { KeptFiles } from './kept-files.ts';

export type CheckLimits = Pick<CheckOptions, 'maxStates' | 'timeoutSeconds' | 'maxBytes'>;

/** What a verdict depends on. */
export interface VerdictKey {
  readonly machineHash: string;
  readonly model: string;
  readonly fairness: string | null;
  readonly reductions: readonly string[];
}

export interface KnownVerdict {
  readonly result: CheckResult;
  /** An earlier session has found it, not a run of this one that has the same machine. */
  readonly earlier: boolean;
}

export class VerdictCache {
  readonly #files: KeptFiles;
  readonly #fingerprint: string;
  /** Files of this session. */
  readonly #own = new Set<string>();

  /** `fingerprint` names kcheck as it is. */
  constructor(files: KeptFiles, fingerprint: string) {
    this.#files = files;
    this.#fingerprint = fingerprint;
  }

  /** Null where there is none, or it would have met a limit. */
  async find(key: VerdictKey, limits: CheckLimits): Promise<KnownVerdict | null> {
    const name = this.#nameOf(key);
    const result = (await this.#files.read(name)) as CheckResult | null;
    if (result === null || result.machineHash !== key.machineHash) return null;
    if (!isComplete(result) || !fits(result, limits)) return null;
    return { result, earlier: !this.#own.has(name) };
  }

  async keep(key: VerdictKey, result: CheckResult): Promise<void> {
    if (!isComplete(result)) return;
    const name = this.#nameOf(key);
    if (await this.#files.write(name, result)) this.#own.add(name);
  }

  #nameOf({ machineHash, model, fairness, reductions }: VerdictKey): string {
    const words = [machineHash, model, fairness ?? 'none', ...reductions];
    return join(this.#fingerprint, words.join('-'));
  }
}

function isComplete({ verdict, limits }: CheckResult): boolean {
  return limits.length === 0 && (verdict === 'pass' || verdict === 'fail');
}

function fits(result: CheckResult, { maxStates, timeoutSeconds, maxBytes }: CheckLimits): boolean {
  return (
    result.states < (maxStates ?? Infinity) &&
    result.seconds < (timeoutSeconds ?? Infinity) &&
    result.peakBytes <= maxBytes
  );
}
