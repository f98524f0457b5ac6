/**
 * Compiles a module. V8 compiles functions as they are called, at first as fast as it can, and once more
 * those that turn out to be hot: a search of some 100,000 transitions is over before that pays. Where the
 * code is to be optimised, a small module is so at once, which takes a few milliseconds; a large one would
 * take longer than it gains.
 */
import { setFlagsFromString } from 'node:v8';

const SMALL_BYTES = 1 << 15;

/** Read when a module is compiled; V8 has had them since Node 20. */
const AT_ONCE = ['--no-liftoff', '--no-wasm-lazy-compilation'];
const AS_CALLED = ['--liftoff', '--wasm-lazy-compilation'];

export function compileModule(bytes: Uint8Array<ArrayBuffer>, optimised: boolean): object {
  if (!optimised || bytes.length > SMALL_BYTES) return new WebAssembly.Module(bytes);
  AT_ONCE.forEach((flag) => setFlagsFromString(flag));
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    AS_CALLED.forEach((flag) => setFlagsFromString(flag));
  }
}
