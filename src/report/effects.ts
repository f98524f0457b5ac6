/** What memory did with an event, in words. */
import type { MemoryEffect, TraceEvent } from '../checker/result.ts';
import type { Machine } from '../machine/machine.ts';

/** ` (buffered)`, or `''` where memory did nothing that has to be told. */
export function effectWords({ effects = [] }: TraceEvent, machine: Machine): string {
  const words = effects.map((effect) => wordsOf(effect, machine)).filter((each) => each !== '');
  return words.length === 0 ? '' : ` (${words.join('; ')})`;
}

/** Of a step of memory: the step at which the store was made that takes effect now; null: unknown. */
export function madeAt({ effects = [] }: TraceEvent): number | null {
  for (const effect of effects) {
    if (effect.kind === 'drained' || effect.kind === 'placed') return effect.step;
  }
  return null;
}

function wordsOf(effect: MemoryEffect, machine: Machine): string {
  switch (effect.kind) {
    case 'buffered':
      return 'buffered';
    case 'forwarded':
      return `forwarded from its own store of step ${effect.step}`;
    case 'stale':
      return staleWords(effect, machine);
    case 'deferred':
      return effect.until === null ? 'put off' : `put off until step ${effect.until}`;
    case 'satisfied':
      return `the load of step ${effect.step}`;
    case 'before':
      return `before the store of step ${effect.step} in coherence order`;
    case 'drained':
    case 'placed': // The line says it.
      return '';
  }
}

function staleWords(
  { cpu, step, reader }: MemoryEffect & { kind: 'stale' },
  machine: Machine,
): string {
  const [writer, here] = [cpuName(cpu, machine), cpuName(reader, machine)];
  return `overwritten by ${writer} at step ${step}, not yet visible to ${here}`;
}

function cpuName(cpu: number, machine: Machine): string {
  return machine.cpus[cpu] ?? `CPU${cpu}`;
}
