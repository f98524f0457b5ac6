/**
 * A search that can be gone on with. A checkpoint begins with what it is a checkpoint of: the machine, the
 * memory model, and how it is searched. Behind it stands all that the search holds, in the order in which
 * it is read.
 */
import { machineHash } from '../../machine/hash.ts';
import type { Machine } from '../../machine/machine.ts';
import type { MemoryModel } from '../../memory-models/memory-model.ts';
import { getJson, putJson } from '../../memory-models/sink.ts';
import type { Sink, Source } from '../../memory-models/sink.ts';
import type { CheckOptions } from '../options.ts';
import type { SearchOptions } from '../search.ts';
import type { Storage, StoredCheckpoint } from '../storage.ts';
import { cannotBeKept, notOfThis } from './errors.ts';

/** Everything that has to be the same for a search to go on where it was. */
interface Subject {
  readonly kcheck: string;
  readonly machine: string;
  readonly model: string;
  readonly livelocks: boolean;
}

const WORDS: Readonly<Record<keyof Subject, string>> = {
  kcheck: 'version of kcheck',
  machine: 'machine',
  model: 'memory model',
  livelocks: 'choice of --no-livelock',
};

/** Writes the search down from time to time. */
export class Checkpoints {
  readonly #write: (write: (sink: Sink) => void) => void;
  readonly #subject: Subject;
  readonly #seconds: number;
  #last = performance.now();

  constructor(subject: Subject, storage: Storage, path: string, seconds: number) {
    this.#subject = subject;
    this.#seconds = seconds;
    this.#write = (write) => storage.writeCheckpoint(path, write);
  }

  get isDue(): boolean {
    return performance.now() - this.#last >= 1000 * this.#seconds;
  }

  /** `refuted`: of what the memory model has assumed. */
  write(refuted: readonly number[], save: (sink: Sink) => void): void {
    this.#write((sink) => {
      putJson(sink, this.#subject);
      putJson(sink, refuted);
      save(sink);
    });
    this.#last = performance.now();
  }
}

/** A search that is gone on with. */
export interface Resumed {
  readonly refuted: readonly number[];
  /** The rest of the checkpoint. */
  readonly source: Source;
  close(): void;
}

export interface Continued {
  readonly checkpoints: Checkpoints | null;
  readonly resumed: Resumed | null;
}

/** What a search is told of that; `refuted`: what its system does not assume. */
export function continuationOf(
  { checkpoints, resumed }: Continued,
  refuted: readonly number[],
): Pick<SearchOptions, 'checkpoints' | 'resume'> {
  // What has been refuted since then makes a search start from its beginning.
  const same = resumed !== null && resumed.refuted.join() === refuted.join();
  return {
    checkpoints: checkpoints && {
      get isDue() {
        return checkpoints.isDue;
      },
      write: (save) => checkpoints.write(refuted, save),
    },
    resume: same ? resumed.source : null,
  };
}

/** What the options say of checkpoints. @throws KC0053 where one is of something else */
export async function continuedOf(
  machine: Machine,
  model: MemoryModel,
  options: CheckOptions,
): Promise<Continued> {
  const { storage = null, checkpoint = null, resume = null } = options;
  if (storage === null || (checkpoint === null && resume === null)) {
    return { checkpoints: null, resumed: null };
  }
  if ((options.fairness ?? null) !== null) throw cannotBeKept('starvation is looked for');
  if (model.name === 'power') {
    throw cannotBeKept('power numbers what its states are made of as it meets it');
  }
  if (checkpoint !== null) storage.requireWritable(checkpoint.file);
  const subject = {
    kcheck: storage.kcheck,
    machine: await machineHash(machine),
    model: model.name,
    livelocks: options.livelocks !== false,
  };
  const resumed =
    resume === null ? null : resumedFrom(storage.openCheckpoint(resume), resume, subject);
  const checkpoints =
    checkpoint === null
      ? null
      : new Checkpoints(subject, storage, checkpoint.file, checkpoint.seconds);
  return { checkpoints, resumed };
}

function resumedFrom(stored: StoredCheckpoint, path: string, subject: Subject): Resumed {
  const saved = getJson(stored) as Subject;
  for (const name of Object.keys(WORDS) as (keyof Subject)[]) {
    if (saved[name] === subject[name]) continue;
    stored.close();
    throw notOfThis(path, WORDS[name]);
  }
  const refuted = getJson(stored) as readonly number[];
  return { refuted, source: stored, close: () => stored.close() };
}
