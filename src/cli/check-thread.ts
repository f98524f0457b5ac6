/** The body of a checking thread: one machine at a time, as checker-pool.ts asks. */
import { parentPort } from 'node:worker_threads';
import { check } from '../checker/check.ts';
import { memoryModels } from '../memory-models/index.ts';
import { cloned } from './check-messages.ts';
import { DISK } from './disk/index.ts';
import type { Answer, Request } from './check-messages.ts';

let running: AbortController | null = null;

parentPort?.on('message', (request: Request) => {
  if (request.kind === 'abort') running?.abort();
  else void answered(request).then(answer);
});

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

async function answered(request: Request & { readonly kind: 'check' }): Promise<Answer> {
  running = new AbortController();
  try {
    const model = memoryModels.get(request.model);
    if (model === undefined) throw new Error(`no memory model is named ${request.model}`);
    const result = await check(request.machine, model, {
      ...request.options,
      onProgress: request.progress ? (progress) => answer({ kind: 'progress', progress }) : null,
      signal: running.signal,
      storage: DISK,
    });
    return { kind: 'result', result };
  } catch (error) {
    return { kind: 'error', error: cloned(error) };
  } finally {
    running = null;
  }
}
