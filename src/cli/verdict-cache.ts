/**
 * Verdicts of earlier sessions, a file each, named by what the verdict depends on: the machine, the
 * memory model, the fairness, and kcheck itself. Where one of these is another, so is the name, and
 * nothing is found; a spec is staged every time, so its machine is never taken on trust.
 *
 * Only complete verdicts are kept, whole, with the traces of their failures. A complete verdict does
 * not depend on limits; it is taken for a search with limits that it would not have met. A file that is
 * not what was written (its checksum says) counts as absent. Sessions at the same time do no harm: a file
 * is written under a name of its own, then renamed, and two that race write the same verdict.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckOptions } from '../checker/options.ts';
import type { CheckResult } from '../checker/result.ts';
import { contentHash } from '../machine/hash.ts';
import { causeOf } from './errors.ts';

export type CheckLimits = Pick<CheckOptions, 'maxStates' | 'timeoutSeconds' | 'maxBytes'>;

/** What a verdict depends on. */
export interface VerdictKey {
  readonly machineHash: string;
  readonly model: string;
  readonly fairness: string | null;
}

export interface KnownVerdict {
  readonly result: CheckResult;
  /** An earlier session has found it, not a run of this one that has the same machine. */
  readonly earlier: boolean;
}

export class VerdictCache {
  readonly #directory: string;
  readonly #verdicts: string;
  readonly #warn: (words: string) => void;
  /** Files of this session. */
  readonly #own = new Set<string>();
  #ready = false;
  #broken = false;

  /** `fingerprint` names kcheck as it is; `warn` is told, once, where nothing can be written. */
  constructor(directory: string, fingerprint: string, warn: (words: string) => void) {
    this.#directory = directory;
    this.#verdicts = join(directory, fingerprint);
    this.#warn = warn;
  }

  /** Null where there is none, or it would have met a limit. */
  async find(key: VerdictKey, limits: CheckLimits): Promise<KnownVerdict | null> {
    const file = this.#fileOf(key);
    const text = contentOf(file);
    const result = text === null ? null : await resultIn(text);
    if (result === null || result.machineHash !== key.machineHash) return null;
    if (!isComplete(result) || !fits(result, limits)) return null;
    return { result, earlier: !this.#own.has(file) };
  }

  async keep(key: VerdictKey, result: CheckResult): Promise<void> {
    if (this.#broken || !isComplete(result)) return;
    const json = JSON.stringify(result);
    const text = `${await contentHash(json)}\n${json}\n`;
    try {
      this.#prepare();
      writeAtomically(this.#fileOf(key), text);
      this.#own.add(this.#fileOf(key));
    } catch (error) {
      this.#broken = true;
      this.#warn(`no verdict can be kept in ${this.#directory}: ${causeOf(error)}`);
    }
  }

  #fileOf({ machineHash, model, fairness }: VerdictKey): string {
    return join(this.#verdicts, `${machineHash}-${model}-${fairness ?? 'none'}`);
  }

  /** The directory tells version control to leave it alone. */
  #prepare(): void {
    if (this.#ready) return;
    mkdirSync(this.#verdicts, { recursive: true });
    writeAtomically(join(this.#directory, '.gitignore'), '*\n');
    this.#ready = true;
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

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

async function resultIn(text: string): Promise<CheckResult | null> {
  const [checksum = '', json = ''] = text.split('\n');
  if (checksum !== (await contentHash(json))) return null;
  return JSON.parse(json) as CheckResult;
}

let written = 0;

function writeAtomically(file: string, text: string): void {
  const own = `${file}.${process.pid}.${written++}.tmp`;
  try {
    writeFileSync(own, text);
    renameSync(own, file);
  } catch (error) {
    rmSync(own, { force: true });
    throw error;
  }
}
