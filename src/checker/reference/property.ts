/** A property's formula in a state: memory is read as its coherence-latest values. */
import { at, nodeAt } from '../../machine/graph.ts';
import type { Node, Property } from '../../machine/machine.ts';
import { Fault, evaluate, fit, holds, resolve } from './evaluate.ts';
import type { StateView } from './interpreting.ts';

/** More nodes than any formula needs: a loop without an end is a fault. */
const FUEL = 1_000_000;

/** The verdict, nonzero for true; a formula at fault does not hold. */
export function evaluateProperty(property: Property, state: StateView): number {
  try {
    return verdict(property, state);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return 0;
  }
}

function verdict(property: Property, state: StateView): number {
  const registers = property.registers.map(() => 0);
  let index = property.entry;
  for (let fuel = FUEL; fuel > 0; fuel--) {
    const node = nodeAt(property, index);
    if (node.kind === 'done') return node.value === null ? 1 : value(node.value, registers, state);
    index = execute(property, node, registers, state);
  }
  throw new Fault('the formula does not end');
}

/** Sets registers, and returns the next node. */
function execute(property: Property, node: Node, registers: number[], state: StateView): number {
  const env = { registers, ghosts: state.ghosts };
  const fitRegister = (register: number, v: number): number => {
    const { type, name } = at(property.registers, register);
    return fit(v, type, name);
  };
  switch (node.kind) {
    case 'load':
      registers[node.register] = fitRegister(
        node.register,
        state.memory.latest(resolve(node.address, env)),
      );
      return node.next;
    case 'get':
      registers[node.register] = fitRegister(
        node.register,
        at(state.ghosts, resolve(node.address, env)),
      );
      return node.next;
    case 'assign': {
      const moves = node.moves.map(
        ([to, expr]) => [to, fitRegister(to, evaluate(expr, env))] as const,
      );
      for (const [register, moved] of moves) registers[register] = moved;
      return node.next;
    }
    case 'branch':
      return holds(node.condition, env) ? node.then : node.otherwise;
    case 'assert':
      if (!holds(node.condition, env)) throw new Fault(node.name);
      return node.next;
    case 'store':
    case 'rmw':
    case 'fence':
    case 'set':
    case 'choose':
    case 'wait':
    case 'mark':
    case 'done':
      throw new Error(`a property has no ${node.kind}: validateMachine refuses it`);
  }
}

function value(
  expr: Parameters<typeof evaluate>[0],
  registers: readonly number[],
  state: StateView,
): number {
  return evaluate(expr, { registers, ghosts: state.ghosts });
}
