/** What the instruction tables of both assemblies share: operands, labels, refusals. */
import type { KcheckError } from '../../errors.ts';
import type { Expr } from '../../machine/machine.ts';
import { litmusError } from '../errors.ts';
import type { Label } from '../program-builder.ts';
import type { ThreadContext } from '../thread-context.ts';
import type { AssemblyThread, Instruction, Operand } from './syntax.ts';

/** Turns instructions into nodes, with the thread's labels at hand. */
export class Assembler {
  readonly thread: ThreadContext;
  readonly #labels = new Map<string, Label>();

  constructor(thread: ThreadContext, code: AssemblyThread) {
    this.thread = thread;
    for (const instruction of code.instructions) {
      for (const name of instruction.labels) this.#labels.set(name, thread.builder.label());
    }
  }

  /** The instruction's labels are here. */
  place(instruction: Instruction): void {
    for (const name of instruction.labels) {
      const label = this.#labels.get(name);
      if (label !== undefined) this.thread.builder.place(label);
    }
  }

  label(operand: Operand): Label {
    const label = this.#labels.get(operand.text);
    if (label === undefined) {
      throw this.error('KC0305', `there is no label '${operand.text}' in this thread`, operand);
    }
    return label;
  }

  /** Goes to the label when the condition holds: a control dependence that never ends. */
  branch(condition: Expr, target: Label, site: number): void {
    const { builder } = this.thread;
    const onward = builder.label();
    builder.branch({ condition, then: target, otherwise: onward, join: null }, site);
    builder.place(onward);
  }

  site(instruction: Instruction): number {
    return this.thread.site(instruction.start, instruction.end);
  }

  operand(instruction: Instruction, index: number): Operand {
    const operand = instruction.operands[index];
    if (operand !== undefined) return operand;
    const message = `'${instruction.mnemonic}' has too few operands`;
    throw litmusError('KC0302', message, this.thread.source, instruction.start);
  }

  error(
    code: 'KC0302' | 'KC0303' | 'KC0304' | 'KC0305',
    message: string,
    at: Operand,
  ): KcheckError {
    return litmusError(code, message, this.thread.source, at.offset);
  }

  unknown(instruction: Instruction): KcheckError {
    const message = `unknown instruction '${instruction.mnemonic}'`;
    const advice = 'docs/design/litmus.md lists the instructions that kcheck knows.';
    return litmusError('KC0303', message, this.thread.source, instruction.start, advice);
  }
}

/** A decimal or hexadecimal integer with an optional sign; null if the text is none. */
export function parseImmediate(text: string): number | null {
  const match = /^(-?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text);
  if (match === null) return null;
  return match[1] === '-' ? -Number(match[2]) : Number(match[2]);
}
