/**
 * x86 assembly to machine nodes: the Intel order of litmus tests, `MOV [x],$1`, and for X86_64 also
 * the AT&T order, `movl $1,(x)`. xchg and whatever has a lock prefix is a full atomic update. The flags are one
 * register that holds the result that they describe.
 */
import type { BinaryOperator, Expr, Fence } from '../../machine/machine.ts';
import { addressFrom } from '../addresses.ts';
import { binary, constant, readRegister } from '../expressions.ts';
import type { ThreadContext } from '../thread-context.ts';
import { Assembler, parseImmediate } from './operands.ts';
import { x86Register } from './registers.ts';
import type { AssemblyThread, Instruction, Operand } from './syntax.ts';

export function translateX86(thread: ThreadContext, code: AssemblyThread, att: boolean): void {
  const assembler = new Assembler(thread, code);
  const x86 = new X86(assembler);
  for (const instruction of code.instructions) {
    assembler.place(instruction);
    x86.translate(normalise(instruction, att));
  }
}

/** The destination first, the mnemonic without its size. */
function normalise(instruction: Instruction, att: boolean): Instruction {
  const mnemonic = instruction.mnemonic.replace(SIZED, '$1');
  const isAtt = att && instruction.operands.some((operand) => /^[%(]|^\$/.test(operand.text));
  const operands = isAtt ? instruction.operands.toReversed() : instruction.operands;
  return { ...instruction, mnemonic, operands };
}

const SIZED =
  /^((?:lock )?(?:mov|xchg|cmpxchg|xadd|add|sub|and|or|xor|inc|dec|neg|not|cmp|test))[bwlq]$/;

/** lfence and sfence order nothing more than x86-TSO does anyway for ordinary memory. */
const FENCES: Readonly<Record<string, Fence>> = {
  mfence: 'mfence',
  lfence: 'barrier',
  sfence: 'barrier',
};

const ARITHMETIC: Readonly<Record<string, BinaryOperator>> = {
  add: '+',
  sub: '-',
  and: '&',
  or: '|',
  xor: '^',
};

const CONDITIONS: Readonly<Record<string, BinaryOperator>> = {
  je: '==',
  jz: '==',
  jne: '!=',
  jnz: '!=',
  jl: '<',
  jle: '<=',
  jg: '>',
  jge: '>=',
};

type Place =
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'memory'; readonly pointer: Expr }
  | { readonly kind: 'value'; readonly value: Expr };

/** An update of a place: the new value from the old one, with what else it reads. */
type Update = (old: Expr) => Expr;

class X86 {
  readonly #assembler: Assembler;
  readonly #thread: ThreadContext;

  constructor(assembler: Assembler) {
    this.#assembler = assembler;
    this.#thread = assembler.thread;
  }

  translate(instruction: Instruction): void {
    const { builder } = this.#thread;
    const locked = instruction.mnemonic.startsWith('lock ');
    const mnemonic = instruction.mnemonic.replace('lock ', '');
    const fence = FENCES[mnemonic];
    const jump = CONDITIONS[mnemonic];
    if (mnemonic === '' || mnemonic === 'nop') return;
    if (fence !== undefined)
      builder.emit({ kind: 'fence', fence }, this.#assembler.site(instruction));
    else if (jump !== undefined) this.#branch(instruction, jump);
    else if (mnemonic === 'jmp')
      builder.jump(this.#assembler.label(this.#assembler.operand(instruction, 0)));
    else if (mnemonic === 'mov') this.#move(instruction);
    else if (mnemonic === 'xchg') this.#exchange(instruction, (_, other) => other, true);
    else if (mnemonic === 'xadd')
      this.#exchange(instruction, (old, other) => binary('+', old, other), locked);
    else if (mnemonic === 'cmpxchg') this.#compareExchange(instruction, locked);
    else if (mnemonic === 'cmp' || mnemonic === 'test') this.#compare(instruction, mnemonic);
    else this.#updateInPlace(instruction, mnemonic, locked);
  }

  #branch(instruction: Instruction, operator: BinaryOperator): void {
    const target = this.#assembler.label(this.#assembler.operand(instruction, 0));
    const condition = binary(operator, readRegister(this.#flags()), constant(0));
    this.#assembler.branch(condition, target, this.#assembler.site(instruction));
  }

  #move(instruction: Instruction): void {
    const target = this.#place(this.#assembler.operand(instruction, 0));
    const source = this.#place(this.#assembler.operand(instruction, 1));
    if (target.kind === 'register' && source.kind === 'memory') {
      this.#load(instruction, target.register, source.pointer);
      return;
    }
    this.#write(instruction, target, this.#read(instruction, source));
  }

  #load(instruction: Instruction, register: number, pointer: Expr): void {
    const access = { address: addressFrom(pointer), order: 'relaxed' } as const;
    const primitive = instruction.mnemonic;
    const site = this.#assembler.site(instruction);
    this.#thread.builder.emit({ kind: 'load', register, ...access, until: null, primitive }, site);
  }

  #write(instruction: Instruction, target: Place, value: Expr): void {
    const site = this.#assembler.site(instruction);
    if (target.kind === 'register') {
      this.#thread.builder.assign(target.register, value, site);
      return;
    }
    const address = addressFrom(this.#pointer(instruction, target));
    const primitive = instruction.mnemonic;
    this.#thread.builder.emit({ kind: 'store', address, value, order: 'relaxed', primitive }, site);
  }

  /** The place's value; one in memory is loaded into a register of its own first. */
  #read(instruction: Instruction, place: Place): Expr {
    if (place.kind === 'value') return place.value;
    if (place.kind === 'register') return readRegister(place.register);
    const register = this.#thread.builder.scratch('loaded');
    this.#load(instruction, register, place.pointer);
    return readRegister(register);
  }

  #pointer(instruction: Instruction, place: Place): Expr {
    if (place.kind === 'memory') return place.pointer;
    const message = `'${instruction.mnemonic}' needs a place in memory here`;
    throw this.#assembler.error('KC0302', message, this.#assembler.operand(instruction, 0));
  }

  /** xchg, xadd: the register gets the old value. */
  #exchange(instruction: Instruction, next: (old: Expr, other: Expr) => Expr, full: boolean): void {
    const first = this.#place(this.#assembler.operand(instruction, 0));
    const second = this.#place(this.#assembler.operand(instruction, 1));
    const [memory, other] = first.kind === 'memory' ? [first, second] : [second, first];
    if (other.kind !== 'register') throw this.#assembler.unknown(instruction);
    const old = this.#thread.builder.scratch('old');
    const update: Update = (before) => next(before, readRegister(other.register));
    this.#atomic(instruction, { memory, old, update, condition: null, full });
    this.#thread.builder.assign(
      other.register,
      readRegister(old),
      this.#assembler.site(instruction),
    );
  }

  #compareExchange(instruction: Instruction, full: boolean): void {
    const memory = this.#place(this.#assembler.operand(instruction, 0));
    const value = this.#read(instruction, this.#place(this.#assembler.operand(instruction, 1)));
    const eax = this.#thread.builder.register('AX');
    const old = this.#thread.builder.scratch('old');
    const condition = binary('==', readRegister(old), readRegister(eax));
    this.#atomic(instruction, { memory, old, update: () => value, condition, full });
    const moves = [
      [this.#flags(), binary('-', readRegister(eax), readRegister(old))],
      [eax, readRegister(old)],
    ] as const;
    this.#thread.builder.emit({ kind: 'assign', moves }, this.#assembler.site(instruction));
  }

  #atomic(
    instruction: Instruction,
    rmw: { memory: Place; old: number; update: Update; condition: Expr | null; full: boolean },
  ): void {
    if (!rmw.full) throw this.#assembler.unknown(instruction);
    const address = addressFrom(this.#pointer(instruction, rmw.memory));
    const value = rmw.update(readRegister(rmw.old));
    const orders = { order: 'full', orderOnFailure: 'full' } as const;
    const { condition, old: register } = rmw;
    const primitive = instruction.mnemonic;
    const site = this.#assembler.site(instruction);
    const node = { kind: 'rmw', register, address, value, condition, ...orders } as const;
    this.#thread.builder.emit({ ...node, until: null, primitive }, site);
  }

  #compare(instruction: Instruction, mnemonic: string): void {
    const left = this.#read(instruction, this.#place(this.#assembler.operand(instruction, 0)));
    const right = this.#read(instruction, this.#place(this.#assembler.operand(instruction, 1)));
    const result = binary(mnemonic === 'cmp' ? '-' : '&', left, right);
    this.#thread.builder.assign(this.#flags(), result, this.#assembler.site(instruction));
  }

  /** inc, dec, neg, not, add …: atomic with a lock prefix, a load and a store without. */
  #updateInPlace(instruction: Instruction, mnemonic: string, locked: boolean): void {
    const target = this.#place(this.#assembler.operand(instruction, 0));
    const update = this.#update(instruction, mnemonic);
    const { builder } = this.#thread;
    const site = this.#assembler.site(instruction);
    const result = builder.scratch('result');
    if (locked) {
      const old = builder.scratch('old');
      this.#atomic(instruction, { memory: target, old, update, condition: null, full: true });
      builder.assign(result, update(readRegister(old)), site);
    } else {
      builder.assign(result, update(this.#read(instruction, target)), site);
      this.#write(instruction, target, readRegister(result));
    }
    if (mnemonic !== 'not') builder.assign(this.#flags(), readRegister(result), site);
  }

  #update(instruction: Instruction, mnemonic: string): Update {
    if (mnemonic === 'inc') return (old) => binary('+', old, constant(1));
    if (mnemonic === 'dec') return (old) => binary('-', old, constant(1));
    if (mnemonic === 'neg') return (old) => ({ op: 'unary', operator: '-', operand: old });
    if (mnemonic === 'not') return (old) => ({ op: 'unary', operator: '~', operand: old });
    const operator = ARITHMETIC[mnemonic];
    if (operator === undefined) throw this.#assembler.unknown(instruction);
    const other = this.#read(instruction, this.#place(this.#assembler.operand(instruction, 1)));
    return (old) => binary(operator, old, other);
  }

  #place(operand: Operand): Place {
    const { text } = operand;
    const immediate = parseImmediate(text.replace(/^\$/, ''));
    if (immediate !== null) return { kind: 'value', value: constant(immediate) };
    const memory = /^\[(.+)\]$|^0?\((.+)\)$/.exec(text);
    if (memory !== null)
      return { kind: 'memory', pointer: this.#address(memory[1] ?? memory[2] ?? '') };
    const register = x86Register(text);
    if (register === null)
      throw this.#assembler.error('KC0302', `'${text}' is not an operand`, operand);
    return { kind: 'register', register: this.#thread.builder.register(register) };
  }

  /** A register that holds an address, or the location's name. */
  #address(text: string): Expr {
    const register = x86Register(text);
    if (register !== null) return readRegister(this.#thread.builder.register(register));
    return constant(this.#thread.locations.addressOf(text));
  }

  #flags(): number {
    return this.#thread.builder.register('flags');
  }
}
