/** The nodes that touch memory and ghosts. Everything that reads or writes comes by here. */
import { refuse } from '../errors.ts';
import { register } from './expressions.ts';
import { loadedType } from './locations.ts';
import type { Expr, LoadOrder, RmwOrder, StoreOrder, ValueType } from '../../machine/machine.ts';
import type { Stage } from './stage.ts';
import type { Target } from './locations.ts';

export interface Loaded {
  /** The value as rewritten code knows it. */
  readonly value: unknown;
  readonly expr: Expr;
  readonly type: ValueType;
}

/** Refuses what is more than reading in a property. */
export function acting(stage: Stage, primitive: string): Stage {
  if (stage.kind !== 'property') return stage;
  return refuse(
    'KC0124',
    `${primitive} in a property`,
    'A property looks at a state and leaves it as it is.',
  );
}

/** `until`: blocks until a value is read for which it holds. */
export function load(
  stage: Stage,
  target: Target,
  order: LoadOrder,
  primitive: string,
  until: ((loaded: Loaded) => Expr) | null = null,
): Loaded {
  const { index, loaded } = receive(stage, target);
  // A property reads what is latest in coherence order: no order means anything there.
  const effective = stage.kind === 'property' ? 'relaxed' : order;
  const condition = until && until(loaded);
  stage.record({
    kind: 'load',
    register: index,
    address: target.address,
    order: effective,
    until: condition,
    primitive,
  });
  return loaded;
}

export function store(
  stage: Stage,
  target: Target,
  value: Expr,
  order: StoreOrder,
  primitive: string,
): void {
  acting(stage, primitive === '' ? 'an assignment' : `${primitive}()`);
  stage.record({ kind: 'store', address: target.address, value, order, primitive });
}

export interface Update {
  readonly primitive: string;
  readonly order: RmwOrder;
  /** The new value, from the old one. */
  readonly value: (old: Expr) => Expr;
  /** It stores only if this holds of the old value; without it is relaxed. */
  readonly condition?: (old: Expr) => Expr;
  /** Blocks until this holds of the old value. */
  readonly until?: (old: Expr) => Expr;
}

export function update(stage: Stage, target: Target, what: Update): Loaded {
  const { primitive, order, value, condition, until } = what;
  acting(stage, `${primitive}()`);
  const { index, loaded } = receive(stage, target);
  stage.record({
    kind: 'rmw',
    register: index,
    address: target.address,
    value: value(loaded.expr),
    condition: condition?.(loaded.expr) ?? null,
    order,
    orderOnFailure: condition ? 'relaxed' : order,
    until: until?.(loaded.expr) ?? null,
    primitive,
  });
  return loaded;
}

/** Reads a ghost: by a node, or inside the expression where there are no nodes. */
export function getGhost(stage: Stage, target: Target): unknown {
  if (stage.pure) {
    if (!stage.ghosts) refuseGhost();
    return stage.scalar({ op: 'ghost', address: target.address }, target.type);
  }
  const { index, loaded } = receive(stage, target);
  stage.record({ kind: 'get', register: index, address: target.address });
  return loaded.value;
}

export function setGhost(stage: Stage, target: Target, value: Expr): void {
  acting(stage, 'an assignment to a ghost');
  stage.record({ kind: 'set', address: target.address, value });
}

function refuseGhost(): never {
  return refuse(
    'KC0122',
    'a ghost is read in a condition on the value of a location',
    'The condition of smp_cond_load_*() is over the value read and local variables; read the ghost before.',
  );
}

function receive(
  stage: Stage,
  target: Target,
): { readonly index: number; readonly loaded: Loaded } {
  const type = loadedType(stage, target);
  const { index, value } = stage.fresh(nameOf(stage, target), type);
  return { index, loaded: { value, expr: register(index), type } };
}

/** Of a register that no declaration names: what was read, `flag'` of `flag`. */
function nameOf(stage: Stage, { space, address }: Target): string {
  const cells = stage.draft.cells(space);
  const names = address.candidates.map((candidate) => {
    const cell = cells[candidate];
    return cell ? `${cell.root.name}${cell.path}` : '';
  });
  return `${commonName(names)}'`;
}

function commonName(names: readonly string[]): string {
  if (names.length === 1) return names[0] ?? '';
  const general = names.map((name) => name.replaceAll(/\[\d+\]/g, '[]'));
  if (new Set(general).size === 1) return general[0] ?? '';
  const fields = names.map((name) => name.slice(name.lastIndexOf('.') + 1));
  return (new Set(fields).size === 1 && fields[0]) || 'value';
}
