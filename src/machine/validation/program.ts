/** A program's nodes: where control goes, what they touch, and what their expressions may read. */
import { machineError } from '../errors.ts';
import { addressOf, expressionsOf, registersSet } from '../expression.ts';
import { successors } from '../graph.ts';
import type { Machine, Node, Program } from '../machine.ts';
import { validateAddress, validateExpr } from './expression.ts';
import { checkIndex, checkType } from './value.ts';

export function validateProgram(machine: Machine, program: Program): void {
  const { registers, nodes, entry } = program;
  checkIndex(machine, 'node', entry, nodes.length, null);
  for (const { name, type } of registers) checkType(machine, name, type, null);
  for (const node of nodes) validateNode(machine, program, node);
}

function validateNode(machine: Machine, { registers, nodes }: Program, node: Node): void {
  const { site } = node;
  checkIndex(machine, 'site', site, machine.sites.length, null);
  for (const next of successors(node)) checkIndex(machine, 'node', next, nodes.length, site);
  if (node.kind === 'branch' && node.join !== null) {
    checkIndex(machine, 'node', node.join, nodes.length, site);
  }
  for (const register of registersSet(node)) {
    checkIndex(machine, 'register', register, registers.length, site);
  }
  if (node.kind === 'choose' && !(Number.isInteger(node.count) && node.count > 0)) {
    throw machineError('KC0203', `a choice among ${node.count}`, machine, site);
  }
  validateOperands(machine, registers.length, node);
}

function validateOperands(machine: Machine, registers: number, node: Node): void {
  const scope = { machine, site: node.site, registers, ghosts: node.kind === 'wait' };
  const address = addressOf(node);
  if (address !== null) {
    const space = node.kind === 'get' || node.kind === 'set' ? 'ghost' : 'location';
    validateAddress(address, space, scope);
  }
  for (const expr of expressionsOf(node)) validateExpr(expr, scope);
}
