/** The codes of everything that can be wrong with a spec, and the one way to say so. */
import { KcheckError } from '../errors.ts';
import { editDistance } from './edit-distance.ts';
import { here } from './staging/places.ts';
import type { Place } from '../errors.ts';

/** Code → title. docs/errors.md has a section for each. */
export const languageErrors = {
  KC0101: 'File not found',
  KC0102: 'Syntax error',
  KC0103: 'Import refused',
  KC0104: 'Imports form a cycle',
  KC0105: 'No spec in the file',
  KC0106: 'Unknown name',
  KC0107: 'The spec definition is wrong',
  KC0108: 'Wrong parameter',
  KC0110: 'Construct not supported in a spec',
  KC0111: 'Global not available in a spec',
  KC0112: 'Model value in code that is not staged',
  KC0113: 'Model value used with an operator that cannot take it',
  KC0114: 'Operands of different types',
  KC0115: 'Branches leave values that cannot be joined',
  KC0116: 'Loop without an ordinary bound',
  KC0117: 'Recursion without an ordinary bound',
  KC0118: 'Ordinary change under a model condition',
  KC0119: 'Assignment to a variable of the outside',
  KC0120: 'Primitive called where it cannot be',
  KC0121: 'Wrong argument',
  KC0122: 'Not allowed in an expression over state',
  KC0123: 'Not allowed in atomic',
  KC0124: 'Not allowed in a property',
  KC0125: 'Index of a model value cannot be resolved',
  KC0126: 'Pointer without a known structure',
  KC0127: 'No such property',
  KC0128: 'Function cannot run while a body is staged',
  KC0129: 'The spec failed while it was staged',
  KC0130: 'Name used twice',
  KC0131: 'The configuration is wrong',
} as const;

export type LanguageErrorCode = keyof typeof languageErrors;

/** Throws the error of a spec, at the innermost place that is being staged unless one is given. */
export function refuse(
  code: LanguageErrorCode,
  message: string,
  advice: string,
  place: Place | null = here(),
): never {
  throw new KcheckError(code, message, place, advice);
}

/** The known name nearest to a wrong one, as `; did you mean 'x'?`, else the list of names. */
export function suggestion(wrong: string, known: readonly string[]): string {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(wrong, name) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best && best.distance <= Math.max(1, wrong.length / 3)) return `Did you mean '${best.name}'?`;
  return known.length > 0 ? `Known: ${known.join(', ')}.` : 'None are known here.';
}
