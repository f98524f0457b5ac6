/** A read-modify-write as the kernel's primitive that does it, by what it does and not by its name. */
import { registersIn } from '../../../machine/expression.ts';
import type { Expr, Rmw, RmwOrder } from '../../../machine/machine.ts';
import { held, textOf } from './expression.ts';
import type { Held } from './expression.ts';
import { LitmusRefusal } from './refusal.ts';

/** xchg() and cmpxchg() take an int; the others need an atomic_t. */
export function needsAtomic(node: Rmw): boolean {
  return operandOf(node) !== null;
}

/** The call, without what takes its result. */
export function rmwCall(
  node: Rmw,
  location: string,
  atomic: boolean,
  registers: readonly Held[],
): string {
  const text = (expr: Expr): string => textOf(held(expr, registers));
  const operation = operandOf(node);
  const suffix = SUFFIXES[node.order];
  if (node.condition !== null) return conditional(node, location, atomic, text);
  if (operation !== null) {
    const { operator, operand } = operation;
    return `atomic_fetch_${operator}${suffix}(${text(operand)}, ${location})`;
  }
  if (mentions(node.value, node.register)) {
    throw new LitmusRefusal(`no primitive of the kernel does what ${node.primitive}() does`);
  }
  return `${atomic ? 'atomic_' : ''}xchg${suffix}(${location}, ${text(node.value)})`;
}

const SUFFIXES: Readonly<Record<RmwOrder, string>> = {
  full: '',
  relaxed: '_relaxed',
  acquire: '_acquire',
  release: '_release',
};

const OPERATORS: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '|': 'or',
  '&': 'and',
  '^': 'xor',
};

interface Operation {
  readonly operator: string;
  readonly operand: Expr;
}

/** `old + x`, where x does not read the old value. */
function operandOf({ value, register }: Rmw): Operation | null {
  if (value.op !== 'binary' || value.left.op !== 'reg' || value.left.register !== register) {
    return null;
  }
  const operator = OPERATORS[value.operator];
  if (operator === undefined || mentions(value.right, register)) return null;
  return { operator, operand: value.right };
}

/** cmpxchg() and atomic_add_unless(). */
function conditional(
  node: Rmw,
  location: string,
  atomic: boolean,
  text: (expr: Expr) => string,
): string {
  const { condition, register, value } = node;
  const compared =
    condition?.op === 'binary' &&
    condition.left.op === 'reg' &&
    condition.left.register === register &&
    !mentions(condition.right, register)
      ? condition
      : null;
  if (compared?.operator === '==' && !mentions(value, register)) {
    const name = `${atomic ? 'atomic_' : ''}cmpxchg${SUFFIXES[node.order]}`;
    return `${name}(${location}, ${text(compared.right)}, ${text(value)})`;
  }
  const added = operandOf(node);
  if (compared?.operator === '!=' && added?.operator === 'add' && node.order === 'full') {
    return `atomic_fetch_add_unless(${location}, ${text(added.operand)}, ${text(compared.right)})`;
  }
  throw new LitmusRefusal(`no primitive of the kernel does what ${node.primitive}() does`);
}

function mentions(expr: Expr, register: number): boolean {
  return registersIn(expr).has(register);
}
