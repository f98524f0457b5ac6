/** The table of assembly: a column a thread, cells between `|`, rows ended by `;`. */
import { startsFinal } from '../condition.ts';
import type { Cursor } from '../cursor.ts';
import { litmusError } from '../errors.ts';

export interface AssemblyThread {
  readonly index: number;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  /** Labels in front of it. */
  readonly labels: readonly string[];
  /** Lower case; `''` for labels at the end with nothing after them. */
  readonly mnemonic: string;
  readonly operands: readonly Operand[];
  readonly start: number;
  readonly end: number;
}

/** One operand's tokens, as text without white space: `r1`, `0(r2)`, `[x]`, `$1`, `LC00`. */
export interface Operand {
  readonly text: string;
  readonly offset: number;
}

export function parseColumns(cursor: Cursor): AssemblyThread[] {
  const header = parseRow(cursor);
  const rows: Cursor[][] = [];
  while (!startsFinal(cursor)) rows.push(parseRow(cursor));
  return header.map((cell, column) => {
    const index = threadIndex(cell);
    const cells = rows.map((row) => row[column]).filter((found) => found !== undefined);
    return { index, instructions: attachLabels(cells.flatMap(parseCell)) };
  });
}

function parseRow(cursor: Cursor): Cursor[] {
  const cells: Cursor[] = [];
  do {
    cells.push(cursor.until((token) => token.text === '|' || token.text === ';'));
  } while (cursor.accept('|'));
  cursor.expect(';');
  return cells;
}

function threadIndex(cell: Cursor): number {
  const token = cell.peek();
  const match = /^P(\d+)$/.exec(token.text);
  if (match === null) throw cell.error(`expected a thread (P0, P1 …) but found '${token.text}'`);
  return Number(match[1]);
}

/** A label in a cell of its own belongs to the instruction of the next cell. */
function attachLabels(instructions: readonly Instruction[]): Instruction[] {
  const attached: Instruction[] = [];
  for (const instruction of instructions) {
    const before = attached.at(-1);
    if (before?.mnemonic !== '') attached.push(instruction);
    else
      attached.splice(-1, 1, { ...instruction, labels: [...before.labels, ...instruction.labels] });
  }
  return attached;
}

/** Labels and at most one instruction. */
function parseCell(cell: Cursor): Instruction[] {
  const labels: string[] = [];
  while (cell.peek().kind === 'word' && cell.is(':', 1)) {
    labels.push(cell.next().text);
    cell.next();
  }
  const start = cell.peek().offset;
  if (cell.atEnd()) {
    return labels.length === 0 ? [] : [{ labels, mnemonic: '', operands: [], start, end: start }];
  }
  return [{ labels, ...parseInstruction(cell, start) }];
}

function parseInstruction(cell: Cursor, start: number): Omit<Instruction, 'labels'> {
  let mnemonic = cell.word('an instruction').text.toLowerCase();
  // x86's prefix belongs to the instruction behind it; PowerPC's branch hints to the one before.
  if (mnemonic === 'lock') mnemonic += ` ${cell.word('an instruction').text.toLowerCase()}`;
  if (/^b\w+$/.test(mnemonic) && (cell.is('-') || cell.is('+'))) cell.next();
  const operands: Operand[] = [];
  while (!cell.atEnd()) {
    operands.push(parseOperand(cell));
    if (!cell.atEnd()) cell.expect(',');
  }
  return { mnemonic, operands, start, end: cell.peek().offset };
}

function parseOperand(cell: Cursor): Operand {
  const { offset } = cell.peek();
  let depth = 0;
  const tokens = cell.until((token) => {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    return token.text === ',' && depth === 0;
  });
  let text = '';
  while (!tokens.atEnd()) text += tokens.next().text;
  if (text === '') throw litmusError('KC0302', 'an operand is missing', cell.source, offset);
  return { text, offset };
}
