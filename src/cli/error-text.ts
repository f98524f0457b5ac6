/** Errors as the user sees them: cause, place with a caret, next step; never a stack of ours. */
import type { KcheckError, Place } from '../errors.ts';

export function errorText(error: KcheckError): string {
  const { place, code, message, advice } = error;
  const head = place === null ? 'kcheck' : `${place.file}:${place.line}:${place.column}`;
  const lines = [
    `${head}: error ${code}: ${message}`,
    ...(place === null || place.source === '' ? [] : caretLines(place)),
    ...(advice === '' ? [] : [`  ${advice}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Anything that is not a KcheckError is a defect of kcheck, and its stack is what we need to see. */
export function internalErrorText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'kcheck: internal error: this is a defect of kcheck, not of your spec.',
    'Please report it with the spec, the command line and these lines:',
    `  node ${process.version}, ${process.platform} ${process.arch}`,
    ...stack.split('\n').map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function caretLines(place: Place): string[] {
  const number = String(place.line);
  const before = place.source.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ');
  return [`  ${number} | ${place.source}`, `  ${' '.repeat(number.length)} | ${before}^`];
}
