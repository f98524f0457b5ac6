/**
 * Which locations an access may touch: every value that each register and location may ever hold,
 * as a set, found as a fixpoint over all threads at once and without regard to the order of the
 * code. A set that grows beyond LIMIT becomes "anything". `x ^ x`, `x - x` and `x & 0` are known to
 * be 0, which is what makes the artificial dependencies of litmus tests precise.
 */
import type { Address, Expr, Node, Program } from '../machine/machine.ts';
import { applyBinary, applyUnary } from '../machine/operators.ts';

const LIMIT = 64;

/** null: anything. */
type Values = ReadonlySet<number> | null;

/** Every program with the candidates of its addresses filled in. */
export function resolveCandidates(
  programs: readonly Program[],
  initial: readonly number[],
): Program[] {
  const analysis = new ValueAnalysis(programs, initial);
  analysis.run();
  return programs.map((program, thread) => ({
    ...program,
    nodes: program.nodes.map((node) => analysis.resolve(node, thread)),
  }));
}

class ValueAnalysis {
  readonly #programs: readonly Program[];
  readonly #memory: Values[];
  readonly #registers: Values[][];
  #changed = true;

  constructor(programs: readonly Program[], initial: readonly number[]) {
    this.#programs = programs;
    this.#memory = initial.map((value) => new Set([value]));
    this.#registers = programs.map((program) => program.registers.map(() => new Set([0])));
  }

  run(): void {
    while (this.#changed) {
      this.#changed = false;
      this.#programs.forEach((program, thread) => {
        for (const node of program.nodes) this.#flow(node, thread);
      });
    }
  }

  resolve(node: Node, thread: number): Node {
    if (node.kind !== 'load' && node.kind !== 'store' && node.kind !== 'rmw') return node;
    const address: Address = {
      ...node.address,
      candidates: this.#touched(node.address, thread),
    };
    return { ...node, address };
  }

  #touched(address: Address, thread: number): number[] {
    const values = this.#eval(address.expr, thread);
    const all = this.#memory.map((_, location) => location);
    return values === null ? all : all.filter((location) => values.has(location));
  }

  #flow(node: Node, thread: number): void {
    switch (node.kind) {
      case 'load':
        this.#read(node.register, node.address, thread);
        return;
      case 'rmw':
        this.#read(node.register, node.address, thread);
        this.#write(node.address, node.value, thread);
        return;
      case 'store':
        this.#write(node.address, node.value, thread);
        return;
      case 'assign':
        for (const [register, value] of node.moves) {
          this.#join(this.#registers[thread], register, this.#eval(value, thread));
        }
        return;
      case 'choose': {
        const choices = new Set(Array.from({ length: node.count }, (_, choice) => choice));
        this.#join(this.#registers[thread], node.register, choices);
        return;
      }
      default:
        return;
    }
  }

  #read(register: number, address: Address, thread: number): void {
    for (const location of this.#touched(address, thread)) {
      this.#join(this.#registers[thread], register, this.#memory[location] ?? null);
    }
  }

  #write(address: Address, value: Expr, thread: number): void {
    const values = this.#eval(value, thread);
    for (const location of this.#touched(address, thread)) {
      this.#join(this.#memory, location, values);
    }
  }

  #join(table: Values[] | undefined, index: number, added: Values): void {
    const old = table?.[index];
    if (table === undefined || old === undefined || old === null) return;
    if (added !== null && [...added].every((value) => old.has(value))) return;
    const joined = added === null ? null : new Set([...old, ...added]);
    table[index] = joined !== null && joined.size > LIMIT ? null : joined;
    this.#changed = true;
  }

  #eval(expr: Expr, thread: number): Values {
    switch (expr.op) {
      case 'const':
        return new Set([expr.value]);
      case 'reg':
        return this.#registers[thread]?.[expr.register] ?? null;
      case 'ghost':
        return null;
      case 'unary': {
        const operand = this.#eval(expr.operand, thread);
        return mapValues(operand, (value) => applyUnary(expr.operator, value));
      }
      case 'binary':
        return this.#evalBinary(expr, thread);
      case 'select':
        return union(this.#eval(expr.then, thread), this.#eval(expr.otherwise, thread));
    }
  }

  #evalBinary(expr: Expr & { op: 'binary' }, thread: number): Values {
    if (isAlwaysZero(expr)) return new Set([0]);
    const left = this.#eval(expr.left, thread);
    const right = this.#eval(expr.right, thread);
    if (left === null || right === null) return null;
    if (left.size * right.size > LIMIT * LIMIT) return null;
    const results = new Set<number>();
    for (const a of left) {
      for (const b of right) results.add(applyBinary(expr.operator, a, b));
    }
    return results.size > LIMIT ? null : results;
  }
}

function isAlwaysZero(expr: Expr & { op: 'binary' }): boolean {
  const { operator, left, right } = expr;
  if (operator === '^' || operator === '-') return JSON.stringify(left) === JSON.stringify(right);
  if (operator === '&' || operator === '*') return isZero(left) || isZero(right);
  return false;
}

function isZero(expr: Expr): boolean {
  return expr.op === 'const' && expr.value === 0;
}

function mapValues(values: Values, image: (value: number) => number): Values {
  return values === null ? null : new Set([...values].map(image));
}

function union(a: Values, b: Values): Values {
  return a === null || b === null ? null : new Set([...a, ...b]);
}
