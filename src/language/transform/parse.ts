/** Source text as a syntax tree without types; positions are those of the text. */
import { parseSync, transformFromAstSync, transformSync } from '@babel/core';
import type { types as t } from '@babel/core';
import presetTypescript from '@babel/preset-typescript';
import { refuse } from '../errors.ts';
import { placeAt } from '../staging/places.ts';
import type { SourceFile } from '../staging/places.ts';

const OPTIONS = { babelrc: false, configFile: false, sourceType: 'module' } as const;

/** @throws KcheckError KC0102 with the place of the syntax error. */
export function parse(file: SourceFile, check: (tree: t.File) => void): t.File {
  try {
    const typed = parseSync(file.text, {
      ...OPTIONS,
      filename: 'spec.ts',
      presets: [[presetTypescript, {}]],
    });
    if (typed) check(typed);
    const stripped = transformSync(file.text, {
      ...OPTIONS,
      filename: 'spec.ts',
      presets: [[presetTypescript, { onlyRemoveTypeImports: true }]],
      ast: true,
      code: false,
    });
    if (stripped?.ast) return stripped.ast;
    throw new Error(`${file.name}: no syntax tree`);
  } catch (error) {
    if (isSyntaxError(error)) return refuseSyntax(file, error);
    throw error;
  }
}

/** The tree as source text again; nobody reads it but the engine. */
export function generate(tree: t.File): string {
  const result = transformFromAstSync(tree, undefined, {
    ...OPTIONS,
    compact: true,
    comments: false,
  });
  return result?.code ?? '';
}

interface BabelSyntaxError extends Error {
  readonly loc: { readonly line: number; readonly column: number };
}

function isSyntaxError(error: unknown): error is BabelSyntaxError {
  return error instanceof Error && error.name === 'SyntaxError' && 'loc' in error;
}

function refuseSyntax(file: SourceFile, { message, loc }: BabelSyntaxError): never {
  const text = message
    .split('\n')[0]
    ?.replace(/^.*?spec\.ts: /, '')
    .replace(/ \(\d+:\d+\)$/, '');
  const place = placeAt(file, loc.line, loc.column + 1);
  return refuse(
    'KC0102',
    text ?? message,
    'Correct the syntax; a spec is an ordinary TypeScript module.',
    place,
  );
}
