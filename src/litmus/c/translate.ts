/**
 * C to machine nodes. A shared location's name is a pointer to it (`int *x`), so its value is its
 * address; locals are registers. Kernel primitives stay what they are (order acquire, fence mb …):
 * a memory model maps them. The control dependence of an `if` ends where its arms meet.
 */
import { constant, not } from '../expressions.ts';
import type { Label } from '../program-builder.ts';
import type { ThreadContext } from '../thread-context.ts';
import { CExpressions } from './expressions.ts';
import type { CThread, Expression, Statement } from './syntax.ts';

export function translateC(thread: ThreadContext, code: CThread): void {
  for (const name of code.parameters) {
    if (thread.locations.find(name) === undefined) thread.locations.declare(name);
  }
  const body = new CBody(thread, new CExpressions(thread, new Set(code.parameters)));
  for (const statement of code.body) body.translate(statement);
}

interface Loop {
  readonly exit: Label;
  readonly again: Label;
}

class CBody {
  readonly #thread: ThreadContext;
  readonly #expressions: CExpressions;
  readonly #loops: Loop[] = [];

  constructor(thread: ThreadContext, expressions: CExpressions) {
    this.#thread = thread;
    this.#expressions = expressions;
  }

  translate(statement: Statement): void {
    switch (statement.kind) {
      case 'declare':
        for (const { name, value } of statement.names) this.#declare(name, value);
        return;
      case 'expression':
        this.#expressions.effect(statement.value);
        return;
      case 'block':
        for (const inner of statement.body) this.translate(inner);
        return;
      case 'if':
        this.#if(statement);
        return;
      case 'loop':
        this.#loop(statement);
        return;
      case 'break':
      case 'continue':
        this.#leave(statement);
    }
  }

  #declare(name: string, value: Expression | null): void {
    this.#expressions.declare(name);
    if (value === null) return;
    const { start, end } = value;
    const target: Expression = { kind: 'name', name, start, end };
    this.#expressions.effect({ kind: 'assign', operator: '', target, value, start, end });
  }

  #if(statement: Statement & { kind: 'if' }): void {
    const { builder } = this.#thread;
    const condition = this.#expressions.value(statement.condition);
    const [then, otherwise, join] = [builder.label(), builder.label(), builder.label()];
    const target = statement.otherwise === null ? join : otherwise;
    builder.branch({ condition, then, otherwise: target, join }, this.#site(statement));
    builder.place(then);
    this.translate(statement.then);
    if (statement.otherwise !== null) {
      builder.jump(join);
      builder.place(otherwise);
      this.translate(statement.otherwise);
    }
    builder.place(join);
  }

  #loop(statement: Statement & { kind: 'loop' }): void {
    const { builder } = this.#thread;
    const [head, again, exit] = [builder.label(), builder.label(), builder.label()];
    builder.place(head);
    if (!statement.atLeastOnce) this.#exitUnless(statement.condition, exit, statement);
    this.#loops.push({ exit, again });
    this.translate(statement.body);
    this.#loops.pop();
    builder.place(again);
    if (statement.step !== null) this.#expressions.effect(statement.step);
    if (statement.atLeastOnce) this.#exitUnless(statement.condition, exit, statement);
    builder.jump(head);
    builder.place(exit);
  }

  #exitUnless(condition: Expression | null, exit: Label, statement: Statement): void {
    if (condition === null) return;
    const { builder } = this.#thread;
    const onward = builder.label();
    const negated = not(this.#expressions.value(condition));
    const fork = { condition: negated, then: exit, otherwise: onward, join: exit };
    builder.branch(fork, this.#site(statement));
    builder.place(onward);
  }

  #leave(statement: Statement & { kind: 'break' | 'continue' }): void {
    const loop = this.#loops.at(-1);
    if (loop === undefined) throw this.#expressions.misplaced(statement);
    // Code behind it in the same block can not be reached, but has to be somewhere.
    const { builder } = this.#thread;
    const [target, never] = [statement.kind === 'break' ? loop.exit : loop.again, builder.label()];
    builder.branch(
      { condition: constant(1), then: target, otherwise: never, join: target },
      this.#site(statement),
    );
    builder.place(never);
  }

  #site(statement: Statement): number {
    return this.#thread.site(statement.start, statement.end);
  }
}
