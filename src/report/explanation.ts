/** Why a trace is possible, in one sentence. */
import type {
  Explanation,
  OrderedAccess,
  OrderingPrimitive,
  Reordering,
  Rest,
} from '../checker/result.ts';
import type { Machine } from '../machine/machine.ts';
import { readerSite } from './describe.ts';

export function explanationSentence(explanation: Explanation, machine: Machine): string {
  switch (explanation.kind) {
    case 'in-order':
      return 'No reordering is needed: sequential consistency (sc) allows the same.';
    case 'unexplained':
      return UNEXPLAINED[explanation.why];
    case 'reordered':
      return reorderedSentence(explanation, machine);
  }
}

const UNEXPLAINED = {
  limit: 'Why the memory model allows this was not found out: too many states.',
  barriers: 'Barriers between all accesses of this trace make it no less possible.',
} as const;

function reorderedSentence(
  { pairs, further, rest }: Explanation & { kind: 'reordered' },
  machine: Machine,
): string {
  const { because, remedy } = reasonFor(pairs, machine);
  const more = further.map((pair) => placedBetween(pair, machine)).join(' and ');
  const outcome = outcomeWords(rest, more);
  return `Possible because ${because}; ${remedy} ${outcome}.`;
}

function reasonFor(
  pairs: readonly Reordering[],
  machine: Machine,
): { readonly because: string; readonly remedy: string } {
  const [only] = pairs;
  if (pairs.length === 1 && only !== undefined) {
    const { first, second } = namesOf(only, machine);
    const because = `${first} takes effect after ${second}`;
    return { because, remedy: `${barrierWords(only.barriers, ' between them')} forbids` };
  }
  const clauses = pairs.map((pair) => {
    const { first, second } = namesOf(pair, machine);
    return `${first} before ${second}`;
  });
  return {
    because: `nothing orders ${clauses.join(', nor ')}`,
    remedy: `${remedyOfAll(pairs)} forbid${isOne(pairs) ? 's' : ''}`,
  };
}

/** Whether one kind of barrier orders all pairs. */
function isOne(pairs: readonly Reordering[]): boolean {
  return new Set(pairs.map(({ barriers }) => barriers.join())).size === 1;
}

function remedyOfAll(pairs: readonly Reordering[]): string {
  const [first] = pairs;
  if (first !== undefined && isOne(pairs)) {
    const where = pairs.length === 2 ? ' in both places' : ' in each place';
    return barrierWords(first.barriers, where);
  }
  const words = pairs.map(({ barriers }, index) =>
    barrierWords(barriers, ` between the ${ORDINALS[index] ?? 'next'} two`),
  );
  return words.join(' and ');
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

function outcomeWords(rest: Rest, more: string): string {
  const also = more === '' ? '' : `, also with ${more}`;
  switch (rest) {
    case 'passes':
      return more === ''
        ? 'it, and then no schedule fails'
        : `it, and with ${more} as well no schedule fails`;
    case 'fails':
      return `it; another schedule still fails${also}`;
    case 'fails-in-order':
      return `it; another schedule still fails${also}, without any reordering`;
    case 'unchecked':
      return `it; whether another schedule fails${also} was not found out, for that search was cut short`;
  }
}

/** `smp_mb() between CPU1's store of y (sb.ts:23) and its load of x (sb.ts:25)`. */
function placedBetween(pair: Reordering, machine: Machine): string {
  const { first, second } = namesOf(pair, machine);
  return `${barrierWords(pair.barriers, '')} between ${first} and ${second}`;
}

function namesOf(
  { cpu, first, second }: Reordering,
  machine: Machine,
): { readonly first: string; readonly second: string } {
  const name = machine.cpus[cpu] ?? `CPU${cpu}`;
  return {
    first: `${name}'s ${accessWords(first, machine)}`,
    second: `its ${accessWords(second, machine)}`,
  };
}

function accessWords(access: OrderedAccess, machine: Machine): string {
  const site = readerSite(access, machine);
  const place = site === null ? '' : ` (${site.file}:${site.line})`;
  return `${KIND_WORDS[access.kind] ?? `${access.primitive}() of`} ${access.variable}${place}`;
}

const KIND_WORDS: Readonly<Record<OrderedAccess['kind'], string | null>> = {
  load: 'load of',
  store: 'store of',
  ghost: 'use of the ghost',
  rmw: null,
};

/** `smp_rmb() or an address dependency between them`. */
function barrierWords(barriers: readonly OrderingPrimitive[], where: string): string {
  return `${barriers.map((barrier) => BARRIER_WORDS[barrier]).join(' or ')}${where}`;
}

const BARRIER_WORDS: Readonly<Record<OrderingPrimitive, string>> = {
  'control dependency': 'a control dependency',
  'address dependency': 'an address dependency',
  smp_load_acquire: 'smp_load_acquire() of the first',
  smp_store_release: 'smp_store_release() of the second',
  smp_mb: 'smp_mb()',
  smp_rmb: 'smp_rmb()',
  smp_wmb: 'smp_wmb()',
};
