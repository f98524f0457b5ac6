/**
 * Ctrl-C during a search stops it softly, so that its figures so far can be printed; a second one
 * kills. Outside a search nothing is listened for: a spec that stages for ever dies at once.
 */
import { ExitCode } from './exit-code.ts';

export async function withInterrupt<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<{ readonly value: Value; readonly interrupted: boolean }> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    const value = await work(controller.signal);
    return { value, interrupted: controller.signal.aborted };
  } finally {
    process.off('SIGINT', interrupt);
  }
}
