/**
 * lwarx … stwcx. as one atomic update. herd7 lets a stwcx. fail for no reason; so it does here when
 * the test looks at the outcome. When a failure goes back to the lwarx, failing only repeats the load,
 * and the update happens once: herd7 unrolls the loop and finds the same final states.
 * Between the two there may be arithmetic only.
 */
import type { Expr } from '../../machine/machine.ts';
import { litmusError } from '../errors.ts';
import { readRegister, substitute } from '../expressions.ts';
import type { Assembler } from './operands.ts';
import type { Instruction, Operand } from './syntax.ts';

type Compute = (instruction: Instruction) => { target: number; value: Expr };

export interface Reservation {
  readonly load: Instruction;
  readonly between: readonly Instruction[];
  readonly store: Instruction;
  /** A failure goes back to the load. */
  readonly retries: boolean;
  /** Instructions taken, a branch back to the load included. */
  readonly length: number;
  /** The value stored, over the registers as they are right behind the load. */
  value(compute: Compute, register: (operand: Operand) => number): Expr;
}

const PAIRS: Readonly<Record<string, string>> = { lwarx: 'stwcx.', ldarx: 'stdcx.' };

/** The atomic update that starts at instruction `at`; null if none does. */
export function findReservation(
  assembler: Assembler,
  instructions: readonly Instruction[],
  at: number,
): Reservation | null {
  const load = instructions[at];
  const partner = load === undefined ? undefined : PAIRS[load.mnemonic];
  if (load === undefined || partner === undefined) return null;
  const end = instructions.findIndex(
    (candidate, index) => index > at && candidate.mnemonic === partner,
  );
  const store = instructions[end];
  const between = instructions.slice(at + 1, end);
  if (store === undefined || !isPair(load, between, store)) {
    const message = `${load.mnemonic} without a ${partner} to the same address right behind it`;
    throw litmusError('KC0304', message, assembler.thread.source, load.start);
  }
  const branch = instructions[end + 1];
  const retries =
    branch?.mnemonic === 'bne' && load.labels.includes(branch.operands.at(-1)?.text ?? '');
  return {
    load,
    between,
    store,
    retries,
    length: end - at + (retries ? 2 : 1),
    value: (compute, register) =>
      storedValue(between, register(assembler.operand(store, 0)), compute),
  };
}

function isPair(load: Instruction, between: readonly Instruction[], store: Instruction): boolean {
  return between.every(isArithmetic) && store.labels.length === 0 && sameAddress(load, store);
}

const ARITHMETIC = /^(li|mr|neg|addi?|subf?|xori?|ori?|andi?|mull[iw])$/;

function isArithmetic(instruction: Instruction): boolean {
  return instruction.labels.length === 0 && ARITHMETIC.test(instruction.mnemonic);
}

function sameAddress(load: Instruction, store: Instruction): boolean {
  const index = (instruction: Instruction): string =>
    instruction.operands
      .slice(1)
      .map((operand) => (operand.text === 'r0' ? '0' : operand.text))
      .join(',');
  return index(load) === index(store);
}

function storedValue(between: readonly Instruction[], stored: number, compute: Compute): Expr {
  const known = new Map<number, Expr>();
  for (const instruction of between) {
    const { target, value } = compute(instruction);
    known.set(target, substitute(value, known));
  }
  return known.get(stored) ?? readRegister(stored);
}
