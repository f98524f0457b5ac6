/**
 * WebAssembly code as nested data: instructions with their operands before them, and structured blocks
 * that a branch names by a label of its own. `encode()` flattens it to bytes once.
 */
export type Type = 'i32' | 'i64' | 'f64';

export type Code = number | Block | Branch | readonly Code[];

/** The identity of a block; branches to a block go to its end, to a loop go to its start. */
export type Label = symbol;

export function label(): Label {
  return Symbol();
}

interface Block {
  readonly opcode: number;
  readonly label: Label;
  readonly result: Type | null;
  readonly body: Code;
  readonly otherwise: Code | null;
}

interface Branch {
  /** The targets; of a table the last one is taken where none fits. */
  readonly to: readonly Label[];
  readonly opcode: number;
}

export const TYPES: Readonly<Record<Type, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c };
const NO_RESULT = 0x40;

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BR = 0x0c;
const BR_IF = 0x0d;
const BR_TABLE = 0x0e;

export const NOTHING: Code = [];
export const RETURN: Code = 0x0f;
/** What must not happen. */
export const TRAP: Code = 0x00;

export function block(label: Label, body: Code, result: Type | null = null): Code {
  return { opcode: BLOCK, label, result, body, otherwise: null };
}

export function loop(label: Label, body: Code): Code {
  return { opcode: LOOP, label, result: null, body, otherwise: null };
}

export function when(condition: Code, then: Code, otherwise: Code | null = null): Code {
  return [condition, { opcode: IF, label: label(), result: null, body: then, otherwise }];
}

/** One of two values; the other is not evaluated. */
export function choice(condition: Code, type: Type, then: Code, otherwise: Code): Code {
  return [condition, { opcode: IF, label: label(), result: type, body: then, otherwise }];
}

export function branch(label: Label): Code {
  return { opcode: BR, to: [label] };
}

export function branchIf(condition: Code, label: Label): Code {
  return [condition, { opcode: BR_IF, to: [label] }];
}

export function branchTable(index: Code, to: readonly Label[]): Code {
  return [index, { opcode: BR_TABLE, to }];
}

export function get(local: number): Code {
  return [0x20, unsigned(local)];
}

export function set(local: number, value: Code): Code {
  return [value, 0x21, unsigned(local)];
}

export function tee(local: number, value: Code): Code {
  return [value, 0x22, unsigned(local)];
}

export function global(index: number): Code {
  return [0x23, unsigned(index)];
}

export function setGlobal(index: number, value: Code): Code {
  return [value, 0x24, unsigned(index)];
}

export function call(index: number, ...operands: readonly Code[]): Code {
  return [operands, 0x10, unsigned(index)];
}

export function drop(value: Code): Code {
  return [value, 0x1a];
}

export function i32(value: number): Code {
  return [0x41, signed(value | 0)];
}

export function i64(value: bigint): Code {
  return [0x42, signedLong(BigInt.asIntN(64, value))];
}

export function f64(value: number): Code {
  return [0x44, ...new Uint8Array(new Float64Array([value]).buffer)];
}

/** Memory at a byte address plus a constant. */
export const load: Access = access(0x28, 2);
export const load64: Access = access(0x29, 3);
export const load8: Access = access(0x2d, 0);
export const loadSigned8: Access = access(0x2c, 0);
export const loadSigned16: Access = access(0x2e, 0);
export const load16: Access = access(0x2f, 0);
const storing16 = access(0x3b, 0);
const storing = access(0x36, 2);
const storing64 = access(0x37, 3);
const storing8 = access(0x3a, 0);

export function store(address: Code, offset: number, value: Code): Code {
  return storing([address, value], offset);
}

export function store64(address: Code, offset: number, value: Code): Code {
  return storing64([address, value], offset);
}

export function store16(address: Code, offset: number, value: Code): Code {
  return storing16([address, value], offset);
}

export function store8(address: Code, offset: number, value: Code): Code {
  return storing8([address, value], offset);
}

/** What another thread may change meanwhile; the value that stood there, which is replaced if it is the one expected. */
export const atomicLoad: Access = (operands, offset) => [operands, 0xfe, 0x10, 2, unsigned(offset)];

export function compareExchange(address: Code, expected: Code, replacement: Code): Code {
  return [address, expected, replacement, 0xfe, 0x48, 2, 0];
}

/** So many bytes, from one address to another; they may overlap. */
export function copy(to: Code, from: Code, bytes: Code): Code {
  return [to, from, bytes, 0xfc, 10, 0, 0];
}

/** So many bytes, each of the value. */
export function fill(to: Code, value: Code, bytes: Code): Code {
  return [to, value, bytes, 0xfc, 11, 0];
}

/** One of two values of a type, the first if the condition holds; both are evaluated. */
export function select(one: Code, other: Code, condition: Code): Code {
  return [one, other, condition, 0x1b];
}

type Access = (operands: Code, offset: number) => Code;

function access(opcode: number, alignment: number): Access {
  return (operands, offset) => [operands, opcode, alignment, unsigned(offset)];
}

type Unary = (operand: Code) => Code;
type Binary = (left: Code, right: Code) => Code;

const binary =
  (opcode: number): Binary =>
  (left, right) => [left, right, opcode];
const unary =
  (opcode: number): Unary =>
  (operand) => [operand, opcode];

export const not: Unary = unary(0x45);
export const leadingZeros: Unary = unary(0x67);
export const equal: Binary = binary(0x46);
export const unequal: Binary = binary(0x47);
export const less: Binary = binary(0x48);
export const lessUnsigned: Binary = binary(0x49);
export const greater: Binary = binary(0x4a);
export const atMost: Binary = binary(0x4c);
export const atLeast: Binary = binary(0x4e);
export const atLeastUnsigned: Binary = binary(0x4f);
export const add: Binary = binary(0x6a);
export const subtract: Binary = binary(0x6b);
export const multiply: Binary = binary(0x6c);
export const divideUnsigned: Binary = binary(0x6e);
export const remainder: Binary = binary(0x6f);
export const and: Binary = binary(0x71);
export const or: Binary = binary(0x72);
export const xor: Binary = binary(0x73);
export const shiftLeft: Binary = binary(0x74);
export const shiftRight: Binary = binary(0x75);
export const shiftRightUnsigned: Binary = binary(0x76);

/** The same of 64-bit integers. */
export const long: {
  readonly isZero: Unary;
  readonly equal: Binary;
  readonly unequal: Binary;
  readonly greaterUnsigned: Binary;
  readonly add: Binary;
  readonly subtract: Binary;
  readonly multiply: Binary;
  readonly divideUnsigned: Binary;
  readonly and: Binary;
  readonly or: Binary;
  readonly xor: Binary;
  readonly shiftLeft: Binary;
  readonly shiftRightUnsigned: Binary;
  readonly wrap: Unary;
  readonly extendUnsigned: Unary;
} = {
  isZero: unary(0x50),
  equal: binary(0x51),
  unequal: binary(0x52),
  greaterUnsigned: binary(0x56),
  add: binary(0x7c),
  subtract: binary(0x7d),
  multiply: binary(0x7e),
  divideUnsigned: binary(0x80),
  and: binary(0x83),
  or: binary(0x84),
  xor: binary(0x85),
  shiftLeft: binary(0x86),
  shiftRightUnsigned: binary(0x88),
  wrap: unary(0xa7),
  extendUnsigned: unary(0xad),
};

/** The same of doubles. */
export const double: {
  readonly equal: Binary;
  readonly unequal: Binary;
  readonly less: Binary;
  readonly greater: Binary;
  readonly atMost: Binary;
  readonly atLeast: Binary;
  readonly absolute: Unary;
  readonly negate: Unary;
  readonly truncate: Unary;
  readonly add: Binary;
  readonly subtract: Binary;
  readonly multiply: Binary;
  readonly divide: Binary;
  readonly ofInt: Unary;
  readonly ofUnsigned: Unary;
  readonly toInt: Unary;
  readonly toLong: Unary;
} = {
  equal: binary(0x61),
  unequal: binary(0x62),
  less: binary(0x63),
  greater: binary(0x64),
  atMost: binary(0x65),
  atLeast: binary(0x66),
  absolute: unary(0x99),
  negate: unary(0x9a),
  truncate: unary(0x9d),
  add: binary(0xa0),
  subtract: binary(0xa1),
  multiply: binary(0xa2),
  divide: binary(0xa3),
  ofInt: unary(0xb7),
  ofUnsigned: unary(0xb8),
  /** The nearest integer within bounds; 0 of what is no number. */
  toInt: (operand) => [operand, 0xfc, 2],
  toLong: (operand) => [operand, 0xfc, 6],
};

/** A function's locals: its parameters, then what `add` declares. */
export class Locals {
  readonly #types: Type[] = [];
  readonly #parameters: number;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  add(type: Type = 'i32'): number {
    this.#types.push(type);
    return this.#parameters + this.#types.length - 1;
  }

  get declarations(): readonly number[] {
    return [...unsigned(this.#types.length), ...this.#types.flatMap((type) => [1, TYPES[type]])];
  }
}

/** Appends the bytes of the code; `open`: the blocks that it stands in, innermost last. */
export function encode(code: Code, bytes: number[], open: Label[] = []): void {
  if (typeof code === 'number') {
    bytes.push(code);
  } else if (Array.isArray(code)) {
    for (const part of code as readonly Code[]) encode(part, bytes, open);
  } else if ('to' in code) {
    bytes.push(code.opcode);
    const depths = code.to.map((label) => open.length - 1 - open.lastIndexOf(label));
    if (code.opcode === BR_TABLE) bytes.push(...unsigned(depths.length - 1));
    for (const depth of depths) bytes.push(...unsigned(depth));
  } else if ('body' in code) {
    bytes.push(code.opcode, code.result === null ? NO_RESULT : TYPES[code.result]);
    open.push(code.label);
    encode(code.body, bytes, open);
    if (code.otherwise !== null) {
      bytes.push(ELSE);
      encode(code.otherwise, bytes, open);
    }
    open.pop();
    bytes.push(END);
  }
}

/** LEB128. */
export function unsigned(value: number): readonly number[] {
  if (value < 0x80 && value >= 0) return [value];
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const more = rest > 0x7f;
    bytes.push((rest & 0x7f) | (more ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

function signed(value: number): readonly number[] {
  if (value < 0x40 && value >= -0x40) return [value & 0x7f];
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && byte < 0x40) || (rest === -1 && byte >= 0x40);
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
}

function signedLong(value: bigint): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const last = (rest === 0n && byte < 0x40) || (rest === -1n && byte >= 0x40);
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
}
