/**
 * Checks machines in threads beside this one. A machine is plain data, so a thread is sent the very
 * machine that was staged here and loads no spec; what comes back is the result as data. Threads are
 * started when they are first needed, up to a width.
 */
import { Worker } from 'node:worker_threads';
import type { CheckOptions } from '../checker/options.ts';
import type { CheckResult } from '../checker/result.ts';
import type { Machine } from '../machine/machine.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import { restored } from './check-messages.ts';
import type { Answer, Request } from './check-messages.ts';
import type { Checker } from './checker.ts';

const THREAD = new URL('./check-thread.js', import.meta.url);

export class CheckerPool implements Checker {
  readonly width: number;
  readonly #threads = new Set<Worker>();
  readonly #idle: Worker[] = [];
  /** Checks that wait for a thread. */
  readonly #waiting: ((thread: Worker) => void)[] = [];

  constructor(width: number) {
    this.width = width;
  }

  async check(machine: Machine, model: MemoryModel, options: CheckOptions): Promise<CheckResult> {
    const thread = await this.#acquire();
    try {
      return await checkIn(thread, machine, model, options);
    } finally {
      this.#release(thread);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  async #acquire(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#threads.size < this.width) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #start(): Worker {
    const thread = new Worker(THREAD);
    this.#threads.add(thread);
    // A thread that died (its heap was full) is replaced when the next check needs one.
    thread.once('exit', () => this.#threads.delete(thread));
    thread.on('error', () => this.#threads.delete(thread));
    return thread;
  }

  #release(thread: Worker): void {
    const next = this.#waiting.shift();
    const alive = this.#threads.has(thread);
    if (next !== undefined) next(alive ? thread : this.#start());
    else if (alive) this.#idle.push(thread);
  }
}

async function checkIn(
  thread: Worker,
  machine: Machine,
  { name }: MemoryModel,
  { onProgress, signal, ...rest }: CheckOptions,
): Promise<CheckResult> {
  const { promise, resolve, reject } = settled<CheckResult>();
  const onAnswer = (answer: Answer): void => {
    if (answer.kind === 'progress') onProgress?.(answer.progress);
    else if (answer.kind === 'result') resolve(answer.result);
    else reject(restored(answer.error));
  };
  const onExit = (): void => reject(new Error('a checking thread has gone'));
  const abort = (): void => tell(thread, { kind: 'abort' });
  thread.on('message', onAnswer).on('error', reject).on('exit', onExit);
  signal?.addEventListener('abort', abort);
  try {
    const progress = onProgress !== null;
    // A thread opens its own files.
    const options = { ...rest, storage: null };
    tell(thread, { kind: 'check', machine, model: name, options, progress });
    if (signal?.aborted === true) abort();
    return await promise;
  } finally {
    thread.off('message', onAnswer).off('error', reject).off('exit', onExit);
    signal?.removeEventListener('abort', abort);
  }
}

function tell(thread: Worker, request: Request): void {
  thread.postMessage(request);
}

interface Settled<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: Error) => void;
}

/** Promise.withResolvers() needs Node 22. */
function settled<Value>(): Settled<Value> {
  let resolve: Settled<Value>['resolve'] = () => {};
  let reject: Settled<Value>['reject'] = () => {};
  const promise = new Promise<Value>((onValue, onReason) => {
    resolve = onValue;
    reject = onReason;
  });
  return { promise, resolve, reject };
}
