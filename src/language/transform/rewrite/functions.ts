/** Functions, in each of their spellings: the runtime knows them, and gives each call a frame. */
import { types as t } from '@babel/core';
import { lambda, runtime } from '../builders.ts';
import { cellsOf, rewritePattern } from './patterns.ts';
import type { Pattern, Renamed } from './patterns.ts';
import type { Rewriting } from './rewriting.ts';
import { intoFunction } from './scope.ts';

type AnyFunction =
  t.FunctionDeclaration | t.FunctionExpression | t.ArrowFunctionExpression | t.ObjectMethod;

interface RewrittenFunction {
  readonly params: (t.Identifier | t.Pattern | t.RestElement)[];
  readonly body: t.BlockStatement;
}

export function rewriteFunctionDeclaration(
  r: Rewriting,
  node: t.FunctionDeclaration,
): t.FunctionDeclaration {
  const { params, body } = rewriteFunction(r, node, node.id?.name ?? '');
  return t.functionDeclaration(node.id, params, body);
}

/** `name` is what it is called by if it has no name of its own. */
export function rewriteFunctionExpression(
  r: Rewriting,
  node: t.FunctionExpression | t.ArrowFunctionExpression,
  name: string,
): t.Expression {
  const own = node.type === 'FunctionExpression' && node.id ? node.id.name : name;
  const { params, body } = rewriteFunction(r, node, own);
  const made =
    node.type === 'FunctionExpression'
      ? t.functionExpression(node.id, params, body)
      : t.arrowFunctionExpression(params, body);
  return runtime('known', made);
}

/** A method becomes a property; `key` is rewritten. */
export function rewriteMethod(
  r: Rewriting,
  node: t.ObjectMethod,
  key: t.ObjectMethod['key'],
): t.ObjectProperty {
  const name = node.key.type === 'Identifier' ? node.key.name : '';
  const { params, body } = rewriteFunction(r, node, name);
  return t.objectProperty(
    key,
    runtime('known', t.functionExpression(null, params, body)),
    node.computed,
  );
}

function rewriteFunction(r: Rewriting, node: AnyFunction, name: string): RewrittenFunction {
  const where = intoFunction(name);
  const renamed: Renamed = new Map();
  const params = node.params.map((param) => rewritePattern(r, param as Pattern, where, renamed));
  const statements =
    node.body.type === 'BlockStatement'
      ? r.block(node.body.body, where)
      : [t.returnStatement(runtime('ret', r.expression(node.body, where)))];
  const inner = lambda([], t.blockStatement([...cellsOf(renamed), ...statements]));
  return { params, body: t.blockStatement([t.returnStatement(runtime('fn', inner))]) };
}
