/** JavaScript's operators on ordinary values, as JavaScript has them. */
type Binary = (left: never, right: never) => unknown;

const BINARY: Readonly<Record<string, Binary>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  // oxlint-disable-next-line eqeqeq -- this is what == means
  '==': (a, b) => a == b,
  // oxlint-disable-next-line eqeqeq -- this is what != means
  '!=': (a, b) => a != b,
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  in: (a, b) => a in (b as object),
  instanceof: (a, b) => (a as object) instanceof (b as new () => object),
};

export function ordinaryBinary(operator: string, left: unknown, right: unknown): unknown {
  const operation = BINARY[operator];
  if (operation === undefined) throw new Error(`operator ${operator}`);
  return operation(left as never, right as never);
}

export function ordinaryUnary(operator: '-' | '+' | '~', value: unknown): unknown {
  const operand = value as never;
  if (operator === '-') return -operand;
  // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- it may be anything
  return operator === '+' ? +operand : ~operand;
}
