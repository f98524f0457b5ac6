/**
 * Ctrl-C during a search stops it softly, so that its figures so far can be printed; a second one
 * kills. Outside a search nothing is listened for: a spec that stages for ever dies at once.
 */
import { ExitCode } from './exit-code.ts';

/** Does something that cannot be stopped softly: Ctrl-C during it kills. */
export type Unheard = <Value>(work: () => Value) => Value;

export async function withInterrupt<Value>(
  work: (signal: AbortSignal, unheard: Unheard) => Promise<Value>,
): Promise<{ readonly value: Value; readonly interrupted: boolean }> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
  };
  const unheard: Unheard = (blocking) => {
    process.off('SIGINT', interrupt);
    try {
      return blocking();
    } finally {
      process.on('SIGINT', interrupt);
    }
  };
  process.on('SIGINT', interrupt);
  try {
    const value = await work(controller.signal, unheard);
    return { value, interrupted: controller.signal.aborted };
  } finally {
    process.off('SIGINT', interrupt);
  }
}
