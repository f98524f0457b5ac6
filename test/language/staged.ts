/** Machines from short spec texts. */
import { expect } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { KcheckError } from '../../src/errors.ts';
import * as api from '../../src/language/index.ts';
import { loadSpecSource } from '../../src/language/loader.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { printText } from '../../src/machine/print/index.ts';
import { validateMachine } from '../../src/machine/validate.ts';
import { memoryModels } from '../../src/memory-models/index.ts';

const NO_LIMITS = {
  maxStates: null,
  timeoutSeconds: null,
  maxBytes: 1 << 28,
  onProgress: null,
  signal: null,
};

/** A spec whose system() is `body`, with everything of kcheck imported on the first line. */
export function specText(body: string, definition = 'versions: { v: {} }'): string {
  const names = Object.keys(api).join(', ');
  return `import { ${names} } from 'kcheck';
export default spec({ title: 'test', ${definition}, system(parameters) {
${body}
} });`;
}

export function stagedMachine(body: string): Machine {
  const spec = loadSpecSource(specText(body));
  const machine = spec.machine(spec.parameters('v', '', {}));
  validateMachine(machine);
  return machine;
}

/** The nodes of the contexts, as `kcheck graph` prints them, without places. */
export function printed(body: string): string {
  return printText(stagedMachine(body))
    .split('\n')
    .slice(2)
    .map((line) => line.replace(/\s+spec\.ts:\d+$/, ''))
    .join('\n')
    .trim();
}

/** The failing properties under SC, with what is said of them. */
export async function failuresOf(body: string): Promise<readonly string[]> {
  const sc = memoryModels.get('sc');
  if (sc === undefined) throw new Error('no sc');
  const { failures } = await check(stagedMachine(body), sc, NO_LIMITS);
  return failures.map(({ message }) => message);
}

/** What is refused, as `code line:column message`. */
export function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof KcheckError)) throw error;
    const { code, message, place, advice } = error;
    expect(advice).not.toBe('');
    return `${code} ${place ? `${place.line}:${place.column}` : '-'} ${message}`;
  }
  return 'nothing is refused';
}
