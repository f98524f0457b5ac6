/**
 * The rewriting of one file, from syntax tree to syntax tree. Statements that choose or repeat become
 * calls of the runtime whose arms are arrow functions that return how they completed; operators,
 * accesses, calls and assignments become calls that get ordinary and model values alike. The order of
 * evaluation is the source's. docs/design/staging.md explains why.
 */
import type { types as t } from '@babel/core';
import { refuse } from '../../errors.ts';
import type { Mode } from '../../staging/branches.ts';
import { placeAt } from '../../staging/places.ts';
import type { SourceFile } from '../../staging/places.ts';
import { number } from '../builders.ts';
import { rewriteExpression } from './expressions.ts';
import { rewriteModule } from './modules.ts';
import type { Rewriting } from './rewriting.ts';
import { TOP } from './scope.ts';
import type { Where } from './scope.ts';
import { Sites } from './sites.ts';
import { rewriteBlock } from './statements.ts';

export class Rewriter implements Rewriting {
  readonly sites: Sites = new Sites();
  readonly #file: SourceFile;
  readonly #cells: ReadonlySet<t.Node>;
  #nextId = 1;
  #nextName = 0;

  constructor(file: SourceFile, cells: ReadonlySet<t.Node>) {
    this.#file = file;
    this.#cells = cells;
  }

  program(body: readonly t.Statement[]): t.Statement[] {
    const { imports, own, exports } = rewriteModule(this, body);
    return [...imports, ...this.block(own, TOP), ...exports];
  }

  expression(node: t.Expression, where: Where, mode: Mode = 'value', name = ''): t.Expression {
    return rewriteExpression(this, node, where, mode, name);
  }

  block(statements: readonly t.Statement[], where: Where): t.Statement[] {
    return rewriteBlock(this, statements, where);
  }

  site(node: t.Node, where: Where): t.Expression {
    return number(this.sites.add(node, where.functionName));
  }

  place(node: t.Node): { readonly line: number; readonly column: number } {
    const { line = 1, column = 0 } = node.loc?.start ?? {};
    return { line, column: column + 1 };
  }

  isCell(node: t.Node): boolean {
    return this.#cells.has(node);
  }

  nextId(): number {
    return this.#nextId++;
  }

  fresh(prefix: string): string {
    return `${prefix}${this.#nextName++}`;
  }

  refuse(node: t.Node, what: string, advice: string): never {
    const { line, column } = this.place(node);
    return refuse(
      'KC0110',
      `${what} is not supported in a spec`,
      advice,
      placeAt(this.#file, line, column),
    );
  }

  unsupported(node: t.Node): never {
    return this.refuse(
      node,
      `the construct ${node.type}`,
      'Write it with the constructs of docs/spec-language.md.',
    );
  }
}
