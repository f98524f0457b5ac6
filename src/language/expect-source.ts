/**
 * Where a spec's source says what it expects: the literals of `expect`, with the names around each. What
 * is computed, by a call, a spread or in another file, is not among them.
 */
import { parseSync } from '@babel/core';
import type { types as t } from '@babel/core';
import presetTypescript from '@babel/preset-typescript';

/** A piece of the text; `path` are the names around it. */
export interface Piece {
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** An object literal, and where its properties are. */
export interface ObjectPiece extends Piece {
  readonly properties: readonly Omit<Piece, 'path'>[];
}

export interface ExpectSource {
  /** What `spec()` is given. */
  readonly definition: ObjectPiece;
  /** Whether it has `expect`. */
  readonly stated: boolean;
  /** `'pass'` and `{ fails: … }`. */
  readonly verdicts: readonly Piece[];
  /** Levels of names. */
  readonly levels: readonly ObjectPiece[];
}

/** Null where the definition is no literal of the file. */
export function expectSource(text: string): ExpectSource | null {
  const file = parseSync(text, {
    babelrc: false,
    configFile: false,
    sourceType: 'module',
    filename: 'spec.ts',
    presets: [[presetTypescript, {}]],
  });
  if (!file) return null;
  const constants = constantsOf(file.program);
  const definition = definitionIn(file.program, constants);
  if (definition === null) return null;
  const property = definition.properties.find((each) => keyOf(each) === 'expect');
  const pieces: Pieces = { verdicts: [], levels: [] };
  if (property?.type === 'ObjectProperty') collect(property.value, [], constants, pieces);
  return { definition: objectPiece(definition, []), stated: property !== undefined, ...pieces };
}

interface Pieces {
  readonly verdicts: Piece[];
  readonly levels: ObjectPiece[];
}

type Constants = ReadonlyMap<string, t.Node>;

/** Constants of the file, outside any function. */
function constantsOf({ body }: t.Program): Constants {
  const declared = body.flatMap((statement) => {
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') return [];
    return statement.declarations;
  });
  return new Map(
    declared.flatMap(({ id, init }) =>
      id.type === 'Identifier' && init ? [[id.name, init] as const] : [],
    ),
  );
}

function definitionIn({ body }: t.Program, constants: Constants): t.ObjectExpression | null {
  const exported = body.find((each) => each.type === 'ExportDefaultDeclaration');
  if (exported === undefined) return null;
  const call = valueOf(exported.declaration, constants);
  if (call.type !== 'CallExpression') return null;
  const [given] = call.arguments;
  const definition = given === undefined ? null : valueOf(given, constants);
  return definition?.type === 'ObjectExpression' ? definition : null;
}

/** Without the types around it; a constant by what it is declared as. */
function valueOf(node: t.Node, constants: Constants): t.Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return valueOf(node.expression, constants);
    case 'Identifier': {
      const value = constants.get(node.name);
      return value === undefined ? node : valueOf(value, constants);
    }
    default:
      return node;
  }
}

function collect(node: t.Node, path: readonly string[], constants: Constants, into: Pieces): void {
  const value = valueOf(node, constants);
  const isObject = value.type === 'ObjectExpression';
  if (value.type === 'StringLiteral' || (isObject && isFailing(value))) {
    into.verdicts.push({ path, ...rangeOf(value) });
    return;
  }
  if (!isObject) return;
  into.levels.push(objectPiece(value, path));
  for (const property of value.properties) {
    const key = keyOf(property);
    if (key === null || property.type !== 'ObjectProperty') continue;
    collect(property.value, [...path, key], constants, into);
  }
}

function isFailing({ properties }: t.ObjectExpression): boolean {
  return properties.some((property) => keyOf(property) === 'fails');
}

type Property = t.ObjectExpression['properties'][number];

/** Null where it is computed. */
function keyOf(property: Property): string | null {
  if (property.type === 'SpreadElement' || property.computed) return null;
  const { key } = property;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'StringLiteral' || key.type === 'NumericLiteral' ? String(key.value) : null;
}

function objectPiece(node: t.ObjectExpression, path: readonly string[]): ObjectPiece {
  return { path, ...rangeOf(node), properties: node.properties.map(rangeOf) };
}

function rangeOf({ start, end }: t.Node): Omit<Piece, 'path'> {
  return { start: start ?? 0, end: end ?? 0 };
}
