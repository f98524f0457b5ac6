/** CPUs, and what runs on them. */
import { refuse } from '../errors.ts';
import { describe } from '../staging/cells.ts';
import { declaring } from '../staging/current.ts';
import { callStack } from '../staging/places.ts';
import type { Context } from '../../machine/machine.ts';
import type { ContextDraft, Draft } from '../staging/draft.ts';

/** Where and when a context runs. */
export interface ContextOptions {
  /**
   * The CPU that it steps on, or how ghost state tells which. Without it, a task has a CPU of its own.
   */
  readonly cpu?: number | (() => number);
  /** It steps only while this holds, over ghost state. */
  readonly when?: () => boolean;
  /** The name of the property that it can always come to its end, or its next progress mark. */
  readonly property?: string;
}

/** Declares a CPU, named `CPU0`, `CPU1` … unless `name` is given; returns its number. */
export function cpu(name?: string): number {
  const draft = declaring('cpu');
  return addCpu(draft, name ?? `CPU${draft.cpus.length}`);
}

/** Declares `n` CPUs; returns their numbers. */
export function cpus(n: number): readonly number[] {
  const draft = declaring('cpus');
  if (!Number.isInteger(n) || n < 1) {
    refuse(
      'KC0121',
      `cpus() is given ${typeof n === 'number' ? n : describe(n)}`,
      'It takes how many there are: at least 1.',
    );
  }
  return Object.freeze(Array.from({ length: n }, () => addCpu(draft, `CPU${draft.cpus.length}`)));
}

/**
 * Declares a task: code that must come to its end. `task(name, body)` gives it a CPU of its own;
 * `task(name, { cpu, when, property }, body)` says where and when it runs.
 */
export function task(name: string, body: () => void): void;
export function task(name: string, options: ContextOptions, body: () => void): void;
export function task(
  name: string,
  first: ContextOptions | (() => void),
  second?: () => void,
): void {
  addContext('task', 'done', name, first, second);
}

/**
 * Declares a service: code that runs for ever and must always be able to get to its next
 * `progress()`, such as the scheduler of a CPU or a kernel thread.
 */
export function service(name: string, body: () => void): void;
export function service(name: string, options: ContextOptions, body: () => void): void;
export function service(
  name: string,
  first: ContextOptions | (() => void),
  second?: () => void,
): void {
  addContext('service', 'mark', name, first, second);
}

/** Declares code of which nothing is asked: it need not get anywhere. */
export function observer(name: string, body: () => void): void;
export function observer(name: string, options: ContextOptions, body: () => void): void;
export function observer(
  name: string,
  first: ContextOptions | (() => void),
  second?: () => void,
): void {
  addContext('observer', 'none', name, first, second);
}

function addCpu(draft: Draft, name: string): number {
  if (typeof name !== 'string')
    refuse('KC0121', `cpu() is given ${describe(name)}`, 'It takes a name.');
  if (draft.cpus.includes(name)) {
    refuse('KC0130', `two CPUs are named ${name}`, 'Name one of them differently.');
  }
  return draft.cpus.push(name) - 1;
}

function addContext(
  primitive: string,
  liveness: Context['liveness'],
  name: string,
  first: ContextOptions | (() => void),
  second: (() => void) | undefined,
): void {
  const draft = declaring(primitive);
  const options = typeof first === 'function' ? {} : first;
  const body = typeof first === 'function' ? first : second;
  if (typeof name !== 'string') {
    refuse(
      'KC0121',
      `${primitive}() is given ${describe(name)} as its name`,
      'A name is a string.',
    );
  }
  if (typeof body !== 'function' || typeof options !== 'object' || options === null) {
    refuse('KC0121', `${primitive}() is given no body`, `Write ${primitive}(name, () => { … }).`);
  }
  if (draft.contexts.some((context) => context.name === name)) {
    refuse('KC0130', `two contexts are named ${name}`, 'Name one of them differently.');
  }
  draft.contexts.push({
    name,
    cpu: cpuOf(draft, options.cpu),
    when: conditionOf(primitive, options.when),
    body,
    liveness,
    livenessName: propertyOf(primitive, options.property),
    site: draft.site(),
    stack: [...callStack],
  });
}

function cpuOf(draft: Draft, given: ContextOptions['cpu']): ContextDraft['cpu'] {
  if (given === undefined) return addCpu(draft, `CPU${draft.cpus.length}`);
  if (typeof given === 'function') return given;
  if (typeof given === 'number' && given in draft.cpus) return given;
  return refuse(
    'KC0121',
    `there is no CPU ${typeof given === 'number' ? given : describe(given)}`,
    'Use the numbers that cpu() and cpus() return.',
  );
}

function conditionOf(primitive: string, when: ContextOptions['when']): ContextDraft['when'] {
  if (when === undefined) return null;
  if (typeof when === 'function') return when;
  return refuse(
    'KC0121',
    `'when' of ${primitive}() is ${describe(when)}`,
    'Write when: () => condition.',
  );
}

function propertyOf(primitive: string, property: string | undefined): string | null {
  if (property === undefined) return null;
  if (typeof property === 'string' && property !== '') return property;
  return refuse('KC0121', `'property' of ${primitive}() is ${describe(property)}`, 'It is a name.');
}
