/**
 * A name for a machine's content: equal for two machines if and only if they are the same data (but
 * for the chance of 1 in 2^64). Tells a reader whether two verdicts speak of the same machine.
 */
import xxhash from 'xxhash-wasm';
import type { Machine } from './machine.ts';

/** Compiled when it is first wanted. */
let hashing: ReturnType<typeof xxhash> | null = null;

/** Sixteen hexadecimal digits: XXH64 of the machine as JSON. */
export async function machineHash(machine: Machine): Promise<string> {
  return contentHash(JSON.stringify(machine));
}

/** The same of any text. */
export async function contentHash(text: string): Promise<string> {
  hashing ??= xxhash();
  return (await hashing).h64ToString(text);
}
