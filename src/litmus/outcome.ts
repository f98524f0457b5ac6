/**
 * What a test's final states say, and herd7's result block. herd7 counts candidate executions as
 * witnesses; a checker of states cannot, and counts final states.
 */
import { ADDRESS_BASE } from './addresses.ts';
import type { Name, Proposition, Quantifier, Value } from './litmus-test.ts';
import type { LitmusProgram, Observed } from './to-machine.ts';

/** The final values of `program.observed`, in that order. */
export type FinalState = readonly number[];

export interface Outcome {
  readonly observation: 'Never' | 'Sometimes' | 'Always';
  /** Distinct final states, as far as they are shown, for which the condition holds and does not. */
  readonly positive: number;
  readonly negative: number;
  /** Spelt and sorted as herd7 does: `0:r0=0; [x]=1;`. */
  readonly states: readonly string[];
  /** Whether what the test's quantifier asks is so. */
  readonly ok: boolean;
}

export function outcomeOf(program: LitmusProgram, finals: Iterable<FinalState>): Outcome {
  const { filter, condition, quantifier } = program.test.final;
  const verdicts = new Map<string, { state: FinalState; holds: boolean }>();
  for (const state of finals) {
    if (filter !== null && !holds(program, filter, state)) continue;
    verdicts.set(spellState(program, state), { state, holds: holds(program, condition, state) });
  }
  const sorted = [...verdicts].toSorted(([, a], [, b]) => compareStates(program, a.state, b.state));
  const positive = sorted.filter(([, verdict]) => verdict.holds).length;
  const negative = sorted.length - positive;
  return {
    observation: positive === 0 ? 'Never' : negative === 0 ? 'Always' : 'Sometimes',
    positive,
    negative,
    states: sorted.map(([spelling]) => spelling),
    ok: isOk(quantifier, positive, negative),
  };
}

function isOk(quantifier: Quantifier, positive: number, negative: number): boolean {
  switch (quantifier) {
    case 'exists':
      return positive > 0;
    case '~exists':
      return positive === 0;
    case 'forall':
      return negative === 0;
  }
}

const KINDS: Readonly<Record<Quantifier, string>> = {
  exists: 'Allowed',
  '~exists': 'Forbidden',
  forall: 'Required',
};

/** herd7's result block, without a newline at its end. `flags` are such as `data-race`. */
export function formatOutcome(
  program: LitmusProgram,
  outcome: Outcome,
  seconds: number,
  flags: readonly string[] = [],
): string {
  const { name, final } = program.test;
  const { positive, negative, states } = outcome;
  return [
    `Test ${name} ${KINDS[final.quantifier]}`,
    `States ${states.length}`,
    ...states,
    outcome.ok ? 'Ok' : 'No',
    'Witnesses',
    `Positive: ${positive} Negative: ${negative}`,
    ...flags.map((flag) => `Flag ${flag}`),
    `Condition ${final.quantifier} (${spellProposition(final.condition, 'top')})`,
    `Observation ${name} ${outcome.observation} ${positive} ${negative}`,
    `Time ${name} ${seconds.toFixed(2)}`,
  ].join('\n');
}

function spellState(program: LitmusProgram, state: FinalState): string {
  return program.observed
    .flatMap((item, index) => {
      if (!item.shown) return [];
      return [`${spellName(item)}=${spellValue(program, item, state[index] ?? 0)};`];
    })
    .join(' ');
}

/** `0:r1`, `[x]`; the element of an array goes without brackets of its own, `a[1]`. */
function spellName(name: Name): string {
  if (name.kind === 'register') return `${name.thread}:${name.name}`;
  return name.name.endsWith(']') ? name.name : `[${name.name}]`;
}

/** A lock is held or not; a word may be an address; anything else is a number. */
function spellValue(program: LitmusProgram, item: Observed, value: number): string {
  return `${addressName(program, value) ?? plainValue(program, item, value)}`;
}

function plainValue(program: LitmusProgram, item: Observed, value: number): number {
  const isLock = item.kind === 'location' && program.machine.locations[item.location]?.lock;
  return isLock === true ? Number(value !== 0) : value;
}

function addressName(program: LitmusProgram, value: number): string | undefined {
  return program.machine.locations[value - ADDRESS_BASE]?.name;
}

/** Numbers before addresses, each among themselves in order. */
function compareStates(program: LitmusProgram, a: FinalState, b: FinalState): number {
  for (const [index, item] of program.observed.entries()) {
    if (!item.shown) continue;
    const [left, right] = [a[index] ?? 0, b[index] ?? 0];
    if (left !== right) return compareValues(program, left, right);
  }
  return 0;
}

function compareValues(program: LitmusProgram, a: number, b: number): number {
  const [left, right] = [addressName(program, a), addressName(program, b)];
  if (left !== undefined && right !== undefined) return left < right ? -1 : 1;
  return a - b;
}

function holds(program: LitmusProgram, proposition: Proposition, state: FinalState): boolean {
  switch (proposition.kind) {
    case 'atom':
      return (
        readName(program, proposition.name, state) === readValue(program, proposition.value, state)
      );
    case 'not':
      return !holds(program, proposition.operand, state);
    case 'and':
      return proposition.operands.every((operand) => holds(program, operand, state));
    case 'or':
      return proposition.operands.some((operand) => holds(program, operand, state));
    case 'implies':
      return !holds(program, proposition.left, state) || holds(program, proposition.right, state);
  }
}

function readName(program: LitmusProgram, name: Name, state: FinalState): number {
  const index = program.observed.findIndex((item) => spellName(item) === spellName(name));
  const item = program.observed[index];
  if (item === undefined) throw new Error(`the condition reads ${spellName(name)} unobserved`);
  return plainValue(program, item, state[index] ?? 0);
}

function readValue(program: LitmusProgram, value: Value | Name, state: FinalState): number {
  if (typeof value === 'number') return value;
  if ('kind' in value) return readName(program, value, state);
  const names = [value.addressOf, `${value.addressOf}[0]`];
  const location = program.machine.locations.findIndex((cell) => names.includes(cell.name));
  return ADDRESS_BASE + location;
}

type Surroundings = 'top' | 'and' | 'or' | 'implies';

/** herd7's own spelling; the parentheses are those that its grammar needs. */
function spellProposition(proposition: Proposition, around: Surroundings): string {
  switch (proposition.kind) {
    case 'atom':
      return `${spellName(proposition.name)}=${spellOperand(proposition.value)}`;
    case 'not':
      return `not (${spellProposition(proposition.operand, 'top')})`;
    case 'and':
      return spellList(proposition.operands, 'and', around === 'implies');
    case 'or':
      return spellList(proposition.operands, 'or', around === 'and' || around === 'implies');
    case 'implies': {
      const left = spellProposition(proposition.left, 'implies');
      const text = `${left} => ${spellProposition(proposition.right, 'implies')}`;
      return around === 'and' || around === 'or' ? `(${text})` : text;
    }
  }
}

function spellList(
  operands: readonly Proposition[],
  kind: 'and' | 'or',
  parenthesised: boolean,
): string {
  if (operands.length === 0) return kind === 'and' ? 'true' : 'false';
  const mark = kind === 'and' ? ' /\\ ' : ' \\/ ';
  const text = operands.map((operand) => spellProposition(operand, kind)).join(mark);
  return parenthesised ? `(${text})` : text;
}

function spellOperand(value: Value | Name): string {
  if (typeof value === 'number') return `${value}`;
  return 'kind' in value ? spellName(value) : value.addressOf;
}
