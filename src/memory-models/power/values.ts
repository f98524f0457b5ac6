/** Machine expressions over registers of which some are put off, with what they depend on. */
import { evaluate } from './evaluate.ts';
import type { Expr } from '../../machine/machine.ts';
import { registersIn } from '../../machine/expression.ts';
import { NOTHING, ZERO } from './state.ts';
import type { Commit, Value } from './state.ts';
import { BOTTOM } from './views.ts';
import type { View, Views } from './views.ts';

export function joinCommits(views: Views, a: Commit, b: Commit): Commit {
  if (a === NOTHING) return b;
  if (b === NOTHING) return a;
  return { view: views.join(a.view, b.view), pending: a.pending | b.pending };
}

type Registers = readonly (Value | null)[];

const noGhost = (): number => 0;

/** The value of an expression; its number is known if every register's is. */
export function valueOf(views: Views, expr: Expr, registers: Registers): Value {
  if (expr.op === 'const') return { ...ZERO, known: expr.value };
  if (expr.op === 'reg') return registers[expr.register] ?? ZERO;
  let init: View = BOTTOM;
  let commit = NOTHING;
  let sources = 0;
  for (const register of registersIn(expr)) {
    const value = registers[register] ?? ZERO;
    init = views.join(init, value.init);
    commit = joinCommits(views, commit, value.commit);
    sources |= value.sources;
  }
  if (sources !== 0) return { known: null, expr: replace(expr, registers), init, commit, sources };
  const known = numberOf(expr, registers);
  return { known, expr: null, init, commit, sources: 0 };
}

/** The number of an expression over registers that are all known. */
export function numberOf(
  expr: Expr,
  registers: Registers,
  ghost: (index: number) => number = noGhost,
): number {
  return evaluate(expr, (register) => registers[register]?.known ?? 0, ghost);
}

/** The registers in it replaced by what they are over the window. */
function replace(expr: Expr, registers: Registers): Expr {
  return substitute(expr, (register) => {
    const value = registers[register] ?? ZERO;
    return value.expr ?? { op: 'const', value: value.known ?? 0 };
  });
}

/** The value once the access at `place` of the window has been left behind; `read`: what it read. */
export function resolve(
  views: Views,
  value: Value,
  place: number,
  read: { readonly result: number; readonly init: View } | null,
  commit: Commit,
): Value {
  const bit = 1 << place;
  const settled = settle(views, value.commit, place, commit);
  if (value.expr === null) {
    return settled === value.commit ? value : { ...value, commit: settled };
  }
  const expr = substitute(value.expr, (slot) =>
    slot === place && read !== null
      ? { op: 'const', value: read.result }
      : { op: 'reg', register: slot > place ? slot - 1 : slot },
  );
  const sources = dropBit(value.sources, place);
  const depends = (value.sources & bit) !== 0 && read !== null;
  const init = depends ? views.join(value.init, read.init) : value.init;
  if (sources !== 0) return { known: null, expr, init, commit: settled, sources };
  const known = evaluate(expr, () => 0, noGhost);
  return { known, expr: null, init, commit: settled, sources: 0 };
}

/** The same for what is known when something is committed: `left` stands for the access. */
export function settle(views: Views, commit: Commit, place: number, left: Commit): Commit {
  if (commit.pending === 0) return commit;
  const pending = dropBit(commit.pending, place);
  if ((commit.pending & (1 << place)) === 0) return { view: commit.view, pending };
  return {
    view: views.join(commit.view, left.view),
    pending: pending | dropBit(left.pending, place),
  };
}

/** The bits of a window from which the access at `place` has gone. */
export function dropBit(bits: number, place: number): number {
  const below = (1 << place) - 1;
  return (bits & below) | ((bits >>> 1) & ~below);
}

function substitute(expr: Expr, register: (index: number) => Expr): Expr {
  switch (expr.op) {
    case 'const':
    case 'ghost':
      return expr;
    case 'reg':
      return register(expr.register);
    case 'unary':
      return { ...expr, operand: substitute(expr.operand, register) };
    case 'binary':
      return {
        ...expr,
        left: substitute(expr.left, register),
        right: substitute(expr.right, register),
      };
    case 'select':
      return {
        op: 'select',
        condition: substitute(expr.condition, register),
        // oxlint-disable-next-line unicorn/no-thenable -- a selection's arm is no promise
        then: substitute(expr.then, register),
        otherwise: substitute(expr.otherwise, register),
      };
  }
}
