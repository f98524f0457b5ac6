/** Places and events of a trace in words. */
import type { TraceEvent } from '../checker/result.ts';
import { formatValue } from '../machine/format.ts';
import type { Machine, Site } from '../machine/machine.ts';
import { effectWords, madeAt } from './effects.ts';

/** What an event did, in the words of the kernel: `transit = TRANSIT`, `spin_lock(rq[1].lock)`. */
export function describeEvent(event: TraceEvent, machine: Machine): string {
  const words = eventWords(event, machine) + effectWords(event, machine);
  return event.note === '' ? words : `${words}   ${event.note}`;
}

/** An event without its note. */
export function eventWords(event: TraceEvent, machine: Machine): string {
  if (isLocking(event, machine)) return lockWords(event);
  switch (event.kind) {
    case 'load':
      return `${named(event)} -> ${value(event, event.before, machine)}${suffix(event)}`;
    case 'store':
      return `${named(event)} = ${value(event, event.after, machine)}${suffix(event)}`;
    case 'rmw':
      return rmwWords(event, machine);
    case 'fence':
      return `${event.primitive}()`;
    case 'get':
      return `${named(event)} -> ${value(event, event.before, machine)}`;
    case 'set':
      return `${named(event)} := ${value(event, event.after, machine)}`;
    case 'choose':
      return chooseWords(event);
    case 'wait':
      return sourceText(event, machine, 'wait');
    case 'assert':
      return `fails: ${sourceText(event, machine, 'assert')}`;
    case 'mark':
      return 'progress';
    case 'error':
      return `error in ${sourceText(event, machine, 'this step')}`;
    case 'local':
      return `goes on: ${sourceText(event, machine, 'nothing is touched')}`;
    case 'internal':
      return internalWords(event, machine);
  }
}

/**
 * The place that a reader looks for: a primitive that is itself written in the spec language
 * (`spin_lock`) is shown where it is called.
 */
export function readerSite(
  event: Pick<TraceEvent, 'site' | 'primitive'>,
  machine: Machine,
): Site | null {
  let site = siteAt(event.site, machine);
  while (site !== null && site.functionName === event.primitive && site.caller !== null) {
    site = siteAt(site.caller, machine);
  }
  return site;
}

export function siteAt(index: number | null, machine: Machine): Site | null {
  return index === null ? null : (machine.sites[index] ?? null);
}

/** `file:line`. */
export function lineOf(site: Pick<Site, 'file' | 'line'>): string {
  return `${site.file}:${site.line}`;
}

/** `file:line:column`. */
export function placeOf(site: Pick<Site, 'file' | 'line' | 'column'>): string {
  return `${site.file}:${site.line}:${site.column}`;
}

/** ` in mm_get_cid()`, or `''` in a context's own body. */
export function inFunction(site: Site): string {
  return site.functionName === '' ? '' : ` in ${site.functionName}()`;
}

const UNREMARKABLE = new Set(['READ_ONCE', 'WRITE_ONCE', 'load', 'store', 'plain', '']);

function suffix(event: TraceEvent): string {
  return UNREMARKABLE.has(event.primitive) ? '' : `  ${event.primitive}()`;
}

function named(event: TraceEvent): string {
  return event.variable?.name ?? '?';
}

function value(event: TraceEvent, word: number | null, machine: Machine): string {
  if (word === null) return '?';
  return event.variable === null ? String(word) : formatValue(word, event.variable.type, machine);
}

function rmwWords(event: TraceEvent, machine: Machine): string {
  const before = `${named(event)}: ${value(event, event.before, machine)}`;
  const after = event.after === null ? 'unchanged' : `-> ${value(event, event.after, machine)}`;
  return `${before} ${after}${suffix(event)}`;
}

function chooseWords(event: TraceEvent): string {
  if (event.choice === null) return 'choose';
  return `choose ${event.choice.value} of 0..${event.choice.count - 1}`;
}

function internalWords(event: TraceEvent, machine: Machine): string {
  if (event.variable === null) return 'memory takes a step';
  const step = madeAt(event);
  const made = step === null ? '' : ` of step ${step}`;
  const isPlaced = event.effects?.some(({ kind }) => kind === 'placed') === true;
  const store = isLockWord(event.variable.name, machine)
    ? `unlock(${named(event)})`
    : `${named(event)} = ${value(event, event.after, machine)}`;
  return `${store}${made} ${isPlaced ? 'takes effect' : 'reaches memory'}`;
}

function sourceText(event: TraceEvent, machine: Machine, otherwise: string): string {
  return readerSite(event, machine)?.text ?? otherwise;
}

/** Lock words are locked and unlocked; that they hold the index of a context is nobody's business. */
function isLocking(event: TraceEvent, machine: Machine): boolean {
  if (event.variable === null || event.kind === 'internal') return false;
  return /lock/.test(event.primitive) && isLockWord(event.variable.name, machine);
}

function isLockWord(name: string, machine: Machine): boolean {
  return machine.locations.some((location) => location.lock && location.name === name);
}

function lockWords(event: TraceEvent): string {
  if (event.kind === 'load') {
    const read = event.before === null ? '?' : String(event.before !== 0);
    return `${event.primitive}(${named(event)}) -> ${read}`;
  }
  const failed = event.kind === 'rmw' && event.after === null;
  return `${event.primitive}(${named(event)})${failed ? ' fails' : ''}`;
}
