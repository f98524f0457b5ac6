/** A property's program is evaluated in a state that stays as it is: it may only read. */
import { machineError } from '../errors.ts';
import type { Machine, Node, Property } from '../machine.ts';

export function validateReads(machine: Machine, { name, nodes }: Property): void {
  for (const node of nodes) {
    if (onlyReads(node)) continue;
    const what = node.kind === 'load' ? `a load (${node.order})` : `a ${node.kind}`;
    const message = `the property ${name} has ${what}; it may only read`;
    throw machineError('KC0205', message, machine, node.site);
  }
}

/** Memory is read as its coherence-latest value, so an order or a condition has no meaning. */
function onlyReads(node: Node): boolean {
  switch (node.kind) {
    case 'load':
      return node.order === 'relaxed' && node.until === null;
    case 'get':
    case 'assign':
    case 'branch':
    case 'assert':
    case 'done':
      return true;
    case 'store':
    case 'rmw':
    case 'fence':
    case 'set':
    case 'choose':
    case 'wait':
    case 'mark':
      return false;
  }
}
