/** Variables that are cells, assigned; and the names that registers have of the variables that hold them. */
import { refuse } from '../errors.ts';
import { current } from './current.ts';
import { modelOf } from './values.ts';
import type { Cell } from './cells.ts';

export function setCell(cell: Cell, value: unknown): unknown {
  const { stage } = current;
  if (!stage) {
    if (current.draft && cell.born <= current.draft.born) refuseLasting(cell.name);
    cell.raw = value;
    return value;
  }
  if (cell.owner !== stage) {
    refuse(
      'KC0119',
      `'${cell.name}' is declared outside of the body that assigns it`,
      'Contexts share shared() and ghost() state only; declare the variable inside the body.',
    );
  }
  stage.trail.put(cell, value);
  return value;
}

function refuseLasting(name: string): never {
  refuse(
    'KC0119',
    `'${name}' belongs to the file, and system() assigns it`,
    'system() runs once for every version and memory model, and each must find the same: declare it inside system().',
  );
}

/** A register is called as the first variable that holds it. */
export function nameRegister(name: string, value: unknown): void {
  const model = modelOf(value);
  if (model?.kind !== 'scalar' || model.expr.op !== 'reg' || !current.stage) return;
  const register = current.stage.builder.registers[model.expr.register];
  if (!register || register.named) return;
  register.name = name;
  register.named = true;
}
