/**
 * C expressions: their value as a machine expression over registers, and the nodes (loads, stores,
 * calls of primitives) that their evaluation executes, emitted in the order of the source.
 */
import type { KcheckError } from '../../errors.ts';
import type { Address, BinaryOperator, Expr, LoadOrder } from '../../machine/machine.ts';
import { addressFrom } from '../addresses.ts';
import { litmusError } from '../errors.ts';
import { binary, constant, readRegister } from '../expressions.ts';
import type { ThreadContext } from '../thread-context.ts';
import { callPrimitive } from './calls.ts';
import type { Expression } from './syntax.ts';

const CONSTANTS: Readonly<Record<string, number>> = { NULL: 0, true: 1, false: 0 };

/** Operators that are the machine's own; `/`, `&&` and `||` need more. */
const OPERATORS: Readonly<Record<string, BinaryOperator>> = {
  '+': '+',
  '-': '-',
  '*': '*',
  '%': '%',
  '&': '&',
  '|': '|',
  '^': '^',
  '<<': '<<',
  '>>': '>>',
  '==': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

export class CExpressions {
  readonly thread: ThreadContext;
  readonly #parameters: ReadonlySet<string>;
  readonly #locals = new Set<string>();

  constructor(thread: ThreadContext, parameters: ReadonlySet<string>) {
    this.thread = thread;
    this.#parameters = parameters;
  }

  declare(name: string): void {
    this.#locals.add(name);
  }

  /** Evaluates for the effects alone. */
  effect(expression: Expression): void {
    this.value(expression);
  }

  /** The value; `into` is a register that a single access may put it in. */
  value(expression: Expression, into: number | null = null): Expr {
    switch (expression.kind) {
      case 'number':
        return constant(expression.value);
      case 'name':
        return this.#name(expression);
      case 'call':
        return callPrimitive(this, expression, into);
      case 'unary':
        return this.#unary(expression, into);
      case 'binary':
        return this.#binary(expression);
      case 'assign':
        return this.#assign(expression);
      case 'step':
        return this.#step(expression);
      case 'select':
        return this.#select(expression);
    }
  }

  /** The location that an argument such as `*x`, `x[1]` or `*(x + r1)` denotes. */
  location(expression: Expression): Address {
    return addressFrom(this.pointerTo(expression));
  }

  /** The pointer to what an lvalue denotes. */
  pointerTo(lvalue: Expression): Expr {
    if (lvalue.kind === 'unary' && lvalue.operator === '*') return this.value(lvalue.operand);
    if (lvalue.kind === 'name' && this.#isLocation(lvalue.name)) return this.#name(lvalue);
    throw this.error('KC0304', 'this is not a shared location', lvalue);
  }

  load(address: Address, order: LoadOrder, at: Expression, into: number | null): Expr {
    const register = into ?? this.thread.builder.scratch('loaded');
    const primitive = at.kind === 'call' ? at.callee : 'load';
    const node = { kind: 'load', register, address, order, until: null, primitive } as const;
    this.thread.builder.emit(node, this.site(at));
    return readRegister(register);
  }

  site(expression: Expression): number {
    return this.thread.site(expression.start, expression.end);
  }

  error(
    code: 'KC0302' | 'KC0303' | 'KC0304' | 'KC0305',
    message: string,
    at: Expression,
  ): KcheckError {
    return litmusError(code, message, this.thread.source, at.start);
  }

  misplaced(at: { kind: string; start: number }): KcheckError {
    return litmusError('KC0302', `'${at.kind}' outside of a loop`, this.thread.source, at.start);
  }

  #isLocation(name: string): boolean {
    if (this.#locals.has(name)) return false;
    return this.#parameters.has(name) || this.thread.locations.find(name) !== undefined;
  }

  #name(expression: Expression & { kind: 'name' }): Expr {
    const { name } = expression;
    if (this.#locals.has(name)) return readRegister(this.thread.builder.register(name));
    if (this.#isLocation(name)) return constant(this.thread.locations.addressOf(name));
    const known = CONSTANTS[name];
    if (known !== undefined) return constant(known);
    throw this.error('KC0305', `'${name}' is neither a parameter nor a variable`, expression);
  }

  #unary(expression: Expression & { kind: 'unary' }, into: number | null): Expr {
    const { operator, operand } = expression;
    if (operator === '*') return this.load(this.location(expression), 'plain', expression, into);
    if (operator === '&') return this.pointerTo(operand);
    const value = this.value(operand);
    if (operator === '+') return value;
    if (operator === '!' || operator === '~' || operator === '-') {
      return { op: 'unary', operator, operand: value };
    }
    throw this.error('KC0302', `'${operator}' is not an operator`, expression);
  }

  #binary(expression: Expression & { kind: 'binary' }): Expr {
    const { operator, left, right } = expression;
    if (operator === '&&' || operator === '||') return this.#logical(expression, operator);
    const [a, b] = [this.value(left), this.value(right)];
    if (operator === '/') return { op: 'unary', operator: 'trunc', operand: binary('/', a, b) };
    const known = OPERATORS[operator];
    if (known === undefined)
      throw this.error('KC0302', `'${operator}' is not an operator`, expression);
    return binary(known, a, b);
  }

  /** The right side is evaluated only if needed; where it has no effects, that makes no difference. */
  #logical(expression: Expression & { kind: 'binary' }, operator: '&&' | '||'): Expr {
    const left = this.value(expression.left);
    if (isPure(expression.right)) {
      return binary(operator === '&&' ? 'and' : 'or', left, this.value(expression.right));
    }
    const result = this.thread.builder.scratch('result');
    const settle = (value: Expr, at: Expression): void => {
      this.thread.builder.assign(
        result,
        { op: 'unary', operator: 'bool', operand: value },
        this.site(at),
      );
    };
    settle(left, expression.left);
    this.#either(readRegister(result), expression, {
      then: () => operator === '&&' && settle(this.value(expression.right), expression.right),
      otherwise: () => operator === '||' && settle(this.value(expression.right), expression.right),
    });
    return readRegister(result);
  }

  #select(expression: Expression & { kind: 'select' }): Expr {
    const condition = this.value(expression.condition);
    const { then, otherwise } = expression;
    if (isPure(then) && isPure(otherwise)) {
      return { op: 'select', condition, then: this.value(then), otherwise: this.value(otherwise) };
    }
    const result = this.thread.builder.scratch('result');
    const settle = (arm: Expression) => () =>
      this.thread.builder.assign(result, this.value(arm), this.site(arm));
    this.#either(condition, expression, { then: settle(then), otherwise: settle(otherwise) });
    return readRegister(result);
  }

  #either(
    condition: Expr,
    at: Expression,
    arms: { readonly then: () => unknown; readonly otherwise: () => unknown },
  ): void {
    const { builder } = this.thread;
    const [then, otherwise, join] = [builder.label(), builder.label(), builder.label()];
    builder.branch({ condition, then, otherwise, join }, this.site(at));
    builder.place(then);
    arms.then();
    builder.jump(join);
    builder.place(otherwise);
    arms.otherwise();
    builder.place(join);
  }

  #assign(expression: Expression & { kind: 'assign' }): Expr {
    const { operator, target, value, start, end } = expression;
    if (operator === '') return this.#store(target, (into) => this.value(value, into), expression);
    const sum: Expression = { kind: 'binary', operator, left: target, right: value, start, end };
    return this.#store(target, () => this.value(sum), expression);
  }

  #step(expression: Expression & { kind: 'step' }): Expr {
    const { target, operator } = expression;
    const old = this.thread.builder.scratch('old');
    this.thread.builder.assign(old, this.value(target), this.site(expression));
    const next = binary(operator, readRegister(old), constant(1));
    const stored = this.#store(target, () => next, expression);
    return expression.result === 'old' ? readRegister(old) : stored;
  }

  /** Assigns to a variable, or to a shared location with a plain access. */
  #store(target: Expression, value: (into: number | null) => Expr, at: Expression): Expr {
    const { builder } = this.thread;
    if (target.kind === 'name' && !this.#isLocation(target.name)) {
      return this.#setLocal(target.name, value, at);
    }
    const address = this.location(target);
    const stored = value(null);
    const node = {
      kind: 'store',
      address,
      value: stored,
      order: 'plain',
      primitive: 'store',
    } as const;
    builder.emit(node, this.site(at));
    return stored;
  }

  /** Registers need no declaration: LKMM tests assign to r0, r1 … as they please. */
  #setLocal(name: string, value: (into: number | null) => Expr, at: Expression): Expr {
    const { builder } = this.thread;
    const register = builder.register(name);
    const result = value(register);
    this.#locals.add(name);
    const done = result.op === 'reg' && result.register === register;
    if (!done) builder.assign(register, result, this.site(at));
    return readRegister(register);
  }
}

/** Whether evaluating it executes nothing that others, or later expressions, could notice. */
function isPure(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
    case 'name':
      return true;
    case 'unary':
      return expression.operator !== '*' && isPure(expression.operand);
    case 'binary':
      return isPure(expression.left) && isPure(expression.right);
    case 'select':
      return [expression.condition, expression.then, expression.otherwise].every(isPure);
    default:
      return false;
  }
}
