import { KcheckError } from '../errors.ts';

/** Does `work`; a user's error is kept, anything else is ours and rises. */
export async function collecting(
  errors: KcheckError[],
  work: () => Promise<void> | void,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof KcheckError)) throw error;
    errors.push(error);
  }
}
