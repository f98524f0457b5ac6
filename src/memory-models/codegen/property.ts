/**
 * A property's program as the source of a JavaScript function of a state: 0 false, 1 true, 2 when it
 * cannot be evaluated (an address or value at fault). Memory is read as its coherence-latest values.
 */
import { nodeAt, predecessors } from '../../machine/graph.ts';
import type { Address, Node, Program } from '../../machine/machine.ts';
import { emitCondition, emitIndex, emitValue, mayOverflow } from './expression.ts';
import type { Names } from './expression.ts';
import type { Layout } from './layout.ts';
import type { MemoryEmitter } from './memory-emitter.ts';
import { word } from './word.ts';

type PropertyLayout = Pick<Layout, 'memory' | 'ghosts'>;
type LatestReader = Pick<MemoryEmitter, 'latest'>;

export function emitProperty(
  program: Program,
  name: string,
  layout: PropertyLayout,
  emitter: LatestReader,
  validity: (address: Address) => string,
): string {
  return new PropertyEmitter(program, layout, emitter, validity).emit(name);
}

class PropertyEmitter {
  readonly #program: Program;
  readonly #layout: PropertyLayout;
  readonly #emitter: LatestReader;
  readonly #names: Names;
  readonly #joins: ReadonlySet<number>;

  constructor(
    program: Program,
    layout: PropertyLayout,
    emitter: LatestReader,
    validity: (address: Address) => string,
  ) {
    this.#program = program;
    this.#layout = layout;
    this.#emitter = emitter;
    this.#names = {
      register: (register) => `r${register}`,
      ghost: (index) => word('S', 'at', layout.ghosts, index),
      validity,
    };
    const before = predecessors(program);
    this.#joins = new Set(before.flatMap((from, node) => (from.length > 1 ? [node] : [])));
  }

  emit(name: string): string {
    const registers = this.#program.registers.map((_, register) => `let r${register} = 0;`);
    const cases = [...this.#joins].map((node) => `case ${node}: { ${this.#node(node)} }`);
    const entry = this.#node(this.#program.entry);
    const body = `let label = -1; for (;;) switch (label) { case -1: { ${entry} } ${cases.join('\n')} }`;
    return `function ${name}(S, at) { ${registers.join(' ')}\n${cases.length === 0 ? entry : body} }`;
  }

  #go(node: number): string {
    return this.#joins.has(node) ? `label = ${node}; continue;` : this.#node(node);
  }

  #node(index: number): string {
    const node = nodeAt(this.#program, index);
    switch (node.kind) {
      case 'load':
        return this.#read(node, (i) => this.#emitter.latest('S', 'at', this.#layout.memory, i));
      case 'get':
        return this.#read(node, (i) => word('S', 'at', this.#layout.ghosts, i));
      case 'assign':
        return this.#assign(node) + this.#go(node.next);
      case 'branch':
        return `if (${emitCondition(node.condition, this.#names)}) { ${this.#go(node.then)} } else { ${this.#go(node.otherwise)} }`;
      case 'done':
        return node.value === null
          ? 'return 1;'
          : `return ${emitCondition(node.value, this.#names)} ? 1 : 0;`;
      case 'assert':
        return `if (!(${emitCondition(node.condition, this.#names)})) return 2; ${this.#go(node.next)}`;
      case 'store':
      case 'rmw':
      case 'fence':
      case 'set':
      case 'choose':
      case 'wait':
      case 'mark':
        // validateMachine() refuses these in a property.
        return 'return 2;';
    }
  }

  #read(node: Extract<Node, { kind: 'load' | 'get' }>, value: (index: string) => string): string {
    const register = this.#names.register(node.register);
    const next = this.#go(node.next);
    if (node.address.expr.op === 'const') {
      return `${register} = ${value(`${node.address.expr.value}`)}; ${next}`;
    }
    const valid = this.#names.validity(node.address);
    return `{ const a = ${emitIndex(node.address, this.#names)}; if (${valid}[a] !== 1) return 2; ${register} = ${value('a')}; } ${next}`;
  }

  #assign(node: Extract<Node, { kind: 'assign' }>): string {
    const values = node.moves.map(([, expr], i) => {
      const check = mayOverflow(expr) ? `if (v${i} !== (v${i} | 0)) return 2; ` : '';
      return `const v${i} = ${emitValue(expr, this.#names)}; ${check}`;
    });
    const moves = node.moves.map(([register], i) => `${this.#names.register(register)} = v${i}; `);
    return `{ ${values.join('')}${moves.join('')}} `;
  }
}
