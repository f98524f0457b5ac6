/**
 * A node as a line of kernel code: `r1 = READ_ONCE(flag)`, `mm.percpu = 1  (WRITE_ONCE)`. Ghosts are
 * assigned with `:=`, as in traces, so that nobody takes them for memory.
 */
import { fenceName, formatAddress, formatExpr, formatValue } from '../format.ts';
import { at } from '../graph.ts';
import type { Address, Cell, Expr, Load, Machine, Node, Program, Rmw, Store } from '../machine.ts';

export function nodeText(node: Node, program: Program, machine: Machine): string {
  return new Speller(program, machine).text(node);
}

class Speller {
  readonly #program: Program;
  readonly #machine: Machine;

  constructor(program: Program, machine: Machine) {
    this.#program = program;
    this.#machine = machine;
  }

  text(node: Node): string {
    switch (node.kind) {
      case 'load':
        return this.#load(node);
      case 'store':
        return this.#store(node);
      case 'rmw':
        return this.#rmw(node);
      case 'fence':
        return `${fenceName(node.fence)}()`;
      case 'get':
        return `${this.#register(node.register)} := ${this.#ghost(node.address)}`;
      case 'set':
        return `${this.#ghost(node.address)} := ${this.#value(node.value, this.#machine.ghosts, node.address)}`;
      case 'assign':
        return node.moves.map(([to, e]) => `${this.#register(to)} = ${this.#expr(e)}`).join(', ');
      case 'branch':
        return `if (${this.#expr(node.condition)})`;
      case 'choose':
        return `${this.#register(node.register)} = choose(${node.count})`;
      case 'wait':
        return `wait until ${this.#expr(node.condition)}`;
      case 'assert':
        return `assert(${this.#expr(node.condition)})${node.name === 'assertion' ? '' : `  "${node.name}"`}`;
      case 'mark':
        return 'progress';
      case 'done':
        return node.value === null ? 'end' : `return ${this.#expr(node.value)}`;
    }
  }

  #load({ register, address, until, primitive }: Load): string {
    const from = this.#location(address);
    const read = primitive === '' ? from : `${primitive}(${from})`;
    return `${this.#register(register)} = ${read}${this.#until(until)}`;
  }

  #store({ address, value, primitive }: Store): string {
    const to = this.#location(address);
    if (primitive.includes('unlock') && this.#isLock(address)) return `${primitive}(${to})`;
    const how = primitive === '' ? '' : `  (${primitive})`;
    return `${to} = ${this.#value(value, this.#machine.locations, address)}${how}`;
  }

  /** A lock needs no more than its name; what else is written is said behind the call. */
  #rmw(node: Rmw): string {
    const { address, value, condition, primitive } = node;
    const to = this.#location(address);
    const call = `${primitive}(${to})`;
    if (this.#isLock(address) && node.until !== null) return call;
    const written = `${to} = ${this.#value(value, this.#machine.locations, address)}`;
    const only = condition === null ? '' : ` if ${this.#expr(condition)}`;
    return `${this.#register(node.register)} = ${call}; ${written}${only}${this.#until(node.until)}`;
  }

  #until(condition: Expr | null): string {
    return condition === null ? '' : `  until ${this.#expr(condition)}`;
  }

  #isLock({ candidates }: Address): boolean {
    return candidates.every((location) => at(this.#machine.locations, location).lock);
  }

  /** A constant as the variable's type displays it. */
  #value(value: Expr, cells: readonly Cell[], { candidates }: Address): string {
    const cell = cells[candidates[0] ?? 0];
    return value.op === 'const' && cell !== undefined
      ? formatValue(value.value, cell.type, this.#machine)
      : this.#expr(value);
  }

  #register(register: number): string {
    return at(this.#program.registers, register).name;
  }

  #expr(expr: Expr): string {
    return formatExpr(expr, this.#program, this.#machine);
  }

  #location(address: Address): string {
    return formatAddress(address, 'location', this.#program, this.#machine);
  }

  #ghost(address: Address): string {
    return formatAddress(address, 'ghost', this.#program, this.#machine);
  }
}
