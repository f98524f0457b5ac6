/** Imports and exports become ordinary declarations; what is exported is assigned at the end. */
import { types as t } from '@babel/core';
import { constant, member, number, string } from '../builders.ts';
import type { Rewriting } from './rewriting.ts';

/** The statements of a module, by when they run; `own` is yet to be rewritten. */
interface Module {
  readonly imports: t.Statement[];
  readonly own: t.Statement[];
  readonly exports: t.Statement[];
}

export function rewriteModule(r: Rewriting, body: readonly t.Statement[]): Module {
  const module: Module = { imports: [], own: [], exports: [] };
  for (const statement of body) rewriteTopLevel(r, statement, module);
  return module;
}

function rewriteTopLevel(r: Rewriting, statement: t.Statement, module: Module): void {
  switch (statement.type) {
    case 'ImportDeclaration':
      module.imports.push(...declareImports(r, statement));
      return;
    case 'ExportNamedDeclaration':
      exportNamed(r, statement, module);
      return;
    case 'ExportDefaultDeclaration':
      exportDefault(statement, module);
      return;
    case 'ExportAllDeclaration':
      module.exports.push(
        t.expressionStatement(
          t.callExpression(member('Object', 'assign'), [
            t.identifier('$exports'),
            imported(r, statement, statement.source),
          ]),
        ),
      );
      return;
    default:
      module.own.push(statement);
  }
}

/** A module's exports, or the one with the name. */
function imported(
  r: Rewriting,
  node: t.Node,
  source: t.StringLiteral,
  name?: string,
): t.Expression {
  const { line, column } = r.place(node);
  const named = name === undefined ? [] : [string(name)];
  const args = [string(source.value), number(line), number(column), ...named];
  return t.callExpression(t.identifier('$import'), args);
}

function declareImports(r: Rewriting, node: t.ImportDeclaration): readonly t.Statement[] {
  const source = imported(r, node, node.source);
  const declarations = node.specifiers.map((specifier) => {
    if (specifier.type === 'ImportNamespaceSpecifier') return constant(specifier.local, source);
    const name =
      specifier.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(specifier.imported);
    return constant(specifier.local, imported(r, specifier, node.source, name));
  });
  return declarations.length > 0 ? declarations : [t.expressionStatement(source)];
}

function exportNamed(r: Rewriting, node: t.ExportNamedDeclaration, module: Module): void {
  for (const specifier of node.specifiers) {
    if (specifier.type !== 'ExportSpecifier') continue;
    const local = node.source
      ? imported(r, specifier, node.source, specifier.local.name)
      : specifier.local;
    refuseAssignedExport(r, local);
    module.exports.push(exported(nameOf(specifier.exported), local));
  }
  if (!node.declaration) return;
  for (const id of Object.values(t.getBindingIdentifiers(node.declaration, false, true))) {
    refuseAssignedExport(r, id);
    module.exports.push(exported(id.name, id));
  }
  module.own.push(node.declaration);
}

function refuseAssignedExport(r: Rewriting, id: t.Expression): void {
  if (!r.isCell(id)) return;
  r.refuse(
    id,
    'exporting a variable that is assigned',
    'Export a constant, or a function that gives the value.',
  );
}

function exportDefault({ declaration }: t.ExportDefaultDeclaration, module: Module): void {
  const declared = declaration.type === 'FunctionDeclaration';
  const id = (declared && declaration.id) || t.identifier('$default');
  module.exports.push(exported('default', id));
  module.own.push(declared ? { ...declaration, id } : constant(id, declaration as t.Expression));
}

function exported(name: string, value: t.Expression): t.Statement {
  const target = t.memberExpression(t.identifier('$exports'), string(name), true);
  return t.expressionStatement(t.assignmentExpression('=', target, value));
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value;
}
