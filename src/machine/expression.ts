/** What an expression, or a node, reads: the one walk over expressions that analyses share. */
import type { Address, Expr, Node } from './machine.ts';

/** Calls `visit` for an expression and everything inside it, parents first. */
export function walk(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const operand of operands(expr)) walk(operand, visit);
}

export function operands(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case 'const':
    case 'reg':
      return [];
    case 'ghost':
      return [expr.address.expr];
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'select':
      return [expr.condition, expr.then, expr.otherwise];
  }
}

export function registersIn(expr: Expr): ReadonlySet<number> {
  const registers = new Set<number>();
  walk(expr, (e) => {
    if (e.op === 'reg') registers.add(e.register);
  });
  return registers;
}

/** Every ghost that the expression may read. */
export function ghostsIn(expr: Expr): ReadonlySet<number> {
  const ghosts = new Set<number>();
  walk(expr, (e) => {
    if (e.op === 'ghost') for (const ghost of e.address.candidates) ghosts.add(ghost);
  });
  return ghosts;
}

/** The node's address, if it accesses a location or a ghost. */
export function addressOf(node: Node): Address | null {
  switch (node.kind) {
    case 'load':
    case 'store':
    case 'rmw':
    case 'get':
    case 'set':
      return node.address;
    case 'fence':
    case 'assign':
    case 'branch':
    case 'choose':
    case 'wait':
    case 'assert':
    case 'mark':
    case 'done':
      return null;
  }
}

/** The node's expressions, its address included. */
export function expressionsOf(node: Node): readonly Expr[] {
  switch (node.kind) {
    case 'load':
      return present([node.address.expr, node.until]);
    case 'store':
    case 'set':
      return [node.address.expr, node.value];
    case 'rmw':
      return present([node.address.expr, node.value, node.condition, node.until]);
    case 'get':
      return [node.address.expr];
    case 'assign':
      return node.moves.map(([, value]) => value);
    case 'branch':
    case 'wait':
    case 'assert':
      return [node.condition];
    case 'done':
      return present([node.value]);
    case 'fence':
    case 'choose':
    case 'mark':
      return [];
  }
}

/** The registers that the node sets. */
export function registersSet(node: Node): readonly number[] {
  switch (node.kind) {
    case 'load':
    case 'rmw':
    case 'get':
    case 'choose':
      return [node.register];
    case 'assign':
      return node.moves.map(([register]) => register);
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

/** The registers whose value before the node the node reads. */
export function registersRead(node: Node): ReadonlySet<number> {
  const read = new Set<number>();
  for (const expr of expressionsOf(node)) for (const r of registersIn(expr)) read.add(r);
  if (node.kind === 'load' || node.kind === 'rmw') {
    // All but the address are evaluated after the register has received the value read.
    if (!registersIn(node.address.expr).has(node.register)) read.delete(node.register);
  }
  return read;
}

/** Whether the node can refuse to step. */
export function mayBlock(node: Node): boolean {
  return (
    node.kind === 'wait' || ((node.kind === 'load' || node.kind === 'rmw') && node.until !== null)
  );
}

function present(expressions: readonly (Expr | null)[]): readonly Expr[] {
  return expressions.filter((e) => e !== null);
}
