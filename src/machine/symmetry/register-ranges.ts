/**
 * Which values the registers of a program can have: what is read into them, chosen and assigned; where that
 * is computed, what their type says. They start as 0.
 */
import { at } from '../graph.ts';
import type { Cell, Expr, Machine, Node, Program } from '../machine.ts';
import { rangeOf } from './combinations.ts';
import type { Range } from './combinations.ts';

export function registerRanges(machine: Machine, { registers, nodes }: Program): readonly Range[] {
  const ranges: Range[] = registers.map(() => ({ min: 0, max: 0 }));
  const count = machine.locations.length;
  const declared = (register: number): Range => rangeOf(at(registers, register).type, count);
  for (let changed = true; changed;) {
    changed = false;
    for (const node of nodes) {
      for (const [register, range] of setBy(machine, ranges, declared, node)) {
        const before = at(ranges, register);
        const now = joined(before, range);
        if (now.min === before.min && now.max === before.max) continue;
        ranges[register] = now;
        changed = true;
      }
    }
  }
  return ranges;
}

type Declared = (register: number) => Range;

function setBy(
  { locations, ghosts }: Machine,
  ranges: readonly Range[],
  declared: Declared,
  node: Node,
): readonly (readonly [register: number, range: Range])[] {
  const read = (cells: readonly Cell[], candidates: readonly number[]): Range =>
    candidates.map((cell) => rangeOf(at(cells, cell).type, locations.length)).reduce(joined);
  switch (node.kind) {
    case 'load':
    case 'rmw':
      return [[node.register, read(locations, node.address.candidates)]];
    case 'get':
      return [[node.register, read(ghosts, node.address.candidates)]];
    case 'choose':
      return [[node.register, { min: 0, max: node.count - 1 }]];
    case 'assign':
      return node.moves.map(([register, value]) => [
        register,
        assigned(ranges, value) ?? declared(register),
      ]);
    case 'store':
    case 'set':
    case 'fence':
    case 'branch':
    case 'wait':
    case 'assert':
    case 'mark':
    case 'done':
      return [];
  }
}

/** Of what is only handed on; null: it is computed. */
function assigned(ranges: readonly Range[], value: Expr): Range | null {
  switch (value.op) {
    case 'const':
      return { min: value.value, max: value.value };
    case 'reg':
      return at(ranges, value.register);
    case 'select': {
      const [then, otherwise] = [assigned(ranges, value.then), assigned(ranges, value.otherwise)];
      return then === null || otherwise === null ? null : joined(then, otherwise);
    }
    case 'ghost':
    case 'unary':
    case 'binary':
      return null;
  }
}

function joined(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}
