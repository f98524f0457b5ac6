/** Expressions and addresses: what they name exists, and they stand where they may. */
import { machineError } from '../errors.ts';
import { walk } from '../expression.ts';
import type { Address, BinaryOperator, Expr, Machine, UnaryOperator } from '../machine.ts';
import { checkIndex } from './value.ts';

export interface Scope {
  readonly machine: Machine;
  readonly site: number;
  /** How many registers there are; 0 outside programs. */
  readonly registers: number;
  /** Whether the expression may read ghosts by itself. */
  readonly ghosts: boolean;
}

export function validateExpr(expr: Expr, scope: Scope): void {
  walk(expr, (e) => {
    validateOperator(e, scope);
  });
}

/**
 * The candidates ascend and exist. The generated code does not check a constant address, so it must be
 * a candidate.
 */
export function validateAddress(
  address: Address,
  space: 'location' | 'ghost',
  scope: Scope,
  inner: Scope = { ...scope, ghosts: false },
): void {
  const { machine, site } = scope;
  const cells = space === 'location' ? machine.locations : machine.ghosts;
  const { expr, candidates } = address;
  for (const candidate of candidates) checkIndex(machine, space, candidate, cells.length, site);
  if (candidates.some((c, i) => i > 0 && c <= (candidates[i - 1] ?? c))) {
    throw machineError('KC0202', `the ${space}s of an address do not ascend`, machine, site);
  }
  if (expr.op === 'const' && !candidates.includes(expr.value)) {
    const message = `the constant address ${expr.value} is none of its ${space}s`;
    throw machineError('KC0202', message, machine, site);
  }
  validateExpr(expr, inner);
}

function validateOperator(expr: Expr, scope: Scope): void {
  const { machine, site } = scope;
  switch (expr.op) {
    case 'const':
      if (!Number.isFinite(expr.value)) throw wrong(`${expr.value} is no constant`, scope);
      return;
    case 'reg':
      return checkIndex(machine, 'register', expr.register, scope.registers, site);
    case 'ghost':
      return validateGhost(expr, scope);
    case 'unary':
      if (!UNARY.has(expr.operator)) throw wrong(`unknown operator ${expr.operator}`, scope);
      return;
    case 'binary':
      if (!BINARY.has(expr.operator)) throw wrong(`unknown operator ${expr.operator}`, scope);
      return;
    case 'select':
      return;
  }
}

function validateGhost({ address }: Extract<Expr, { op: 'ghost' }>, scope: Scope): void {
  if (!scope.ghosts) {
    const message =
      'an expression reads a ghost by itself outside a guard, a CPU binding or a wait';
    throw machineError('KC0204', message, scope.machine, scope.site, 'Read it with a get first.');
  }
  // An index of a ghost may itself be read from a ghost.
  validateAddress(address, 'ghost', scope, scope);
}

function wrong(message: string, { machine, site }: Scope): Error {
  return machineError('KC0203', message, machine, site);
}

const UNARY: ReadonlySet<UnaryOperator> = new Set(['-', '~', '!', 'bool', 'trunc']);
const BINARY: ReadonlySet<BinaryOperator> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '<<',
  '>>',
  '>>>',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'and',
  'or',
]);
