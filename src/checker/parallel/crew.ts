/** The threads that explore a machine with this one. */
import { Worker } from 'node:worker_threads';
import { KcheckError } from '../../errors.ts';
import type { Answer, Given } from './messages.ts';
import type { SentShare } from './share.ts';
import type { Sweep, Swept } from './sweep.ts';

const THREAD = new URL('./thread.js', import.meta.url);

/** A thread runs built files alone; the sources run where they are tested. */
export function hasThreads(): boolean {
  return !import.meta.url.endsWith('.ts');
}

export class Crew {
  readonly #threads: readonly Worker[];
  readonly #shares: Promise<readonly SentShare[]>;
  #failure: Error | null = null;

  /** `count` besides this one, which is number 0. */
  constructor(count: number, given: Omit<Given, 'thread'>) {
    this.#threads = Array.from(
      { length: count },
      (_, i) => new Worker(THREAD, { workerData: { ...given, thread: i + 1 } }),
    );
    this.#shares = Promise.all(this.#threads.map((thread) => shareOf(thread)));
    // Who is failed by a thread asks, and need not wait for the shares.
    this.#shares.catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    });
  }

  /** Why a thread has gone; null: none has, or nothing is known of it yet. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** What the threads have found, once they were told to end. */
  shares(): Promise<readonly SentShare[]> {
    return this.#shares;
  }

  /** Has all sweep their shares, which must be known. */
  sweep(task: Sweep): Promise<readonly Swept[]> {
    return Promise.all(this.#threads.map((thread) => sweptBy(thread, task)));
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

export function threadGone(): KcheckError {
  return new KcheckError(
    'KC0404',
    'a thread of the search has gone',
    null,
    'Its memory may have been full. --workers 1 searches without other threads.',
  );
}

function shareOf(thread: Worker): Promise<SentShare> {
  return new Promise((resolve, reject) => {
    thread.on('message', (answer: Answer) => {
      if (answer.kind === 'share') resolve(answer.share);
      else if (answer.kind === 'broken') reject(restored(answer));
    });
    thread.on('error', () => reject(threadGone()));
    thread.on('exit', () => reject(threadGone()));
  });
}

function sweptBy(thread: Worker, task: Sweep): Promise<Swept> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(threadGone());
    thread.once('exit', gone);
    thread.once('message', (answer: Answer) => {
      thread.off('exit', gone);
      if (answer.kind === 'swept') resolve(answer.swept);
      else gone();
    });
    thread.postMessage(task);
  });
}

function restored({ message, stack }: Answer & { readonly kind: 'broken' }): Error {
  const error = new Error(message);
  error.stack = stack;
  return error;
}
