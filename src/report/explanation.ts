/** Why a trace is possible, in one sentence. */
import type {
  Explanation,
  Failure,
  OrderedAccess,
  OrderingPrimitive,
  Reordering,
  Rest,
} from '../checker/result.ts';
import type { Machine } from '../machine/machine.ts';
import { readerSite } from './describe.ts';

export function explanationSentence(
  explanation: Explanation,
  kind: Failure['kind'],
  machine: Machine,
): string {
  switch (explanation.kind) {
    case 'in-order':
      return 'No reordering is needed: sequential consistency (sc) allows the same.';
    case 'unexplained':
      return UNEXPLAINED[explanation.why];
    case 'reordered':
      return reorderedSentence(explanation, kind, machine);
  }
}

const UNEXPLAINED = {
  limit: 'Why the memory model allows this was not found out: too many states.',
  barriers: 'Barriers between all accesses of this trace make it no less possible.',
} as const;

function reorderedSentence(
  { pairs, further, rest }: Explanation & { kind: 'reordered' },
  kind: Failure['kind'],
  machine: Machine,
): string {
  const [only] = pairs;
  // Accesses that race are only unordered; neither has overtaken the other.
  const isOvertaking = pairs.length === 1 && only !== undefined && kind !== 'race';
  const because = isOvertaking ? overtaking(only, machine) : unordered(pairs, machine);
  const verb = pairs.length === 1 || areAlike(pairs) ? 'forbids' : 'forbid';
  const outcome = outcomeWords(rest, alsoWords(pairs, further, machine));
  return `Possible because ${because}; ${remedy(pairs)} ${verb} ${outcome}.`;
}

function overtaking(pair: Reordering, machine: Machine): string {
  return `${firstOf(pair, machine)} takes effect after its ${secondOf(pair, machine)}`;
}

function unordered(pairs: readonly Reordering[], machine: Machine): string {
  const clauses = pairs.map(
    (pair) => `${firstOf(pair, machine)} before its ${secondOf(pair, machine)}`,
  );
  return `nothing orders ${clauses.join(', nor ')}`;
}

function remedy(pairs: readonly Reordering[]): string {
  const [first] = pairs;
  if (first === undefined) return '';
  if (pairs.length === 1) return barrierWords(first, 'between them', 'for the');
  if (areAlike(pairs)) {
    const where = pairs.length === 2 ? 'in both places' : 'in each place';
    return barrierWords(first, where, `${where} for the`);
  }
  const words = pairs.map((pair, index) => {
    const place = ORDINALS[index] ?? 'next';
    return barrierWords(pair, `between the ${place} two`, `in the ${place} place for the`);
  });
  return words.join(' and ');
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

/** Whether one kind of barrier orders all pairs. */
function areAlike(pairs: readonly Reordering[]): boolean {
  return new Set(pairs.map(({ barriers }) => barriers.join())).size === 1;
}

/** `smp_rmb() or an address dependency between them`, `smp_load_acquire() for the first`. */
function barrierWords({ barriers }: Reordering, between: string, forThe: string): string {
  if (barriers.includes('smp_load_acquire')) return `smp_load_acquire() ${forThe} first`;
  if (barriers.includes('smp_store_release')) return `smp_store_release() ${forThe} second`;
  return `${barriers.map(nameOf).join(' or ')} ${between}`;
}

function nameOf(barrier: OrderingPrimitive): string {
  switch (barrier) {
    case 'control dependency':
      return 'a control dependency';
    case 'address dependency':
      return 'an address dependency';
    default:
      return `${barrier}()`;
  }
}

/** What orders the further pairs; code that is called in several places is told once. */
function alsoWords(
  pairs: readonly Reordering[],
  further: readonly Reordering[],
  machine: Machine,
): string {
  const told = new Set(pairs.map((pair) => placed(pair, machine)));
  const more = [...new Set(further.map((pair) => placed(pair, machine)))];
  const others = more.filter((words) => !told.has(words));
  if (more.length > 0 && others.length === 0) return 'with the same wherever this code is called';
  return others.length === 0 ? '' : `with ${others.join(' and ')} as well`;
}

/** `smp_mb() between CPU1's store of y (sb.ts:23) and its load of x (sb.ts:25)`. */
function placed(pair: Reordering, machine: Machine): string {
  const [first, second] = [firstOf(pair, machine), secondOf(pair, machine)];
  const between = `between ${first} and its ${second}`;
  return barrierWords(pair, between, `${between} for the`);
}

function outcomeWords(rest: Rest, more: string): string {
  const also = more === '' ? '' : `, even ${more}`;
  switch (rest) {
    case 'passes':
      return more === '' ? 'it, and then no schedule fails' : `it, and ${more} no schedule fails`;
    case 'fails':
      return `it; another schedule still fails${also}`;
    case 'fails-in-order':
      return `it; another schedule still fails${also}, without any reordering`;
    case 'unchecked':
      return `it; whether another schedule fails${also} was not found out, for that search was cut short`;
  }
}

function firstOf({ cpu, first }: Reordering, machine: Machine): string {
  return `${machine.cpus[cpu] ?? `CPU${cpu}`}'s ${accessWords(first, machine)}`;
}

function secondOf({ second }: Reordering, machine: Machine): string {
  return accessWords(second, machine);
}

function accessWords(access: OrderedAccess, machine: Machine): string {
  const site = readerSite(access, machine);
  const place = site === null ? '' : ` (${site.file}:${site.line})`;
  return `${kindWords(access)} ${access.variable}${place}`;
}

function kindWords({ kind, primitive }: OrderedAccess): string {
  switch (kind) {
    case 'load':
    case 'store':
      return `${kind} of`;
    case 'rmw':
      return `${primitive}() of`;
    case 'ghost':
      return 'use of the ghost';
  }
}
