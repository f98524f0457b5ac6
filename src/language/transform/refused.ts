/** Constructs that a spec file cannot have, wherever they stand: what to write instead. */
import { traverse } from '@babel/core';
import type { NodePath, types as t } from '@babel/core';
import { refuse } from '../errors.ts';
import type { LanguageErrorCode } from '../errors.ts';
import { placeAt } from '../staging/places.ts';
import type { SourceFile } from '../staging/places.ts';

/** Node type → what it is, and what to write instead. */
const REFUSED: Readonly<Record<string, readonly [what: string, advice: string]>> = {
  AwaitExpression: ['await', 'A body is staged in one go; nothing in it can wait for the outside.'],
  YieldExpression: ['yield', 'Write a loop; the explorer interleaves the contexts by itself.'],
  TryStatement: ['try', 'Nothing throws in a staged body; check conditions with if and assert().'],
  ThrowStatement: ['throw', "Write assert(false, 'why') for a failure of the mechanism."],
  WithStatement: ['with', 'Name the object.'],
  ClassDeclaration: ['a class', 'Write a function that returns an object of functions.'],
  ClassExpression: ['a class', 'Write a function that returns an object of functions.'],
  TaggedTemplateExpression: ['a tagged template', 'Call the function.'],
  TSEnumDeclaration: [
    'an enum',
    'Write constants: const IDLE = 0, or names() for a typed location.',
  ],
  TSModuleDeclaration: ['a namespace', 'Write an object, or a module of its own.'],
  TSImportEqualsDeclaration: ['import =', 'Write import … from.'],
  TSExportAssignment: ['export =', 'Write export default.'],
  TSParameterProperty: ['a parameter property', 'Assign the property.'],
  Decorator: ['a decorator', 'Call the function.'],
  BigIntLiteral: ['a BigInt', 'Values of a machine are 32-bit integers.'],
  MetaProperty: ['import.meta', 'A spec knows nothing of the file it stands in.'],
  Import: ['import()', 'Import at the top of the file.'],
  Super: ['super', 'Call the function by its name.'],
  ForInStatement: ['for … in', 'Write for (const key of Object.keys(object)).'],
  DebuggerStatement: [
    'debugger',
    'Leave it out: the body runs while the spec loads, not while it is explored.',
  ],
};

/** Kinds of variables that keep the value of their declaration. */
const FIXED: Readonly<Record<string, string>> = {
  const: 'a constant',
  hoisted: 'a function',
  local: 'the function itself',
  module: 'an import',
};

/** What a spec can use of the global object: values that are the same in every run. */
const GLOBALS = new Set(
  (
    'undefined NaN Infinity Math Number String Boolean Object Array Map Set WeakMap WeakSet JSON console ' +
    'parseInt parseFloat isNaN isFinite structuredClone RegExp Symbol'
  ).split(' '),
);

/** Has a member that reaches outside, so it is no value: each use names the member. */
interface Namespace {
  /** A use as `Math.max`, else null. */
  allows(member: string | null): boolean;
  readonly form: string;
  readonly advice: string;
}

const PRINTING: readonly (string | null)[] = ['log', 'info', 'warn', 'error', 'debug'];

const NAMESPACES: ReadonlyMap<string, Namespace> = new Map([
  [
    'Math',
    {
      allows: (member) => member !== null && member !== 'random',
      form: 'the name of a function',
      advice: 'Write Math.max: it has a member that is another in every run.',
    },
  ],
  [
    'console',
    {
      allows: (member) => PRINTING.includes(member),
      form: 'console.log()',
      advice: 'Print with console.log(); the rest of it knows the terminal and the time.',
    },
  ],
]);

/** `max` of `Math.max`; null where the name of the member is computed, or there is none. */
function memberOf({ node, parent }: NodePath): string | null {
  if (parent.type === 'OptionalMemberExpression' || parent.type === 'MemberExpression') {
    const { object, property, computed } = parent;
    if (object === node && !computed && property.type === 'Identifier') return property.name;
  }
  return null;
}

export function refuseUnsupported(file: SourceFile, tree: t.File): void {
  const at = (
    node: t.Node,
    what: string,
    advice: string,
    code: LanguageErrorCode = 'KC0110',
  ): never => {
    const { line = 1, column = 0 } = node.loc?.start ?? {};
    return refuse(
      code,
      `${what} is not supported in a spec`,
      advice,
      placeAt(file, line, column + 1),
    );
  };
  traverse(tree, {
    enter({ node }) {
      const refused = Object.hasOwn(REFUSED, node.type) ? REFUSED[node.type] : undefined;
      if (refused) at(node, ...refused);
    },
    Function({ node }) {
      if (node.async) at(node, 'an async function', 'A body is staged in one go; leave out async.');
      if (node.generator) at(node, 'a generator', 'Return an array instead.');
    },
    ObjectMethod({ node }) {
      if (node.kind !== 'method') at(node, `a ${node.kind}ter`, 'Write a method, and call it.');
    },
    VariableDeclaration({ node }) {
      if (node.kind === 'var') at(node, 'var', 'Write let or const.');
      if (node.kind === 'using' || node.kind === 'await using') at(node, 'using', 'Write const.');
    },
    Scope({ scope }) {
      for (const binding of Object.values(scope.bindings)) {
        const what = FIXED[binding.kind];
        // A function declared in a loop is declared again in each iteration, not assigned.
        const change = binding.constantViolations.find(({ node }) => node !== binding.path.node);
        if (what === undefined || !change) continue;
        const { name } = binding.identifier;
        at(
          change.node,
          `assigning ${what} ('${name}')`,
          'Only let variables and parameters can be.',
        );
      }
    },
    ForOfStatement({ node }) {
      if (node.await) at(node, 'for await', 'Write for … of.');
    },
    SwitchCase(path) {
      const lexical = path.node.consequent.find(
        (statement) => statement.type === 'VariableDeclaration',
      );
      if (lexical)
        at(lexical, 'a declaration directly in a case', 'Put the case in braces: case 1: { … }.');
    },
    ReferencedIdentifier(path: NodePath) {
      const { node } = path;
      if (node.type !== 'Identifier' || path.scope.hasBinding(node.name, true)) return;
      if (node.name === 'arguments')
        at(node, 'arguments', 'Name the parameters, or write ...rest.');
      if (isTypeOnly(path)) return;
      if (!GLOBALS.has(node.name))
        at(node, `the global '${node.name}'`, globalAdvice(node.name), 'KC0111');
      const namespace = NAMESPACES.get(node.name);
      if (namespace === undefined) return;
      const member = memberOf(path);
      if (member === 'random')
        at(path.parent, 'Math.random', 'Write choose(n): every outcome is explored.', 'KC0111');
      if (!namespace.allows(member))
        at(node, `'${node.name}' other than by ${namespace.form}`, namespace.advice, 'KC0111');
    },
  });
}

function isTypeOnly(path: NodePath): boolean {
  return (
    path.findParent(
      ({ node }) => node.type.startsWith('TSType') || node.type.startsWith('TSInterface'),
    ) !== null
  );
}

function globalAdvice(name: string): string {
  if (name === 'eval' || name === 'Function') return 'Write the code out.';
  if (/^(set|clear)(Timeout|Interval|Immediate)$|^queueMicrotask$/.test(name)) {
    return 'A body is staged in one go; time is what the explorer makes of it.';
  }
  return 'Import what you use; a spec gives the same machine wherever it is loaded.';
}
