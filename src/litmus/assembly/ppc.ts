/**
 * PowerPC assembly to machine nodes. Accesses are relaxed, fences keep their names; a condition
 * register is an ordinary register that holds the sign of the comparison, so that a branch depends on
 * what was compared. Addresses are those of src/litmus/addresses.ts: 64-bit forms touch the same
 * word as 32-bit ones. Register 0 as a base means the number 0, as in the Power ISA.
 */
import type { BinaryOperator, Expr, Fence } from '../../machine/machine.ts';
import { addressFrom } from '../addresses.ts';
import { binary, constant, readRegister } from '../expressions.ts';
import type { ThreadContext } from '../thread-context.ts';
import { Assembler, parseImmediate } from './operands.ts';
import { findReservation, type Reservation } from './ppc-reservation.ts';
import type { AssemblyThread, Instruction, Operand } from './syntax.ts';

export function translatePpc(thread: ThreadContext, code: AssemblyThread): void {
  const assembler = new Assembler(thread, code);
  const ppc = new Ppc(assembler);
  for (let at = 0; at < code.instructions.length; at++) {
    const instruction = code.instructions[at];
    if (instruction === undefined) break;
    assembler.place(instruction);
    const reservation = findReservation(assembler, code.instructions, at);
    if (reservation === null) ppc.translate(instruction);
    else at += ppc.reserve(reservation);
  }
}

const LOADS = new Set(['lwz', 'lwa', 'ld', 'lbz', 'lhz']);
const INDEXED_LOADS = new Set(['lwzx', 'lwax', 'ldx', 'lbzx', 'lhzx']);
const STORES = new Set(['stw', 'std', 'stb', 'sth']);
const INDEXED_STORES = new Set(['stwx', 'stdx', 'stbx', 'sthx']);
const COMPARISONS = new Set([
  'cmpw',
  'cmpd',
  'cmplw',
  'cmpld',
  'cmpwi',
  'cmpdi',
  'cmplwi',
  'cmpldi',
]);

const FENCES: Readonly<Record<string, Fence>> = {
  sync: 'sync',
  hwsync: 'sync',
  lwsync: 'lwsync',
  isync: 'isync',
  eieio: 'eieio',
};

/** `op rD,rA,rB` and, with an `i`, `op rD,rA,N`. */
const ARITHMETIC: Readonly<Record<string, BinaryOperator>> = {
  add: '+',
  addi: '+',
  xor: '^',
  xori: '^',
  or: '|',
  ori: '|',
  and: '&',
  andi: '&',
  mullw: '*',
  mulli: '*',
  sub: '-',
  slw: '<<',
  slwi: '<<',
  srw: '>>>',
  srwi: '>>>',
};

/** Branches on the sign that a condition register holds. */
const CONDITIONS: Readonly<Record<string, BinaryOperator>> = {
  beq: '==',
  bne: '!=',
  blt: '<',
  bge: '>=',
  bgt: '>',
  ble: '<=',
};

class Ppc {
  readonly #assembler: Assembler;
  readonly #thread: ThreadContext;

  constructor(assembler: Assembler) {
    this.#assembler = assembler;
    this.#thread = assembler.thread;
  }

  translate(instruction: Instruction): void {
    const { mnemonic } = instruction;
    const fence = FENCES[mnemonic];
    if (mnemonic === '' || mnemonic === 'nop') return;
    if (fence !== undefined) this.#fence(instruction, fence);
    else if (LOADS.has(mnemonic)) this.#load(instruction, this.#displaced(instruction));
    else if (INDEXED_LOADS.has(mnemonic)) this.#load(instruction, this.#indexed(instruction));
    else if (STORES.has(mnemonic)) this.#store(instruction, this.#displaced(instruction));
    else if (INDEXED_STORES.has(mnemonic)) this.#store(instruction, this.#indexed(instruction));
    else if (mnemonic === 'b') this.#jump(instruction);
    else if (COMPARISONS.has(mnemonic)) this.#compare(instruction);
    else if (CONDITIONS[mnemonic] !== undefined) this.#branch(instruction);
    else this.#compute(instruction);
  }

  #fence(instruction: Instruction, fence: Fence): void {
    this.#thread.builder.emit({ kind: 'fence', fence }, this.#assembler.site(instruction));
  }

  #load(instruction: Instruction, pointer: Expr): void {
    const register = this.#register(this.#assembler.operand(instruction, 0));
    const access = { address: addressFrom(pointer), order: 'relaxed' } as const;
    const primitive = instruction.mnemonic;
    const site = this.#assembler.site(instruction);
    this.#thread.builder.emit({ kind: 'load', register, ...access, until: null, primitive }, site);
  }

  #store(instruction: Instruction, pointer: Expr): void {
    const value = readRegister(this.#register(this.#assembler.operand(instruction, 0)));
    const access = { address: addressFrom(pointer), order: 'relaxed' } as const;
    const primitive = instruction.mnemonic;
    const site = this.#assembler.site(instruction);
    this.#thread.builder.emit({ kind: 'store', ...access, value, primitive }, site);
  }

  /** The condition register (cr0 when none is named) takes the sign of the comparison. */
  #compare(instruction: Instruction): void {
    const named = instruction.operands.length === 3 ? 1 : 0;
    const left = this.#value(this.#assembler.operand(instruction, named));
    const right = this.#value(this.#assembler.operand(instruction, named + 1));
    const sign = binary('-', binary('>', left, right), binary('<', left, right));
    const target = this.#condition(named === 1 ? instruction.operands[0] : undefined);
    this.#thread.builder.assign(target, sign, this.#assembler.site(instruction));
  }

  #branch(instruction: Instruction): void {
    const named = instruction.operands.length === 2;
    const target = this.#assembler.label(this.#assembler.operand(instruction, named ? 1 : 0));
    const sign = readRegister(this.#condition(named ? instruction.operands[0] : undefined));
    const operator = CONDITIONS[instruction.mnemonic] ?? '==';
    const condition = binary(operator, sign, constant(0));
    this.#assembler.branch(condition, target, this.#assembler.site(instruction));
  }

  #jump(instruction: Instruction): void {
    this.#thread.builder.jump(this.#assembler.label(this.#assembler.operand(instruction, 0)));
  }

  /** Arithmetic; with a dot it also sets cr0 from the result. */
  #compute(instruction: Instruction): void {
    const { builder } = this.#thread;
    const site = this.#assembler.site(instruction);
    const { target, value } = this.compute(instruction);
    builder.assign(target, value, site);
    if (!instruction.mnemonic.endsWith('.')) return;
    const result = readRegister(target);
    const zero = constant(0);
    const sign = binary('-', binary('>', result, zero), binary('<', result, zero));
    builder.assign(this.#condition(undefined), sign, site);
  }

  /** The register that an instruction without effects writes, and with what. */
  compute(instruction: Instruction): { target: number; value: Expr } {
    const value = this.#result(instruction);
    return { target: this.#register(this.#assembler.operand(instruction, 0)), value };
  }

  #result(instruction: Instruction): Expr {
    const mnemonic = instruction.mnemonic.replace(/\.$/, '');
    const operand = (index: number): Operand => this.#assembler.operand(instruction, index);
    if (mnemonic === 'li') return constant(this.#immediate(operand(1)));
    if (mnemonic === 'mr') return this.#value(operand(1));
    if (mnemonic === 'neg') return { op: 'unary', operator: '-', operand: this.#value(operand(1)) };
    if (mnemonic === 'subf') return binary('-', this.#value(operand(2)), this.#value(operand(1)));
    const operator = ARITHMETIC[mnemonic];
    if (operator === undefined) throw this.#assembler.unknown(instruction);
    const left = mnemonic === 'addi' ? this.#base(operand(1)) : this.#value(operand(1));
    return binary(operator, left, this.#value(operand(2)));
  }

  /**
   * An atomic update; returns how many instructions it took beyond the first. In the machine the
   * store happens with the load, so what was computed in between is computed again behind it.
   */
  reserve(reservation: Reservation): number {
    const { builder } = this.#thread;
    const register = this.#register(this.#assembler.operand(reservation.load, 0));
    const site = this.#assembler.site(reservation.load);
    const success = reservation.retries ? null : builder.scratch('success');
    if (success !== null) builder.emit({ kind: 'choose', register: success, count: 2 }, site);
    builder.emit(
      {
        kind: 'rmw',
        register,
        address: addressFrom(this.#indexed(reservation.load)),
        value: reservation.value(
          (instruction) => this.compute(instruction),
          (operand) => this.#register(operand),
        ),
        condition: success === null ? null : readRegister(success),
        order: 'relaxed',
        orderOnFailure: 'relaxed',
        until: null,
        primitive: reservation.store.mnemonic,
      },
      site,
    );
    for (const instruction of reservation.between) this.translate(instruction);
    this.#setSuccess(register, success, this.#assembler.site(reservation.store));
    return reservation.length - 1;
  }

  /** cr0 says whether the store was done: a branch on it depends on the load that reserved. */
  #setSuccess(register: number, success: number | null, site: number): void {
    const { builder } = this.#thread;
    const nothing = binary('^', readRegister(register), readRegister(register));
    const failed =
      success === null
        ? nothing
        : binary('+', nothing, binary('==', readRegister(success), constant(0)));
    builder.assign(this.#condition(undefined), failed, site);
    if (success !== null) return;
    const onward = builder.label();
    const condition = readRegister(this.#condition(undefined));
    builder.branch({ condition, then: onward, otherwise: onward, join: null }, site);
    builder.place(onward);
  }

  #displaced(instruction: Instruction): Expr {
    const operand = this.#assembler.operand(instruction, 1);
    const match = /^(-?\w*)\((\S+)\)$/.exec(operand.text);
    if (match === null)
      throw this.#assembler.error('KC0302', `'${operand.text}' is not an address`, operand);
    if (parseImmediate(match[1] === '' ? '0' : (match[1] ?? '')) !== 0) {
      throw this.#assembler.error('KC0304', 'a displacement other than 0 is not modelled', operand);
    }
    return this.#base({ ...operand, text: match[2] ?? '' });
  }

  /** rA + rB, where rA may be 0. */
  #indexed(instruction: Instruction): Expr {
    const base = this.#base(this.#assembler.operand(instruction, 1));
    const index = this.#value(this.#assembler.operand(instruction, 2));
    return base.op === 'const' && base.value === 0 ? index : binary('+', base, index);
  }

  #base(operand: Operand): Expr {
    return /^%?r0$/.test(operand.text) || operand.text === '0' ? constant(0) : this.#value(operand);
  }

  #value(operand: Operand): Expr {
    const immediate = parseImmediate(operand.text);
    return immediate === null ? readRegister(this.#register(operand)) : constant(immediate);
  }

  #immediate(operand: Operand): number {
    const value = parseImmediate(operand.text);
    if (value !== null) return value;
    throw this.#assembler.error('KC0302', `expected a number but found '${operand.text}'`, operand);
  }

  #register(operand: Operand): number {
    const name = operand.text.replace(/^%/, '');
    if (/^r\d+$/.test(name)) return this.#thread.builder.register(name);
    throw this.#assembler.error(
      'KC0302',
      `expected a register but found '${operand.text}'`,
      operand,
    );
  }

  #condition(operand: Operand | undefined): number {
    return this.#thread.builder.register(operand?.text ?? 'cr0');
  }
}
