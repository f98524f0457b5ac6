/** Expressions by their kind, and literals. What looks at a value becomes a call of the runtime. */
import { types as t } from '@babel/core';
import type { Mode } from '../../staging/branches.ts';
import { member, runtime, string } from '../builders.ts';
import { rewriteAssignment, rewriteUpdate } from './assignments.ts';
import { rewriteCall, rewriteNew } from './calls.ts';
import { rewriteOptional } from './chains.ts';
import { rewriteFunctionExpression, rewriteMethod } from './functions.ts';
import { rewriteItem, rewriteSpread } from './items.ts';
import { rewriteMember } from './members.ts';
import {
  rewriteBinary,
  rewriteConditional,
  rewriteLogical,
  rewriteSequence,
  rewriteUnary,
} from './operators.ts';
import type { Rewriting } from './rewriting.ts';
import type { Where } from './scope.ts';

export function rewriteExpression(
  r: Rewriting,
  node: t.Expression,
  where: Where,
  mode: Mode,
  name: string,
): t.Expression {
  switch (node.type) {
    case 'Identifier':
      return r.isCell(node) ? member(node.name, 'v') : t.identifier(node.name);
    case 'NumericLiteral':
    case 'StringLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'RegExpLiteral':
    case 'ThisExpression':
      return node;
    case 'ParenthesizedExpression':
      return r.expression(node.expression, where, mode, name);
    case 'TemplateLiteral':
      return rewriteTemplate(r, node, where);
    case 'ArrayExpression':
      return runtime('made', t.arrayExpression(node.elements.map((e) => rewriteItem(r, e, where))));
    case 'ObjectExpression':
      return runtime('made', rewriteObject(r, node, where));
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return rewriteFunctionExpression(r, node, name);
    case 'UnaryExpression':
      return rewriteUnary(r, node, where);
    case 'BinaryExpression':
      return rewriteBinary(r, node, where);
    case 'LogicalExpression':
      return rewriteLogical(r, node, where, mode);
    case 'ConditionalExpression':
      return rewriteConditional(r, node, where, mode);
    case 'AssignmentExpression':
      return rewriteAssignment(r, node, where);
    case 'UpdateExpression':
      return rewriteUpdate(r, node, where);
    case 'MemberExpression':
      return rewriteMember(r, node, where);
    case 'CallExpression':
      return rewriteCall(r, node, where);
    case 'OptionalMemberExpression':
    case 'OptionalCallExpression':
      return rewriteOptional(r, node, where);
    case 'NewExpression':
      return rewriteNew(r, node, where);
    case 'SequenceExpression':
      return rewriteSequence(r, node, where, mode);
    default:
      return r.unsupported(node);
  }
}

function rewriteTemplate(r: Rewriting, node: t.TemplateLiteral, where: Where): t.Expression {
  if (node.expressions.length === 0) return node;
  return runtime(
    'template',
    r.site(node, where),
    t.arrayExpression(node.quasis.map(({ value }) => string(value.cooked ?? value.raw))),
    t.arrayExpression(node.expressions.map((e) => r.expression(e as t.Expression, where))),
  );
}

function rewriteObject(r: Rewriting, node: t.ObjectExpression, where: Where): t.ObjectExpression {
  return t.objectExpression(
    node.properties.map((property) => {
      if (property.type === 'SpreadElement') return rewriteSpread(r, property, where);
      if (property.key.type === 'PrivateName') return r.unsupported(property.key);
      const key = property.computed ? r.expression(property.key, where) : property.key;
      if (property.type === 'ObjectMethod') return rewriteMethod(r, property, key);
      const name =
        property.key.type === 'Identifier' && !property.computed ? property.key.name : '';
      const value = r.expression(property.value as t.Expression, where, 'value', name);
      return t.objectProperty(key, value, property.computed);
    }),
  );
}
