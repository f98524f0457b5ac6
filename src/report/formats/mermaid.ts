/** The counterexample as a Mermaid sequence diagram: CPUs and memory, and what goes between them. */
import type { TraceEvent, TraceStep } from '../../checker/result.ts';
import type { Machine } from '../../machine/machine.ts';
import { shownEvents } from '../columns.ts';
import { describeEvent } from '../describe.ts';
import { failureTitle } from '../failure.ts';
import { runTitle } from './traced.ts';
import type { TracedFailure } from './traced.ts';

export function mermaid({ run, failure }: TracedFailure): string {
  const { machine } = run;
  const steps = [...failure.trace, ...failure.cycle];
  const cpus = [...new Set(steps.map(({ cpu }) => cpu))].toSorted((a, b) => a - b);
  const running = new Map<number, string>();
  const drawn = (each: readonly TraceStep[]): string[] =>
    each.flatMap((step) => stepLines(step, running, machine));
  const all = [...cpus.map(cpuId), MEMORY];
  const over = `${all[0]},${all.at(-1)}`;
  const lines = [
    'sequenceDiagram',
    `  title ${escaped(runTitle(run))}`,
    ...cpus.map((cpu) => `  participant ${cpuId(cpu)} as ${escaped(machine.cpus[cpu] ?? '')}`),
    `  participant ${MEMORY} as memory`,
    ...drawn(failure.trace),
    ...(failure.cycle.length === 0 ? [] : ['  loop for ever', ...drawn(failure.cycle), '  end']),
    `  Note over ${over}: ${escaped(failureTitle(failure))}`,
  ];
  return `${lines.join('\n')}\n`;
}

const MEMORY = 'M';

function cpuId(cpu: number): string {
  return `C${cpu}`;
}

function stepLines(step: TraceStep, running: Map<number, string>, machine: Machine): string[] {
  const cpu = cpuId(step.cpu);
  const switched = step.context !== '' && running.get(step.cpu) !== step.context;
  if (switched) running.set(step.cpu, step.context);
  const lines = shownEvents(step).map((event, index) => {
    const number = index === 0 ? `${step.step} ` : '';
    const words = escaped(number + describeEvent(event, machine));
    return `  ${arrow(event, cpu)}: ${words}`;
  });
  return switched ? [`  Note over ${cpu}: ${escaped(`[${step.context}]`)}`, ...lines] : lines;
}

/** What a CPU keeps to itself (a store in its buffer, a fence, a ghost) stands at its own line. */
function arrow(event: TraceEvent, cpu: string): string {
  const kept = (event.effects ?? []).some(({ kind }) => KEPT.has(kind));
  switch (event.kind) {
    case 'store':
      return kept ? `${cpu}->>${cpu}` : `${cpu}->>${MEMORY}`;
    case 'load':
      return kept ? `${cpu}->>${cpu}` : `${MEMORY}-->>${cpu}`;
    case 'rmw':
    case 'internal':
      return `${cpu}->>${MEMORY}`;
    case 'fence':
    case 'get':
    case 'set':
    case 'choose':
    case 'wait':
    case 'assert':
    case 'mark':
    case 'error':
    case 'local':
      return `Note over ${cpu}`;
  }
}

const KEPT: ReadonlySet<string> = new Set(['buffered', 'forwarded', 'deferred']);

/** `;` ends a statement of Mermaid's, `#` begins an entity. */
function escaped(text: string): string {
  return text.replaceAll(/[#;]/g, (character) => `#${character.charCodeAt(0)};`);
}
