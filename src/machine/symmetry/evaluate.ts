/** The value of an expression, and the verdict of a property, where registers and cells are given. */
import { at, nodeAt } from '../graph.ts';
import type { Address, Expr, Program } from '../machine.ts';
import { applyBinary, applyUnary } from '../operators.ts';

export interface Given {
  register(index: number): number;
  ghost(index: number): number;
}

/** An address out of its candidates, or a value that is no 32-bit integer: nothing is said of it here. */
export class Faulty extends Error {}

/** Operands are all evaluated, those too that need not be. */
export function valueOf(expr: Expr, given: Given): number {
  switch (expr.op) {
    case 'const':
      return expr.value;
    case 'reg':
      return given.register(expr.register);
    case 'ghost':
      return given.ghost(cellAt(expr.address, given));
    case 'unary':
      return applyUnary(expr.operator, valueOf(expr.operand, given));
    case 'binary':
      return applyBinary(expr.operator, valueOf(expr.left, given), valueOf(expr.right, given));
    case 'select': {
      const [then, otherwise] = [valueOf(expr.then, given), valueOf(expr.otherwise, given)];
      return valueOf(expr.condition, given) ? then : otherwise;
    }
  }
}

function cellAt({ expr, candidates }: Address, given: Given): number {
  const cell = valueOf(expr, given);
  if (!candidates.includes(cell)) throw new Faulty();
  return cell;
}

export interface Cells {
  location(index: number): number;
  ghost(index: number): number;
}

/** The verdict of a property's program. */
export function verdictOf(program: Program, cells: Cells): boolean {
  const registers = program.registers.map(() => 0);
  const given: Given = { register: (r) => at(registers, r), ghost: (g) => cells.ghost(g) };
  let index = program.entry;
  // A property's program has no cycle that goes on for ever; one that had would be at fault.
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const node = nodeAt(program, index);
    switch (node.kind) {
      case 'load':
        registers[node.register] = cells.location(cellAt(node.address, given));
        break;
      case 'get':
        registers[node.register] = cells.ghost(cellAt(node.address, given));
        break;
      case 'assign': {
        const values = node.moves.map(([, value]) => word(valueOf(value, given)));
        node.moves.forEach(([register], i) => (registers[register] = at(values, i)));
        break;
      }
      case 'assert':
        if (!valueOf(node.condition, given)) throw new Faulty();
        break;
      case 'branch':
        index = valueOf(node.condition, given) ? node.then : node.otherwise;
        continue;
      case 'done':
        return node.value === null || Boolean(valueOf(node.value, given));
      case 'store':
      case 'rmw':
      case 'fence':
      case 'set':
      case 'choose':
      case 'wait':
      case 'mark':
        throw new Faulty();
    }
    index = node.next;
  }
  throw new Faulty();
}

const MOST_STEPS = 10_000;

function word(value: number): number {
  if (value !== (value | 0)) throw new Faulty();
  return value;
}
