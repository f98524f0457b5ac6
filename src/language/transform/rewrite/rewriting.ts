/** What the parts of the rewriter, one for each kind of construct, have of the file and of each other. */
import type { types as t } from '@babel/core';
import type { Mode } from '../../staging/branches.ts';
import type { Where } from './scope.ts';

/** One file being rewritten. Any construct can stand in any other, so the parts meet here alone. */
export interface Rewriting {
  /** `name` is that of the variable or property which gets the value, for a function without one. */
  expression(node: t.Expression, where: Where, mode?: Mode, name?: string): t.Expression;
  /** Functions are known from the start of their block, as they are hoisted. */
  block(statements: readonly t.Statement[], where: Where): t.Statement[];

  /** The number by which the runtime knows the place. */
  site(node: t.Node, where: Where): t.Expression;
  place(node: t.Node): { readonly line: number; readonly column: number };
  /** Whether an identifier declares, reads or assigns a variable that is a cell. */
  isCell(node: t.Node): boolean;
  /** A number for a statement that can be left. */
  nextId(): number;
  /** A name that no spec has: it begins with `prefix`, which begins with `$`. */
  fresh(prefix: string): string;

  /** @throws KcheckError with the node's place. */
  refuse(node: t.Node, what: string, advice: string): never;
  unsupported(node: t.Node): never;
}
