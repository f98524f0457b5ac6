/**
 * The accesses of a counterexample as a litmus test in kernel C, for herd7 and the kernel's own memory
 * model: a thread for each context, and in `exists` the values that the trace reads. The test says that
 * memory may do that. What else it takes for the failure (ghost state, the schedule of contexts on one CPU) has no
 * place in a litmus test; a trace that needs it is refused, and why is said.
 */
import type { Failure, TraceStep } from '../../../checker/result.ts';
import { at, nodeAt } from '../../../machine/graph.ts';
import type { Context, Machine } from '../../../machine/machine.ts';
import { failureTitle } from '../../failure.ts';
import { wrap } from '../../words.ts';
import { runTitle } from '../traced.ts';
import type { TracedFailure } from '../traced.ts';
import { LitmusRefusal } from './refusal.ts';
import { needsAtomic } from './rmw.ts';
import { threadOf } from './thread.ts';
import type { Made, Names, Thread } from './thread.ts';

export { LitmusRefusal } from './refusal.ts';

/** @throws LitmusRefusal where the trace is no litmus test. */
export function litmusTest({ run, failure, states }: TracedFailure): string {
  const { machine } = run;
  requireValues(failure);
  const contexts = contextsIn(failure.trace, machine);
  for (const { context, steps } of contexts) requireOwnCpu(context, steps, contexts);
  requireNoGhosts(contexts);
  const names = namesOf(machine, contexts);
  const threads = contexts.flatMap(({ context, steps }): Thread[] => {
    const thread = threadOf(machine, context, madeBy(context, steps, failure.trace), names);
    return thread.lines.length === 0 ? [] : [thread];
  });
  const last = failure.kind === 'final' ? (states.at(-1) ?? null) : null;
  const conditions = [
    ...threads.flatMap(({ reads }, index) =>
      reads.flatMap(({ register, value }) =>
        value === null ? [] : [`${index}:${register}=${value}`],
      ),
    ),
    ...(last === null
      ? []
      : contested(threads).map((l) => `${names.location(l)}=${last.memory.latest(l)}`)),
  ];
  if (conditions.length === 0) throw new LitmusRefusal('it reads nothing from memory');
  return [
    `C ${testName(run.title, run.version)}`,
    '',
    ...comment([`${runTitle(run)}:`, failureTitle(failure)]),
    '',
    ...initial(machine, threads, names),
    '',
    ...threads.flatMap((thread, index) => [...threadLines(thread, index, machine, names), '']),
    ...existsLines(conditions),
    '',
  ].join('\n');
}

/** Only what values tell is told by a litmus test. */
function requireValues({ kind, cycle }: Failure): void {
  if (cycle.length > 0)
    throw new LitmusRefusal('it is a loop without an end, and a litmus test ends');
  if (kind === 'deadlock') {
    throw new LitmusRefusal(
      'a deadlock is that nobody can step, and a litmus test asks for values',
    );
  }
  if (kind === 'race') {
    throw new LitmusRefusal(
      'a data race is of accesses that come next, and a litmus test asks for values',
    );
  }
  if (kind === 'sometimes') throw new LitmusRefusal('what never happens has no trace');
}

interface Taken {
  readonly context: Context;
  readonly index: number;
  readonly steps: readonly TraceStep[];
}

function contextsIn(trace: readonly TraceStep[], machine: Machine): readonly Taken[] {
  return machine.contexts.flatMap((context, index) => {
    const steps = trace.filter((step) => step.context === context.name);
    return steps.length === 0 ? [] : [{ context, index, steps }];
  });
}

/** What runs on one CPU is in order there, and two threads of a test are not. */
function requireOwnCpu(
  { name }: Context,
  steps: readonly TraceStep[],
  all: readonly Taken[],
): void {
  const cpus = [...new Set(steps.map(({ cpu }) => cpu))];
  if (cpus.length > 1) throw new LitmusRefusal(`${name} moves from CPU${cpus[0]} to CPU${cpus[1]}`);
  const other = all.find(
    (each) => each.context.name !== name && each.steps.some(({ cpu }) => cpu === cpus[0]),
  );
  if (other === undefined) return;
  throw new LitmusRefusal(`${name} and ${other.context.name} run on one CPU, and a thread is one`);
}

/** Ghosts that tell one context of another are a schedule that a test does not have. */
function requireNoGhosts(contexts: readonly Taken[]): void {
  const setBy = new Map<string, string>();
  for (const { context, steps } of contexts) {
    if (context.guard !== null) {
      throw new LitmusRefusal(
        `${context.name} runs only while its guard holds, which is ghost state`,
      );
    }
    for (const { events } of steps) {
      for (const { kind, variable } of events) {
        if (kind === 'set' && variable !== null) setBy.set(variable.name, context.name);
      }
    }
  }
  for (const { context, steps } of contexts) {
    for (const { kind, variable } of steps.flatMap(({ events }) => events)) {
      if (kind === 'wait') throw new LitmusRefusal(`${context.name} waits for ghost state`);
      const setter = kind === 'get' ? setBy.get(variable?.name ?? '') : undefined;
      if (setter === undefined || setter === context.name) continue;
      const ghost = variable?.name ?? '';
      throw new LitmusRefusal(`${context.name} reads the ghost ${ghost}, which ${setter} has set`);
    }
  }
}

/** The events of a context; a load that was put off has the value that it got later. */
function madeBy(
  { name }: Context,
  steps: readonly TraceStep[],
  trace: readonly TraceStep[],
): readonly Made[] {
  return steps.flatMap(({ step, cpu, events }) =>
    events
      .filter(({ node, kind }) => node !== null && kind !== 'local' && kind !== 'error')
      .map((event) =>
        event.kind === 'load' && event.before === null
          ? { ...event, before: satisfied(trace, step, cpu, event.node, name) }
          : event,
      ),
  );
}

function satisfied(
  trace: readonly TraceStep[],
  made: number,
  cpu: number,
  node: number | null,
  context: string,
): number | null {
  for (const step of trace) {
    if (step.cpu !== cpu || (step.context !== '' && step.context !== context)) continue;
    for (const event of step.events) {
      const later = event.effects?.some((each) => each.kind === 'satisfied' && each.step === made);
      if (event.node === node && later === true) return event.before;
    }
  }
  return null;
}

function namesOf(machine: Machine, contexts: readonly Taken[]): Names {
  const spelt = machine.locations.map(({ name }) => name.replaceAll(/\W+/g, '_').replace(/_$/, ''));
  const unique = spelt.map((name, index) =>
    spelt.indexOf(name) === index ? name : `${name}_${index}`,
  );
  const atomic = new Set<string>();
  for (const { context, steps } of contexts) {
    for (const { kind, node: index, variable } of steps.flatMap(({ events }) => events)) {
      if (kind !== 'rmw' || index === null || variable === null) continue;
      const node = nodeAt(context, index);
      if (node.kind === 'rmw' && needsAtomic(node)) atomic.add(variable.name);
    }
  }
  return {
    location: (index) => at(unique, index),
    isAtomic: (index) => atomic.has(at(machine.locations, index).name),
  };
}

/** Locations whose coherence order the reads do not tell: more than one thread stores to them. */
function contested(threads: readonly Thread[]): readonly number[] {
  const all = threads.flatMap(({ stored }) => stored);
  return [...new Set(all.filter((location, index) => all.indexOf(location) !== index))];
}

function testName(title: string, version: string): string {
  return `${title}+${version}`.replaceAll(/[^\w+.-]+/g, '-');
}

function comment(texts: readonly string[]): string[] {
  const lines = texts.flatMap((text) => wrap(text.replaceAll('*)', '* )'), 70, 0));
  return ['(*', ...lines.map((line) => ` * ${line}`), ' *)'];
}

function initial(machine: Machine, threads: readonly Thread[], names: Names): string[] {
  const used = [...new Set(threads.flatMap(({ locations }) => locations))].toSorted(
    (a, b) => a - b,
  );
  const values = used.flatMap((location) => {
    const cell = at(machine.locations, location);
    return cell.initial === 0 ? [] : [`\t${names.location(location)}=${cell.initial};`];
  });
  return values.length === 0 ? ['{}'] : ['{', ...values, '}'];
}

function threadLines(
  { lines, reads, locations }: Thread,
  index: number,
  machine: Machine,
  names: Names,
): string[] {
  const parameters = locations.map((location) => {
    const { lock } = at(machine.locations, location);
    const type = lock ? 'spinlock_t' : names.isAtomic(location) ? 'atomic_t' : 'int';
    return `${type} *${names.location(location)}`;
  });
  const declared = reads.map(({ register }) => `\tint ${register};`);
  return [
    `P${index}(${parameters.join(', ')})`,
    '{',
    ...declared,
    ...(declared.length > 0 ? [''] : []),
    ...lines,
    '}',
  ];
}

function existsLines(conditions: readonly string[]): string[] {
  return wrap(`exists (${conditions.join(' /\\ ')})`, 75, 8);
}
