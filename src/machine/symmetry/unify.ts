/**
 * Finds the symmetry, if there is one, that maps contexts to each other in a given way: the programs of a
 * context and its image are walked side by side from their entries, and what stands at the same place in
 * both is bound to each other. A proposal only: whether it is a symmetry, verify.ts says.
 *
 * Values are renamed by what they are for. All that is loaded from, stored to, assigned to or compared
 * with each other is of one sort (a union-find over cells and registers), and the constants that stand at
 * the same place in both programs say where the values of their sort go.
 */
import { ghostsIn, registersIn } from '../expression.ts';
import { at, nodeAt, successors } from '../graph.ts';
import type { Address, BinaryOperator, Context, Expr, Machine, Node } from '../machine.ts';
import { SAME, nameValues, movedOf } from './automorphism.ts';
import type { Renamed, Values } from './automorphism.ts';
import { Bijection } from './bijection.ts';
import { valueOf } from './evaluate.ts';
import { Sorts } from './sorts.ts';

/** null: the programs cannot be brought together. `bitmaps`: values are sets, one bit a member. */
export function unified(
  machine: Machine,
  contexts: readonly number[],
  bitmaps: boolean,
): Renamed | null {
  return new Unifier(machine, contexts, bitmaps).run();
}

/** The programs differ where they must not. */
class Different extends Error {}

type Space = 'location' | 'ghost';

/** Of sets in one word. */
const SET_OPERATORS: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(['&', '|', '^']);

class Unifier {
  readonly #machine: Machine;
  readonly #contexts: readonly number[];
  readonly #nodes: readonly Bijection[];
  readonly #registers: readonly Bijection[];
  readonly #cells: Readonly<Record<Space, Bijection>> = {
    location: new Bijection(),
    ghost: new Bijection(),
  };
  /** Addresses that are computed. */
  readonly #computed: Computed[] = [];
  readonly #sorts: Sorts;
  /** The sort of what names a CPU. */
  readonly #cpu: number;
  readonly #constants: (readonly [sort: number, from: number, to: number])[] = [];

  readonly #bitmaps: boolean;

  constructor(machine: Machine, contexts: readonly number[], bitmaps: boolean) {
    this.#machine = machine;
    this.#contexts = contexts;
    this.#bitmaps = bitmaps;
    this.#nodes = contexts.map(() => new Bijection());
    this.#registers = contexts.map(() => new Bijection());
    this.#sorts = new Sorts(machine);
    this.#cpu = this.#sorts.fresh();
  }

  run(): Renamed | null {
    try {
      this.#contexts.forEach((_, context) => this.#context(context));
      return this.#finish();
    } catch (error) {
      if (error instanceof Different) return null;
      throw error;
    }
  }

  #context(context: number): void {
    const [one, other] = this.#pair(context);
    this.#expr(context, one.cpu, other.cpu, this.#cpu);
    if (one.guard !== null && other.guard !== null) {
      this.#expr(context, one.guard, other.guard, null);
    }
    const walk: (readonly [number, number])[] = [[one.entry, other.entry]];
    for (let next = walk.pop(); next !== undefined; next = walk.pop()) {
      const [from, to] = next;
      if (at(this.#nodes, context).get(from) === to) continue;
      require(at(this.#nodes, context).bind(from, to));
      const [a, b] = [nodeAt(one, from), nodeAt(other, to)];
      this.#node(context, a, b);
      const [as, bs] = [successors(a), successors(b)];
      require(as.length === bs.length);
      as.forEach((node, i) => walk.push([node, at(bs, i)]));
    }
  }

  #pair(context: number): readonly [Context, Context] {
    const { contexts } = this.#machine;
    return [at(contexts, context), at(contexts, at(this.#contexts, context))];
  }

  #node(context: number, one: Node, other: Node): void {
    const expr = (a: Expr | null, b: Expr | null, sort: number | null): void => {
      if (a !== null && b !== null) this.#expr(context, a, b, sort);
    };
    const access = (space: Space, a: Address, b: Address): number => {
      this.#address(context, space, a, b);
      return this.#sortOfCells(space, a.candidates);
    };
    const register = (a: number, b: number): number => this.#register(context, a, b);
    const read = (space: Space, a: Reading, b: Reading): number => {
      const sort = register(a.register, b.register);
      this.#sorts.join(sort, access(space, a.address, b.address));
      return sort;
    };
    if (one.kind === 'load' && other.kind === 'load') {
      read('location', one, other);
      expr(one.until, other.until, null);
    } else if (one.kind === 'store' && other.kind === 'store') {
      expr(one.value, other.value, access('location', one.address, other.address));
    } else if (one.kind === 'rmw' && other.kind === 'rmw') {
      expr(one.value, other.value, read('location', one, other));
      expr(one.condition, other.condition, null);
      expr(one.until, other.until, null);
    } else if (one.kind === 'get' && other.kind === 'get') {
      read('ghost', one, other);
    } else if (one.kind === 'set' && other.kind === 'set') {
      expr(one.value, other.value, access('ghost', one.address, other.address));
    } else if (one.kind === 'assign' && other.kind === 'assign') {
      require(one.moves.length === other.moves.length);
      one.moves.forEach(([to, value], i) => {
        const [otherTo, otherValue] = at(other.moves, i);
        expr(value, otherValue, register(to, otherTo));
      });
    } else if (one.kind === 'choose' && other.kind === 'choose') {
      register(one.register, other.register);
    } else if ('condition' in one && 'condition' in other) {
      expr(one.condition, other.condition, null);
    }
    require(one.kind === other.kind);
  }

  #register(context: number, from: number, to: number): number {
    require(at(this.#registers, context).bind(from, to));
    const sort = this.#sorts.ofRegister(context, from);
    this.#sorts.join(sort, this.#sorts.ofRegister(at(this.#contexts, context), to));
    return sort;
  }

  #sortOfCells(space: Space, cells: readonly number[]): number {
    const sort = this.#sorts.fresh();
    for (const cell of cells) this.#sorts.join(sort, this.#sorts.ofCell(space, cell));
    return sort;
  }

  #address(context: number, space: Space, one: Address, other: Address): void {
    require(one.candidates.length === other.candidates.length);
    if (one.candidates.length === 1) {
      require(this.#cells[space].bind(at(one.candidates, 0), at(other.candidates, 0)));
    } else this.#computed.push({ context, space, one, other });
    this.#expr(context, one.expr, other.expr, null);
  }

  /** `sort`: what the value is for; null: it is computed with, so that it must be the same in both. */
  #expr(context: number, one: Expr, other: Expr, sort: number | null): void {
    if (one.op === 'const' && other.op === 'const') {
      if (sort !== null) this.#constants.push([sort, one.value, other.value]);
    } else if (one.op === 'reg' && other.op === 'reg') {
      const own = this.#register(context, one.register, other.register);
      if (sort !== null) this.#sorts.join(sort, own);
    } else if (one.op === 'ghost' && other.op === 'ghost') {
      this.#address(context, 'ghost', one.address, other.address);
      const own = this.#sortOfCells('ghost', one.address.candidates);
      if (sort !== null) this.#sorts.join(sort, own);
    } else if (one.op === 'unary' && other.op === 'unary') {
      const complements = this.#bitmaps && one.operator === '~';
      this.#expr(context, one.operand, other.operand, complements ? sort : null);
    } else if (one.op === 'binary' && other.op === 'binary') {
      const compares = one.operator === '==' || one.operator === '!=';
      const joins = this.#bitmaps && SET_OPERATORS.has(one.operator);
      const operands = compares
        ? this.#sorts.fresh()
        : joins
          ? (sort ?? this.#sorts.fresh())
          : null;
      this.#expr(context, one.left, other.left, operands);
      this.#expr(context, one.right, other.right, operands);
    } else if (one.op === 'select' && other.op === 'select') {
      this.#expr(context, one.condition, other.condition, null);
      this.#expr(context, one.then, other.then, sort);
      this.#expr(context, one.otherwise, other.otherwise, sort);
    }
  }

  #finish(): Renamed {
    this.#bindHandles();
    const values = new Map(this.#valuesBySort());
    for (const each of this.#computed) this.#bindIndexed(each, values);
    for (const each of this.#computed) this.#bindInOrder(each);
    const { location, ghost } = this.#cells;
    location.close();
    ghost.close();
    for (const space of ['location', 'ghost'] as const) {
      for (const [from, to] of this.#cells[space].pairs) {
        this.#sorts.join(this.#sorts.ofCell(space, from), this.#sorts.ofCell(space, to));
      }
    }
    return this.#automorphism(new Map(this.#valuesBySort()));
  }

  /** What is found by an index whose values are renamed is found by the renamed index in the image. */
  #bindIndexed(
    { context, space, one, other }: Computed,
    valuesBySort: ReadonlyMap<number, Values>,
  ): void {
    const registers = [...registersIn(one.expr)];
    const [register] = registers;
    if (register === undefined || registers.length > 1 || ghostsIn(one.expr).size > 0) return;
    const values = valuesBySort.get(this.#sorts.find(this.#sorts.ofRegister(context, register)));
    if (values === undefined || values.size === 0) return;
    for (const [from, to] of values) {
      const cell = valueOf(one.expr, { register: () => from, ghost: () => 0 });
      const image = valueOf(other.expr, { register: () => to, ghost: () => 0 });
      const named = one.candidates.includes(cell) && other.candidates.includes(image);
      if (named) require(this.#cells[space].bind(cell, image));
    }
  }

  /** Else likely in the same order. */
  #bindInOrder({ space, one, other }: Computed): void {
    const cells = this.#cells[space];
    one.candidates.forEach((cell, i) => {
      const image = at(other.candidates, i);
      if (cells.get(cell) === undefined && !cells.has(image)) cells.bind(cell, image);
    });
  }

  /** A constant that is a reference says which structure is which. */
  #bindHandles(): void {
    for (const [sort, from, to] of this.#constants) {
      if (!this.#sorts.isHandle(sort)) continue;
      require((from === 0) === (to === 0));
      if (from !== 0) require(this.#cells.location.bind(from - 1, to - 1));
    }
  }

  #valuesBySort(): readonly (readonly [number, Values])[] {
    const bound = new Map<number, Bijection>();
    const bijectionOf = (sort: number): Bijection => {
      const root = this.#sorts.find(sort);
      const known = bound.get(root) ?? new Bijection();
      bound.set(root, known);
      return known;
    };
    for (const [sort, from, to] of this.#constants) {
      if (!this.#sorts.isHandle(sort)) require(bijectionOf(sort).bind(from, to));
    }
    this.#bindHolders(bijectionOf);
    this.#bindInitialValues(bijectionOf);
    bijectionOf(this.#cpu);
    return [...bound].map(([sort, values]) => {
      if (this.#bitmaps) completeBits(values);
      values.close();
      return [sort, movedOf(values.pairs)];
    });
  }

  #bindHolders(bijectionOf: (sort: number) => Bijection): void {
    this.#machine.locations.forEach(({ lock, type }, location) => {
      if (!lock) return;
      const values = bijectionOf(this.#sorts.ofCell('location', location));
      require(values.bind(0, 0));
      this.#contexts.forEach((to, from) => {
        const fits = type.kind !== 'int' || (from < type.max && to < type.max);
        if (fits) require(values.bind(from + 1, to + 1));
      });
    });
  }

  /** Where nothing else says what becomes of them. */
  #bindInitialValues(bijectionOf: (sort: number) => Bijection): void {
    for (const space of ['location', 'ghost'] as const) {
      const cells = space === 'location' ? this.#machine.locations : this.#machine.ghosts;
      cells.forEach(({ initial }, cell) => {
        const sort = this.#sorts.ofCell(space, cell);
        const to = at(cells, this.#cells[space].get(cell) ?? cell).initial;
        const values = bijectionOf(sort);
        if (values.get(initial) === undefined && !values.has(to)) values.bind(initial, to);
      });
    }
  }

  #automorphism(values: ReadonlyMap<number, Values>): Renamed {
    const { machine, sorts } = { machine: this.#machine, sorts: this.#sorts };
    const locations = this.#cells.location.permutation(machine.locations.length);
    const handles = nameValues(locations);
    const valuesOf = (sort: number): Values =>
      sorts.isHandle(sort) ? handles : (values.get(sorts.find(sort)) ?? SAME);
    const cpus = valuesOf(this.#cpu);
    return {
      contexts: this.#contexts,
      cpus: machine.cpus.map((_, cpu) => cpus.get(cpu) ?? cpu),
      locations,
      ghosts: this.#cells.ghost.permutation(machine.ghosts.length),
      nodes: machine.contexts.map(({ nodes }, context) =>
        nodes.map((_, node) => at(this.#nodes, context).get(node) ?? -1),
      ),
      registers: machine.contexts.map(({ registers }, context) =>
        registers.map((_, register) => at(this.#registers, context).get(register) ?? -1),
      ),
      locationValues: machine.locations.map((_, l) => valuesOf(sorts.ofCell('location', l))),
      ghostValues: machine.ghosts.map((_, g) => valuesOf(sorts.ofCell('ghost', g))),
      registerValues: machine.contexts.map(({ registers }, context) =>
        registers.map((_, register) => valuesOf(sorts.ofRegister(context, register))),
      ),
    };
  }
}

interface Computed {
  readonly context: number;
  readonly space: Space;
  readonly one: Address;
  readonly other: Address;
}

type Reading = { readonly register: number; readonly address: Address };

function require(agreed: boolean): void {
  if (!agreed) throw new Different();
}

/** Sets of few members only: the table of their values is as large as there are sets. */
const MOST_BITS = 8;

/** The values are sets, if all constants that move are of one bit: then each set goes where its members go. */
function completeBits(values: Bijection): void {
  const moved = values.pairs.filter(([from, to]) => from !== to);
  const bitOf = (value: number): number => 31 - Math.clz32(value);
  const areBits = moved.every((pair) => pair.every((v) => v > 0 && (v & (v - 1)) === 0));
  if (moved.length === 0 || !areBits) return;
  const bits = new Bijection();
  for (const [from, to] of moved) bits.bind(bitOf(from), bitOf(to));
  bits.close();
  const count = 1 + Math.max(...bits.pairs.map(([bit]) => bit));
  if (count > MOST_BITS) return;
  const to = bits.permutation(count);
  for (let set = 0; set < 1 << count; set++) {
    values.bind(
      set,
      to.reduce((all, image, bit) => all | (((set >> bit) & 1) << image), 0),
    );
  }
}
