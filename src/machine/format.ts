/** Values, expressions and nodes as a kernel developer would write them. */
import { at } from './graph.ts';
import type { Address, Expr, Fence, IntType, Machine, Program, ValueType } from './machine.ts';

/** A value as its type displays it; a reference as `&name` of the structure it points to. */
export function formatValue(value: number, type: ValueType, machine: Machine): string {
  switch (type.kind) {
    case 'bool':
      return value === 0 ? 'false' : value === 1 ? 'true' : String(value);
    case 'ref':
      return formatReference(value, machine);
    case 'int':
      return formatInteger(value, type);
  }
}

/** `program` names the registers. Parentheses are those that C needs. */
export function formatExpr(expr: Expr, program: Program, machine: Machine): string {
  return spell(expr, program, machine, 0);
}

/** A location's or ghost's name; `pcpu[i].cid` where its index is computed. */
export function formatAddress(
  address: Address,
  space: 'location' | 'ghost',
  program: Program,
  machine: Machine,
): string {
  const cells = space === 'location' ? machine.locations : machine.ghosts;
  const names = address.candidates.map((candidate) => at(cells, candidate).name);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  return `${commonName(names)}{${formatExpr(address.expr, program, machine)}}`;
}

/** The kernel's name of a fence. */
export function fenceName(fence: Fence): string {
  switch (fence) {
    case 'mb':
    case 'rmb':
    case 'wmb':
    case 'mb__before_atomic':
    case 'mb__after_atomic':
    case 'mb__after_spinlock':
    case 'mb__after_unlock_lock':
      return `smp_${fence}`;
    case 'barrier':
    case 'sync':
    case 'lwsync':
    case 'isync':
    case 'eieio':
    case 'mfence':
      return fence;
  }
}

function formatInteger(value: number, { display }: IntType): string {
  switch (display.kind) {
    case 'decimal':
      return String(value);
    case 'hex':
      return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
    case 'names':
      return display.names.find(([named]) => named === value)?.[1] ?? String(value);
    case 'flags':
      return (
        display.exact?.find(([named]) => named === value)?.[1] ??
        formatFlags(value, display.flags, display.prefix)
      );
  }
}

/** Bits left over come first, as the kernel's `CID2|TRANSIT` has it. */
function formatFlags(
  value: number,
  flags: readonly (readonly [mask: number, name: string])[],
  prefix: string,
): string {
  const set = flags.filter(([mask]) => mask !== 0 && (value & mask) === mask);
  const rest = set.reduce((bits, [mask]) => bits & ~mask, value);
  const names = set.map(([, name]) => name);
  return rest === 0 && names.length > 0 && prefix === ''
    ? names.join('|')
    : [`${prefix}${rest}`, ...names].join('|');
}

function formatReference(value: number, machine: Machine): string {
  if (value === 0) return 'NULL';
  const first = machine.locations[value - 1];
  return first === undefined ? `&?${value}` : `&${structureOf(first.name)}`;
}

/** `mm.pcpu[1].cid` → `mm.pcpu[1]`; a name without a field is the whole. */
function structureOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
}

/** `pcpu[0].cid`, `pcpu[1].cid` → `pcpu[].cid`: what the names share at both ends. */
function commonName(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  let [head, tail] = [first, first];
  for (const name of rest) {
    while (!name.startsWith(head)) head = head.slice(0, -1);
    while (!name.endsWith(tail)) tail = tail.slice(1);
  }
  return head.length + tail.length > first.length ? head : `${head}${tail}`;
}

const BINDING: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>', '>>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const UNARY = BINDING.length + 1;

function spell(expr: Expr, program: Program, machine: Machine, outer: number): string {
  const inside = (e: Expr, level: number): string => spell(e, program, machine, level);
  switch (expr.op) {
    case 'const':
      return expr.value < 0 && outer === UNARY ? `(${expr.value})` : String(expr.value);
    case 'reg':
      return at(program.registers, expr.register).name;
    case 'ghost':
      return formatAddress(expr.address, 'ghost', program, machine);
    case 'unary':
      return spellUnary(expr, inside, outer);
    case 'binary': {
      const level = 1 + BINDING.findIndex((operators) => operators.includes(expr.operator));
      const operator = { and: '&&', or: '||' }[expr.operator as string] ?? expr.operator;
      const text = `${inside(expr.left, level)} ${operator} ${inside(expr.right, level + 1)}`;
      return level < outer ? `(${text})` : text;
    }
    case 'select': {
      const arms = `${inside(expr.then, 1)} : ${inside(expr.otherwise, 1)}`;
      const text = `${inside(expr.condition, 1)} ? ${arms}`;
      return outer > 0 ? `(${text})` : text;
    }
  }
}

function spellUnary(
  { operator, operand }: Extract<Expr, { op: 'unary' }>,
  inside: (e: Expr, level: number) => string,
  outer: number,
): string {
  switch (operator) {
    case '-':
    case '~':
    case '!':
      return `${operator}${inside(operand, UNARY)}`;
    case 'bool':
      return `!!${inside(operand, UNARY)}`;
    case 'trunc':
      // C's integer division; only the spec language says `Math.trunc`.
      return inside(operand, outer);
  }
}
