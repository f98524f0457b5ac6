/**
 * A spec or model file, as text, becomes the body of a function of `$k` (the runtime), `$import` and
 * `$exports`: `$import(specifier, line, column)` gives a module's exports, with a fourth argument the
 * export of that name.
 */
import { types as t } from '@babel/core';
import type { SourceFile } from '../staging/places.ts';
import { cellIdentifiers } from './bindings.ts';
import { number, runtime, string } from './builders.ts';
import { generate, parse } from './parse.ts';
import { refuseUnsupported } from './refused.ts';
import { Rewriter } from './rewrite/rewriter.ts';

/** @throws KcheckError with its place: a syntax error, or a construct that no spec can have. */
export function transform(file: SourceFile): string {
  const tree = parse(file, (typed) => refuseUnsupported(file, typed));
  const rewriter = new Rewriter(file, cellIdentifiers(tree));
  const body = rewriter.program(tree.program.body);
  const sites = rewriter.sites.tuples.map(([line, column, start, end, name]) =>
    t.arrayExpression([number(line), number(column), number(start), number(end), string(name)]),
  );
  const first = t.expressionStatement(runtime('sites', t.arrayExpression(sites)));
  return `'use strict';${generate(t.file(t.program([first, ...body])))}`;
}
