/**
 * What every machine must satisfy before anything is done with it. The explorer's generated code
 * leaves out the checks that are made here once, so a machine that was not validated must not run.
 */
import { machineError } from './errors.ts';
import type { Cell, Context, Machine, Property } from './machine.ts';
import { validateAtomicRegions } from './validation/atomic-regions.ts';
import { validateExpr } from './validation/expression.ts';
import { validateProgram } from './validation/program.ts';
import { validateReads } from './validation/property.ts';
import { checkIndex, checkType, checkValue } from './validation/value.ts';

/** Sets of contexts are bits of one word. */
const MOST_CONTEXTS = 31;

/** Throws a KcheckError, code KC02xx, for the first thing that is wrong. */
export function validateMachine(machine: Machine): void {
  const { contexts, cpus, locations, ghosts, properties, sites } = machine;
  if (contexts.length > MOST_CONTEXTS) throw tooManyContexts(machine);
  if (contexts.length > 0 && cpus.length === 0) {
    throw machineError('KC0208', 'there are contexts and no CPU to step on', machine, null);
  }
  for (const { caller } of sites) {
    if (caller !== null) checkIndex(machine, 'site', caller, sites.length, null);
  }
  for (const cell of [...locations, ...ghosts]) validateCell(machine, cell);
  for (const context of contexts) validateContext(machine, context);
  for (const property of properties) validateProperty(machine, property);
}

function validateCell(machine: Machine, { name, initial, type }: Cell): void {
  checkType(machine, name, type, null);
  checkValue(machine, name, initial, type, null);
}

function validateContext(machine: Machine, context: Context): void {
  const { cpu, guard, site, registers, liveAtEnd = [] } = context;
  checkIndex(machine, 'site', site, machine.sites.length, null);
  validateProgram(machine, context);
  validateAtomicRegions(machine, context);
  for (const register of liveAtEnd) {
    checkIndex(machine, 'register', register, registers.length, site);
  }
  const overGhosts = { machine, site, registers: 0, ghosts: true };
  validateExpr(cpu, overGhosts);
  if (guard !== null) validateExpr(guard, overGhosts);
  if (cpu.op === 'const' && machine.cpus[cpu.value] === undefined) {
    const message = `${context.name} steps on CPU ${cpu.value}, and there are ${machine.cpus.length}`;
    throw machineError('KC0208', message, machine, site);
  }
}

function validateProperty(machine: Machine, property: Property): void {
  checkIndex(machine, 'site', property.site, machine.sites.length, null);
  validateProgram(machine, property);
  validateReads(machine, property);
}

function tooManyContexts(machine: Machine): Error {
  return machineError(
    'KC0206',
    `there are ${machine.contexts.length} contexts, at most ${MOST_CONTEXTS} can be explored`,
    machine,
    machine.contexts[MOST_CONTEXTS]?.site ?? null,
    'Split the spec into configurations with fewer of them.',
  );
}
