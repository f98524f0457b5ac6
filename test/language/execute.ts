/**
 * A machine with one context, run as a program: the plainest reading of nodes and expressions there
 * is, sharing nothing with the checker. Stores are kept in the order in which they happen.
 */
import type { Address, Expr, Machine, Node } from '../../src/machine/machine.ts';

export interface Execution {
  /** Every store to a location, as `name=value`, in order. */
  readonly stores: readonly string[];
  /** The name of the assertion that failed, or what else went wrong; null: it came to its end. */
  readonly failure: string | null;
}

/** `inputs`: initial values of locations, by name. `choices` resolve choose() nodes in turn. */
export function execute(
  machine: Machine,
  inputs: Readonly<Record<string, number>> = {},
  choices: readonly number[] = [],
): Execution {
  return new Executor(machine, inputs, choices).run();
}

const MOST_STEPS = 100_000;

class Executor {
  readonly #machine: Machine;
  readonly #memory: number[];
  readonly #ghosts: number[];
  readonly #registers: number[];
  readonly #choices: number[];
  readonly #stores: string[] = [];

  constructor(
    machine: Machine,
    inputs: Readonly<Record<string, number>>,
    choices: readonly number[],
  ) {
    this.#machine = machine;
    this.#memory = machine.locations.map(({ name, initial }) => inputs[name] ?? initial);
    this.#ghosts = machine.ghosts.map(({ name, initial }) => inputs[name] ?? initial);
    this.#registers = [];
    this.#choices = [...choices];
  }

  run(): Execution {
    const [context] = this.#machine.contexts;
    if (!context) throw new Error('no context');
    let position = context.entry;
    for (let step = 0; step < MOST_STEPS; step++) {
      const node = context.nodes[position];
      if (!node) throw new Error(`no node ${position}`);
      if (node.kind === 'done') return { stores: this.#stores, failure: null };
      const failure = this.#step(node);
      if (failure !== null) return { stores: this.#stores, failure };
      position = this.#next(node);
    }
    return { stores: this.#stores, failure: 'endless' };
  }

  #next(node: Node): number {
    if (node.kind !== 'branch') return node.next;
    return this.#value(node.condition) !== 0 ? node.then : node.otherwise;
  }

  #step(node: Node): string | null {
    switch (node.kind) {
      case 'load':
        return this.#read(node.register, this.#memory, node.address, node.until);
      case 'get':
        return this.#read(node.register, this.#ghosts, node.address, null);
      case 'store':
        return this.#write(this.#memory, node.address, this.#value(node.value));
      case 'set':
        return this.#write(this.#ghosts, node.address, this.#value(node.value));
      case 'rmw': {
        const failure = this.#read(node.register, this.#memory, node.address, node.until);
        if (failure !== null || (node.condition && this.#value(node.condition) === 0))
          return failure;
        return this.#write(this.#memory, node.address, this.#value(node.value));
      }
      case 'assign': {
        const values = node.moves.map(([to, from]) => [to, this.#value(from)] as const);
        for (const [to, value] of values) this.#registers[to] = value;
        return null;
      }
      case 'choose':
        this.#registers[node.register] = this.#choices.shift() ?? 0;
        return null;
      case 'wait':
        return this.#value(node.condition) === 0 ? 'blocked' : null;
      case 'assert':
        return this.#value(node.condition) === 0 ? node.name : null;
      case 'branch':
      case 'fence':
      case 'mark':
      case 'done':
        return null;
    }
  }

  #read(register: number, cells: number[], address: Address, until: Expr | null): string | null {
    const index = this.#value(address.expr);
    if (!address.candidates.includes(index)) return address.fault ?? 'wild access';
    this.#registers[register] = cells[index] ?? 0;
    return until && this.#value(until) === 0 ? 'blocked' : null;
  }

  #write(cells: number[], address: Address, value: number): string | null {
    const index = this.#value(address.expr);
    if (!address.candidates.includes(index)) return address.fault ?? 'wild access';
    const all = cells === this.#ghosts ? this.#machine.ghosts : this.#machine.locations;
    const cell = all[index];
    cells[index] = value;
    this.#stores.push(`${cell?.name ?? '?'}=${value}`);
    return null;
  }

  #value(expr: Expr): number {
    switch (expr.op) {
      case 'const':
        return expr.value;
      case 'reg': {
        const value = this.#registers[expr.register];
        if (value === undefined) throw new Error(`register ${expr.register} is read unset`);
        return value;
      }
      case 'ghost':
        return this.#ghosts[this.#value(expr.address.expr)] ?? 0;
      case 'unary':
        return unary(expr.operator, this.#value(expr.operand));
      case 'binary':
        return this.#binary(expr);
      case 'select':
        return this.#value(expr.condition) !== 0
          ? this.#value(expr.then)
          : this.#value(expr.otherwise);
    }
  }

  #binary({ operator, left, right }: Extract<Expr, { readonly op: 'binary' }>): number {
    const a = this.#value(left);
    if (operator === 'and') return a !== 0 && this.#value(right) !== 0 ? 1 : 0;
    if (operator === 'or') return a !== 0 || this.#value(right) !== 0 ? 1 : 0;
    return binary(operator, a, this.#value(right));
  }
}

function unary(operator: string, a: number): number {
  if (operator === '-') return -a;
  if (operator === '~') return ~a;
  if (operator === '!') return a === 0 ? 1 : 0;
  return operator === 'bool' ? Number(a !== 0) : Math.trunc(a);
}

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
};

function binary(operator: string, a: number, b: number): number {
  const run = BINARY[operator];
  if (!run) throw new Error(`no operator ${operator}`);
  return run(a, b);
}
