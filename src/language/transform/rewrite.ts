/**
 * The rewriting of one file, from syntax tree to syntax tree. Statements that choose or repeat become
 * calls of the runtime whose arms are arrow functions that return how they completed; operators,
 * accesses, calls and assignments become calls that get ordinary and model values alike. The order of
 * evaluation is the source's. docs/design/staging.md explains why.
 */
import { types as t } from '@babel/core';
import { refuse } from '../errors.ts';
import { placeAt } from '../staging/places.ts';
import type { SourceFile } from '../staging/places.ts';
import {
  completing,
  constant,
  keyOf,
  lambda,
  number,
  record,
  runtime,
  string,
} from './builders.ts';
import { TOP, intoFunction, intoLoop, intoSwitch, labelled } from './scope.ts';
import type { Where } from './scope.ts';
import { Sites } from './sites.ts';

type Mode = 'value' | 'test' | 'effect';
type AnyFunction =
  t.FunctionDeclaration | t.FunctionExpression | t.ArrowFunctionExpression | t.ObjectMethod;

export class Rewriter {
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
    const imports: t.Statement[] = [];
    const exports: t.Statement[] = [];
    const own = body.flatMap((statement) => this.#module(statement, imports, exports));
    return [...imports, ...this.#block(own, TOP), ...exports];
  }

  /* Modules. */

  /** Imports and exports become ordinary declarations; what is exported is assigned at the end. */
  #module(
    statement: t.Statement,
    imports: t.Statement[],
    exports: t.Statement[],
  ): readonly t.Statement[] {
    switch (statement.type) {
      case 'ImportDeclaration':
        imports.push(...this.#import(statement));
        return [];
      case 'ExportNamedDeclaration':
        return this.#exportNamed(statement, exports);
      case 'ExportDefaultDeclaration':
        return this.#exportDefault(statement, exports);
      case 'ExportAllDeclaration':
        exports.push(
          t.expressionStatement(
            t.callExpression(member('Object', 'assign'), [
              t.identifier('$exports'),
              this.#imported(statement, statement.source),
            ]),
          ),
        );
        return [];
      default:
        return [statement];
    }
  }

  /** A module's exports, or the one with the name. */
  #imported(node: t.Node, source: t.StringLiteral, name?: string): t.Expression {
    const { line, column } = this.#place(node);
    const named = name === undefined ? [] : [string(name)];
    const args = [string(source.value), number(line), number(column), ...named];
    return t.callExpression(t.identifier('$import'), args);
  }

  #import(node: t.ImportDeclaration): readonly t.Statement[] {
    const source = this.#imported(node, node.source);
    const declarations = node.specifiers.map((specifier) => {
      if (specifier.type === 'ImportNamespaceSpecifier') return constant(specifier.local, source);
      const name =
        specifier.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(specifier.imported);
      return constant(specifier.local, this.#imported(specifier, node.source, name));
    });
    return declarations.length > 0 ? declarations : [t.expressionStatement(source)];
  }

  #exportNamed(node: t.ExportNamedDeclaration, exports: t.Statement[]): readonly t.Statement[] {
    for (const specifier of node.specifiers) {
      if (specifier.type !== 'ExportSpecifier') continue;
      const local = node.source
        ? this.#imported(specifier, node.source, specifier.local.name)
        : specifier.local;
      this.#refuseAssignedExport(local);
      exports.push(exported(nameOf(specifier.exported), local));
    }
    if (!node.declaration) return [];
    for (const id of Object.values(t.getBindingIdentifiers(node.declaration, false, true))) {
      this.#refuseAssignedExport(id);
      exports.push(exported(id.name, id));
    }
    return [node.declaration];
  }

  #refuseAssignedExport(id: t.Expression): void {
    if (!this.#cells.has(id)) return;
    this.#refuse(
      id,
      'exporting a variable that is assigned',
      'Export a constant, or a function that gives the value.',
    );
  }

  #exportDefault(node: t.ExportDefaultDeclaration, exports: t.Statement[]): readonly t.Statement[] {
    const { declaration } = node;
    if (declaration.type === 'FunctionDeclaration') {
      const id = declaration.id ?? t.identifier('$default');
      exports.push(exported('default', id));
      return [{ ...declaration, id }];
    }
    const id = t.identifier('$default');
    exports.push(exported('default', id));
    return [constant(id, declaration as t.Expression)];
  }

  /* Statements. */

  /** Functions are known from the start of their block, as they are hoisted. */
  #block(statements: readonly t.Statement[], where: Where): t.Statement[] {
    const functions = statements.flatMap((statement) =>
      statement.type === 'FunctionDeclaration' && statement.id ? [statement.id] : [],
    );
    const known = functions.map((id) =>
      t.expressionStatement(runtime('known', t.identifier(id.name))),
    );
    return [...known, ...statements.flatMap((statement) => this.#statement(statement, where))];
  }

  #statement(node: t.Statement, where: Where): readonly t.Statement[] {
    switch (node.type) {
      case 'ExpressionStatement':
        return [t.expressionStatement(this.#expression(node.expression, where, 'effect'))];
      case 'VariableDeclaration':
        return this.#declaration(node, where);
      case 'FunctionDeclaration':
        return [this.#functionDeclaration(node)];
      case 'BlockStatement':
        return [t.blockStatement(this.#block(node.body, { ...where, pending: [] }))];
      case 'IfStatement':
        return [completing(this.#if(node, where))];
      case 'WhileStatement':
      case 'DoWhileStatement':
        return [completing(this.#while(node, where))];
      case 'ForStatement':
        return [this.#for(node, where)];
      case 'ForOfStatement':
        return [completing(this.#forOf(node, where))];
      case 'SwitchStatement':
        return [completing(this.#switch(node, where))];
      case 'LabeledStatement':
        return this.#label(node, where);
      case 'ReturnStatement':
        return [t.returnStatement(runtime('ret', this.#optionalValue(node.argument, where)))];
      case 'BreakStatement':
        return [
          t.returnStatement(runtime('brk', number(this.#target(node, where, where.breakTo)))),
        ];
      case 'ContinueStatement':
        return [
          t.returnStatement(runtime('cont', number(this.#target(node, where, where.continueTo)))),
        ];
      case 'EmptyStatement':
        return [];
      default:
        return this.#unsupported(node);
    }
  }

  #optionalValue(node: t.Expression | null | undefined, where: Where): t.Expression {
    return node ? this.#expression(node, where) : t.identifier('undefined');
  }

  #target(node: t.BreakStatement | t.ContinueStatement, where: Where, bare: number | null): number {
    const id = node.label ? where.labels.get(node.label.name) : bare;
    return id ?? this.#refuse(node, 'a jump to nowhere', 'Name a statement around it.');
  }

  #arm(node: t.Statement, where: Where): t.ArrowFunctionExpression {
    const statements = node.type === 'BlockStatement' ? node.body : [node];
    return lambda([], t.blockStatement(this.#block(statements, { ...where, pending: [] })));
  }

  #if(node: t.IfStatement, where: Where): t.Expression {
    return runtime(
      'if',
      this.#site(node.test, where),
      this.#expression(node.test, where, 'test'),
      this.#arm(node.consequent, where),
      node.alternate ? this.#arm(node.alternate, where) : t.nullLiteral(),
    );
  }

  #while(node: t.WhileStatement | t.DoWhileStatement, where: Where): t.Expression {
    const id = this.#nextId++;
    return this.#loop(node, where, {
      id,
      bodyFirst: node.type === 'DoWhileStatement',
      test: node.test,
      variables: [],
      update: null,
    });
  }

  #loop(
    node: t.WhileStatement | t.DoWhileStatement | t.ForStatement,
    where: Where,
    { id, bodyFirst, test, variables, update }: LoopParts,
  ): t.Expression {
    const inner = intoLoop(where, id);
    const body = this.#arm(node.body, inner);
    body.params = [...variables];
    return runtime(
      'loop',
      this.#site(test ?? node, where),
      record({
        id: number(id),
        endless: t.booleanLiteral(isAlwaysTrue(test)),
        bodyFirst: t.booleanLiteral(bodyFirst),
        variables: t.arrayExpression([...variables]),
        test: lambda(
          variables,
          test ? this.#expression(test, where, 'test') : t.booleanLiteral(true),
        ),
        body,
        update: lambda(
          variables,
          update ? this.#expression(update, where, 'effect') : t.identifier('undefined'),
        ),
      }),
    );
  }

  /** What `for (let …)` declares and assigns is a cell for each iteration, given to the arms. */
  #for(node: t.ForStatement, where: Where): t.Statement {
    const id = this.#nextId++;
    const { init } = node;
    const declared = init?.type === 'VariableDeclaration' ? init : null;
    const ids = declared ? Object.values(t.getBindingIdentifiers(declared)) : [];
    const variables = ids
      .filter((identifier) => this.#cells.has(identifier))
      .map(({ name }) => t.identifier(name));
    const parts = {
      id,
      bodyFirst: false,
      test: node.test ?? null,
      variables,
      update: node.update ?? null,
    };
    const loop = completing(this.#loop(node, where, parts));
    if (declared) return t.blockStatement([...this.#declaration(declared, where), loop]);
    if (!init) return loop;
    const effect = this.#expression(init as t.Expression, where, 'effect');
    return t.blockStatement([t.expressionStatement(effect), loop]);
  }

  #forOf(node: t.ForOfStatement, where: Where): t.Expression {
    const id = this.#nextId++;
    const element = t.identifier(`$e${this.#nextName++}`);
    const body = this.#arm(node.body, intoLoop(where, id));
    body.params = [element];
    if (body.body.type === 'BlockStatement') {
      body.body.body.unshift(...this.#element(node.left, element, where));
    }
    return runtime(
      'forOf',
      this.#site(node.right, where),
      number(id),
      this.#expression(node.right, where),
      body,
    );
  }

  #element(
    left: t.ForOfStatement['left'],
    element: t.Identifier,
    where: Where,
  ): readonly t.Statement[] {
    if (left.type !== 'VariableDeclaration') {
      return [t.expressionStatement(this.#assign(left, '=', () => element, left, where))];
    }
    const id = left.declarations[0]?.id;
    return id ? this.#bind(id as Pattern, element, where) : [];
  }

  #switch(node: t.SwitchStatement, where: Where): t.Expression {
    const id = this.#nextId++;
    const inner = intoSwitch(where, id);
    const cases = node.cases.map(({ test, consequent }) =>
      record({
        test: test ? lambda([], this.#expression(test, where)) : t.nullLiteral(),
        body: lambda([], t.blockStatement(this.#block(consequent, inner))),
      }),
    );
    return runtime(
      'switch',
      this.#site(node.discriminant, where),
      number(id),
      this.#expression(node.discriminant, where),
      t.arrayExpression(cases),
    );
  }

  #label(node: t.LabeledStatement, where: Where): readonly t.Statement[] {
    const pending = [...where.pending, node.label.name];
    if (
      t.isLoop(node.body) ||
      node.body.type === 'LabeledStatement' ||
      node.body.type === 'SwitchStatement'
    ) {
      return this.#statement(node.body, { ...where, pending });
    }
    const id = this.#nextId++;
    const inner = labelled({ ...where, pending }, id);
    return [completing(runtime('label', number(id), this.#arm(node.body, inner)))];
  }

  /* Declarations. */

  #declaration(node: t.VariableDeclaration, where: Where): readonly t.Statement[] {
    return node.declarations.flatMap(({ id, init }) => {
      const value = init
        ? this.#initialiser(id as Pattern, init, where)
        : t.identifier('undefined');
      return this.#bind(id as Pattern, value, where);
    });
  }

  /** A call may declare state, or read it: the variable's name becomes its name. */
  #initialiser(id: Pattern, init: t.Expression, where: Where): t.Expression {
    const value = this.#expression(init, where, 'value', id.type === 'Identifier' ? id.name : '');
    if (id.type !== 'Identifier') return runtime('parts', this.#site(init, where), value);
    return mayDeclare(init) ? runtime('declare', string(id.name), lambda([], value)) : value;
  }

  /** Declares what a pattern binds; the variables of it that are assigned later become cells. */
  #bind(id: Pattern, value: t.Expression, where: Where): readonly t.Statement[] {
    if (id.type === 'Identifier') {
      const cell = this.#cells.has(id);
      return [
        constant(t.identifier(id.name), cell ? runtime('cell', string(id.name), value) : value),
      ];
    }
    const renamed = new Map<string, string>();
    const pattern = this.#pattern(id, where, renamed);
    const cells = [...renamed].map(([name, temporary]) =>
      constant(t.identifier(name), runtime('cell', string(name), t.identifier(temporary))),
    );
    return [constant(pattern, value), ...cells];
  }

  /** A pattern of parameters or declarations, its default values rewritten, its cells renamed. */
  #pattern<T extends Pattern | t.RestElement>(
    node: T,
    where: Where,
    renamed: Map<string, string>,
  ): T;
  #pattern(node: Pattern | t.RestElement, where: Where, renamed: Map<string, string>): t.Node {
    switch (node.type) {
      case 'Identifier': {
        if (!this.#cells.has(node)) return t.identifier(node.name);
        const temporary = `$${node.name}${this.#nextName++}`;
        renamed.set(node.name, temporary);
        return t.identifier(temporary);
      }
      case 'AssignmentPattern':
        return t.assignmentPattern(
          this.#pattern(node.left as Pattern, where, renamed) as t.Identifier,
          this.#expression(node.right, where),
        );
      case 'RestElement':
        return t.restElement(this.#pattern(node.argument as Pattern, where, renamed));
      case 'ArrayPattern':
        return t.arrayPattern(
          node.elements.map((element) =>
            element ? (this.#pattern(element as Pattern, where, renamed) as t.Identifier) : null,
          ),
        );
      case 'ObjectPattern':
        return t.objectPattern(
          node.properties.map((property) => {
            if (property.type === 'RestElement') return this.#pattern(property, where, renamed);
            const key = property.computed
              ? this.#expression(property.key as t.Expression, where)
              : property.key;
            const value = this.#pattern(property.value as Pattern, where, renamed);
            return t.objectProperty(key, value, property.computed);
          }),
        );
    }
  }

  /* Functions. */

  #functionDeclaration(node: t.FunctionDeclaration): t.FunctionDeclaration {
    const { params, body } = this.#function(node, node.id?.name ?? '');
    return t.functionDeclaration(node.id, params, body);
  }

  #function(
    node: AnyFunction,
    name: string,
  ): {
    readonly params: (t.Identifier | t.Pattern | t.RestElement)[];
    readonly body: t.BlockStatement;
  } {
    const where = intoFunction(name);
    const renamed = new Map<string, string>();
    const params = node.params.map((param) => this.#pattern(param as Pattern, where, renamed));
    const cells = [...renamed].map(([parameter, temporary]) =>
      constant(
        t.identifier(parameter),
        runtime('cell', string(parameter), t.identifier(temporary)),
      ),
    );
    const statements =
      node.body.type === 'BlockStatement'
        ? this.#block(node.body.body, where)
        : [t.returnStatement(runtime('ret', this.#expression(node.body, where)))];
    const inner = lambda([], t.blockStatement([...cells, ...statements]));
    return { params, body: t.blockStatement([t.returnStatement(runtime('fn', inner))]) };
  }

  #functionExpression(
    node: t.FunctionExpression | t.ArrowFunctionExpression,
    name: string,
  ): t.Expression {
    const own = node.type === 'FunctionExpression' && node.id ? node.id.name : name;
    const { params, body } = this.#function(node, own);
    const made =
      node.type === 'FunctionExpression'
        ? t.functionExpression(node.id, params, body)
        : t.arrowFunctionExpression(params, body);
    return runtime('known', made);
  }

  /* Expressions. */

  #expression(node: t.Expression, where: Where, mode: Mode = 'value', name = ''): t.Expression {
    switch (node.type) {
      case 'Identifier':
        return this.#cells.has(node) ? member(node.name, 'v') : t.identifier(node.name);
      case 'NumericLiteral':
      case 'StringLiteral':
      case 'BooleanLiteral':
      case 'NullLiteral':
      case 'RegExpLiteral':
      case 'ThisExpression':
        return node;
      case 'ParenthesizedExpression':
        return this.#expression(node.expression, where, mode, name);
      case 'TemplateLiteral':
        return this.#template(node, where);
      case 'ArrayExpression':
        return runtime('made', t.arrayExpression(node.elements.map((e) => this.#item(e, where))));
      case 'ObjectExpression':
        return runtime('made', this.#object(node, where));
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#functionExpression(node, name);
      case 'UnaryExpression':
        return this.#unary(node, where);
      case 'BinaryExpression':
        return this.#binary(node, where);
      case 'LogicalExpression':
        return this.#logical(node, where, mode);
      case 'ConditionalExpression':
        return this.#conditional(node, where, mode);
      case 'AssignmentExpression':
        return this.#assignment(node, where);
      case 'UpdateExpression':
        return this.#update(node, where);
      case 'MemberExpression':
        return this.#member(node, where);
      case 'CallExpression':
        return this.#call(node, where);
      case 'OptionalMemberExpression':
      case 'OptionalCallExpression':
        return this.#optional(node, where);
      case 'NewExpression':
        return runtime(
          'construct',
          this.#site(node, where),
          this.#expression(node.callee, where),
          this.#args(node.arguments, where),
        );
      case 'SequenceExpression':
        return this.#sequence(node, where, mode);
      default:
        return this.#unsupported(node);
    }
  }

  #item(
    node: t.Expression | t.SpreadElement | null,
    where: Where,
  ): t.Expression | t.SpreadElement | null {
    if (node?.type !== 'SpreadElement') return node && this.#expression(node, where);
    const spread = this.#expression(node.argument, where);
    return t.spreadElement(runtime('parts', this.#site(node, where), spread));
  }

  #args(args: t.CallExpression['arguments'], where: Where): t.ArrayExpression {
    return t.arrayExpression(
      args.map((arg) =>
        arg.type === 'ArgumentPlaceholder' ? this.#unsupported(arg) : this.#item(arg, where),
      ),
    );
  }

  #object(node: t.ObjectExpression, where: Where): t.ObjectExpression {
    return t.objectExpression(
      node.properties.map((property) => {
        if (property.type === 'SpreadElement') {
          const spread = this.#expression(property.argument, where);
          return t.spreadElement(runtime('parts', this.#site(property, where), spread));
        }
        if (property.key.type === 'PrivateName') return this.#unsupported(property.key);
        const key = property.computed ? this.#expression(property.key, where) : property.key;
        if (property.type === 'ObjectMethod') return this.#method(property, key);
        const name =
          property.key.type === 'Identifier' && !property.computed ? property.key.name : '';
        const value = this.#expression(property.value as t.Expression, where, 'value', name);
        return t.objectProperty(key, value, property.computed);
      }),
    );
  }

  #method(node: t.ObjectMethod, key: t.ObjectMethod['key']): t.ObjectProperty {
    const name = node.key.type === 'Identifier' ? node.key.name : '';
    const { params, body } = this.#function(node, name);
    return t.objectProperty(
      key,
      runtime('known', t.functionExpression(null, params, body)),
      node.computed,
    );
  }

  #template(node: t.TemplateLiteral, where: Where): t.Expression {
    if (node.expressions.length === 0) return node;
    return runtime(
      'template',
      this.#site(node, where),
      t.arrayExpression(node.quasis.map(({ value }) => string(value.cooked ?? value.raw))),
      t.arrayExpression(node.expressions.map((e) => this.#expression(e as t.Expression, where))),
    );
  }

  #unary(node: t.UnaryExpression, where: Where): t.Expression {
    const { argument, operator } = node;
    switch (operator) {
      case '!':
        return runtime('not', this.#site(node, where), this.#expression(argument, where, 'test'));
      case 'typeof':
        return runtime('type', this.#expression(argument, where));
      case 'void':
        return t.unaryExpression('void', this.#expression(argument, where, 'effect'));
      case 'delete':
        return this.#delete(node, argument, where);
      case '-':
      case '+':
      case '~':
        if (argument.type === 'NumericLiteral') return node;
        return runtime(
          'un',
          this.#site(node, where),
          string(operator),
          this.#expression(argument, where),
        );
      case 'throw':
        return this.#unsupported(node);
    }
  }

  #delete(node: t.UnaryExpression, argument: t.Expression, where: Where): t.Expression {
    if (argument.type !== 'MemberExpression') return this.#unsupported(node);
    const { object, key } = this.#memberParts(argument, where);
    return runtime('remove', this.#site(node, where), object, key);
  }

  #binary(node: t.BinaryExpression, where: Where): t.Expression {
    if (node.left.type === 'PrivateName' || node.operator === '|>') return this.#unsupported(node);
    return runtime(
      'bin',
      this.#site(node, where),
      string(node.operator),
      this.#expression(node.left, where),
      this.#expression(node.right, where),
    );
  }

  #logical(node: t.LogicalExpression, where: Where, mode: Mode): t.Expression {
    const site = this.#site(node, where);
    const leftMode = mode === 'value' || node.operator === '??' ? 'value' : 'test';
    const left = this.#expression(node.left, where, leftMode);
    const right = lambda([], this.#expression(node.right, where, mode));
    if (node.operator === '??') return runtime('nullish', site, left, right);
    return runtime(node.operator === '&&' ? 'and' : 'or', site, string(mode), left, right);
  }

  #conditional(node: t.ConditionalExpression, where: Where, mode: Mode): t.Expression {
    return runtime(
      'cond',
      this.#site(node.test, where),
      string(mode),
      this.#expression(node.test, where, 'test'),
      lambda([], this.#expression(node.consequent, where, mode)),
      lambda([], this.#expression(node.alternate, where, mode)),
    );
  }

  #sequence(node: t.SequenceExpression, where: Where, mode: Mode): t.Expression {
    const last = node.expressions.length - 1;
    return t.sequenceExpression(
      node.expressions.map((e, i) => this.#expression(e, where, i === last ? mode : 'effect')),
    );
  }

  /* Members and calls. */

  #memberParts(
    node: t.MemberExpression | t.OptionalMemberExpression,
    where: Where,
  ): { readonly object: t.Expression; readonly key: t.Expression } {
    if (node.object.type === 'Super' || node.property.type === 'PrivateName') {
      return this.#unsupported(node);
    }
    const object = this.#expression(node.object, where);
    const property = node.computed ? this.#expression(node.property, where) : node.property;
    return { object, key: keyOf(node, property) };
  }

  #member(node: t.MemberExpression, where: Where): t.Expression {
    const { object, key } = this.#memberParts(node, where);
    return runtime('get', this.#site(node, where), object, key);
  }

  #call(node: t.CallExpression, where: Where): t.Expression {
    const site = this.#site(node, where);
    const args = (): t.Expression => this.#args(node.arguments, where);
    const { callee } = node;
    if (callee.type === 'MemberExpression') {
      const { object, key } = this.#memberParts(callee, where);
      return runtime('invoke', site, object, key, args());
    }
    if (callee.type === 'OptionalMemberExpression') return this.#optional(node, where);
    return runtime('call', site, this.#expression(callee as t.Expression, where), args());
  }

  /** A chain with `?.`: what follows the innermost one becomes a function of what precedes it. */
  #optional(
    node: t.OptionalMemberExpression | t.OptionalCallExpression | t.CallExpression,
    where: Where,
  ): t.Expression {
    const link = innermostOptional(node);
    if (!link) return this.#unsupported(node);
    const subject = t.identifier(`$o${this.#nextName++}`);
    const head = link.type === 'OptionalMemberExpression' ? link.object : link.callee;
    if (link.type === 'OptionalCallExpression' && head.type.endsWith('MemberExpression')) {
      return this.#refuse(node, 'an optional call of a method', 'Test the method first.');
    }
    const rest = this.#expression(plainChain(node, link, subject), where);
    return runtime(
      'optional',
      this.#site(node, where),
      this.#expression(head, where),
      lambda([subject], rest),
    );
  }

  /* Assignments. */

  #assignment(node: t.AssignmentExpression, where: Where): t.Expression {
    const value = (): t.Expression => this.#expression(node.right, where);
    return this.#assign(node.left, node.operator, value, node, where);
  }

  #assign(
    left: t.AssignmentExpression['left'] | t.ForOfStatement['left'],
    operator: string,
    value: () => t.Expression,
    node: t.Node,
    where: Where,
  ): t.Expression {
    const site = this.#site(node, where);
    if (left.type === 'Identifier') return this.#assignVariable(left, operator, value, site, node);
    if (left.type !== 'MemberExpression') {
      return this.#refuse(node, 'assignment to a pattern', 'Assign the variables one by one.');
    }
    const { object, key } = this.#memberParts(left, where);
    if (operator === '=') return runtime('put', site, object, key, value());
    this.#refuseLogicalAssignment(operator, node);
    return runtime('modify', site, object, key, string(operator.slice(0, -1)), lambda([], value()));
  }

  #assignVariable(
    { name, ...left }: t.Identifier,
    operator: string,
    value: () => t.Expression,
    site: t.Expression,
    node: t.Node,
  ): t.Expression {
    if (!this.#isCell(node, name)) {
      return this.#refuse(
        { ...left, name },
        `'${name}' cannot be assigned`,
        'Only let variables and parameters can be.',
      );
    }
    const cell = t.identifier(name);
    if (operator === '=') return runtime('set', site, cell, value());
    this.#refuseLogicalAssignment(operator, node);
    const old = member(name, 'v');
    const result = runtime('bin', site, string(operator.slice(0, -1)), old, value());
    return runtime('set', site, cell, result);
  }

  /** Whether the assigned identifier of a node is a cell. */
  #isCell(node: t.Node, name: string): boolean {
    const target =
      node.type === 'AssignmentExpression'
        ? node.left
        : node.type === 'UpdateExpression'
          ? node.argument
          : node;
    return target.type === 'Identifier' && target.name === name && this.#cells.has(target);
  }

  #refuseLogicalAssignment(operator: string, node: t.Node): void {
    if (!/^(&&|\|\||\?\?)=$/.test(operator)) return;
    this.#refuse(node, `the operator ${operator}`, 'Write an if.');
  }

  #update(node: t.UpdateExpression, where: Where): t.Expression {
    const site = this.#site(node, where);
    const delta = number(node.operator === '++' ? 1 : -1);
    const prefix = t.booleanLiteral(node.prefix);
    const { argument } = node;
    if (argument.type === 'Identifier' && this.#isCell(node, argument.name)) {
      return runtime('step', site, t.identifier(argument.name), delta, prefix);
    }
    if (argument.type !== 'MemberExpression') return this.#unsupported(node);
    const { object, key } = this.#memberParts(argument, where);
    return runtime('stepMember', site, object, key, delta, prefix);
  }

  /* Places. */

  #site(node: t.Node, where: Where): t.Expression {
    return number(this.sites.add(node, where.functionName));
  }

  #place(node: t.Node): { readonly line: number; readonly column: number } {
    const { line = 1, column = 0 } = node.loc?.start ?? {};
    return { line, column: column + 1 };
  }

  #refuse(node: t.Node, what: string, advice: string): never {
    const { line, column } = this.#place(node);
    return refuse(
      'KC0110',
      `${what} is not supported in a spec`,
      advice,
      placeAt(this.#file, line, column),
    );
  }

  #unsupported(node: t.Node): never {
    return this.#refuse(
      node,
      `the construct ${node.type}`,
      'Write it with the constructs of docs/spec-language.md.',
    );
  }
}

type Pattern = t.Identifier | t.AssignmentPattern | t.ArrayPattern | t.ObjectPattern;

interface LoopParts {
  readonly id: number;
  readonly bodyFirst: boolean;
  readonly test: t.Expression | null;
  readonly variables: readonly t.Identifier[];
  readonly update: t.Expression | null;
}

function member(object: string, property: string): t.MemberExpression {
  return t.memberExpression(t.identifier(object), t.identifier(property));
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value;
}

function exported(name: string, value: t.Expression): t.Statement {
  const target = t.memberExpression(t.identifier('$exports'), string(name), true);
  return t.expressionStatement(t.assignmentExpression('=', target, value));
}

function isAlwaysTrue(test: t.Expression | null): boolean {
  if (test === null) return true;
  if (test.type === 'BooleanLiteral') return test.value;
  return test.type === 'NumericLiteral' && test.value !== 0;
}

/** Whether evaluating it can call something. */
function mayDeclare(node: t.Expression): boolean {
  let calls = false;
  t.traverseFast(node, ({ type }) => {
    if (type === 'CallExpression' || type === 'MemberExpression') calls = true;
  });
  return calls;
}

type Link = t.OptionalMemberExpression | t.OptionalCallExpression;

function innermostOptional(node: t.Node): Link | null {
  const inner =
    node.type === 'OptionalMemberExpression' || node.type === 'MemberExpression'
      ? node.object
      : node.type === 'OptionalCallExpression' || node.type === 'CallExpression'
        ? node.callee
        : null;
  const deeper = inner && innermostOptional(inner);
  if (deeper) return deeper;
  const optional =
    (node.type === 'OptionalMemberExpression' || node.type === 'OptionalCallExpression') &&
    node.optional;
  return optional ? node : null;
}

/** The chain with `subject` in place of what precedes `link`, and no `?.` at the link. */
function plainChain(node: t.Node, link: Link, subject: t.Identifier): t.Expression {
  if (node === link) {
    return link.type === 'OptionalMemberExpression'
      ? {
          ...t.memberExpression(subject, link.property, link.computed),
          ...position(link),
        }
      : { ...t.callExpression(subject, link.arguments), ...position(link) };
  }
  if (node.type === 'OptionalMemberExpression') {
    const object = plainChain(node.object, link, subject);
    return node.optional
      ? { ...node, object }
      : {
          ...t.memberExpression(object, node.property, node.computed),
          ...position(node),
        };
  }
  if (node.type === 'OptionalCallExpression' || node.type === 'CallExpression') {
    const callee = plainChain(node.callee, link, subject);
    return { ...t.callExpression(callee, node.arguments), ...position(node) };
  }
  return node as t.Expression;
}

function position({ loc, start, end }: t.Node): Pick<t.Node, 'loc' | 'start' | 'end'> {
  return { loc: loc ?? null, start: start ?? null, end: end ?? null };
}
