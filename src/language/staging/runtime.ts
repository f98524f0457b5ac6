/**
 * What rewritten code calls. Every operator, access, call and statement of a spec or model file comes
 * by here: with ordinary values it does exactly what JavaScript does, with model values it records
 * what that means in the machine, and whatever can do neither is refused with its place.
 */
import { refuse } from '../errors.ts';
import { ordinarySwitch, stagedChoice, stagedIf, stagedLogic, stagedSwitch } from './branches.ts';
import type { Arm, Case, Mode } from './branches.ts';
import { callFunction } from './calls.ts';
import { Cell, describe } from './cells.ts';
import { Completion, past } from './control.ts';
import { current } from './current.ts';
import type { Loop } from './iteration.ts';
import { known } from './known.ts';
import { ordinaryForOf, ordinaryLoop, stagedForOf, stagedLoop } from './loops.ts';
import { partsOf, readMember, removeMember, writeMember } from './members.ts';
import { Lvalue } from './memory.ts';
import { declareNamed } from './naming.ts';
import { made } from './objects.ts';
import { asOperand, binaryOf, notOf, numeric, templateOf, unaryOf } from './operands.ts';
import { modelTypeof, truth } from './operators.ts';
import { callStack, outside } from './places.ts';
import type { SourceFile, StaticSite } from './places.ts';
import { isModel, modelOf } from './values.ts';
import { nameRegister, setCell } from './variables.ts';

/** line, column, start, end, function name. */
export type SiteTuple = readonly [number, number, number, number, string];

const MOST_CALLS = 200;

/** The `$k` of one file. */
export class Runtime {
  readonly #file: SourceFile;
  #sites: readonly StaticSite[] = [];

  constructor(file: SourceFile) {
    this.#file = file;
  }

  /** First call of every rewritten file: its sites, by which it names them from then on. */
  sites(tuples: readonly SiteTuple[]): void {
    this.#sites = tuples.map(([line, column, start, end, functionName]) => ({
      file: this.#file,
      line,
      column,
      start,
      end,
      functionName,
    }));
  }

  /* Functions. */

  known<T extends object>(fn: T): T {
    known.add(fn);
    return fn;
  }

  fn(body: Arm): unknown {
    const { stage } = current;
    if (!stage) return body()?.value;
    const frame = stage.push(0);
    const completion = stage.guarded(body);
    const value = stage.pop(frame, completion?.value, true);
    stage.alive();
    return value;
  }

  call(site: number, fn: unknown, args: readonly unknown[]): unknown {
    return this.#at(site, () => this.#apply(fn, undefined, args, ''));
  }

  invoke(site: number, object: unknown, key: PropertyKey, args: readonly unknown[]): unknown {
    return this.#at(site, () => {
      const fn = readMember(object, key);
      return this.#apply(fn, object, args, String(key));
    });
  }

  construct(site: number, type: unknown, args: readonly unknown[]): unknown {
    return this.#at(site, () => callFunction('new', type, undefined, args, ''));
  }

  #apply(fn: unknown, receiver: unknown, args: readonly unknown[], name: string): unknown {
    if (callStack.length > MOST_CALLS) {
      refuse(
        'KC0117',
        `calls are nested more than ${MOST_CALLS} deep`,
        'Functions are inlined while the spec loads, so a recursion must end on an ordinary value; write a loop.',
      );
    }
    return callFunction('call', fn, receiver, args, name);
  }

  /* Completions. */

  ret(value: unknown): Completion {
    return new Completion('return', 0, value);
  }

  brk(id: number): Completion {
    return new Completion('break', id, undefined);
  }

  cont(id: number): Completion {
    return new Completion('continue', id, undefined);
  }

  /* Variables. */

  cell(name: string, value: unknown): Cell {
    return new Cell(name, value);
  }

  set(site: number, cell: Cell, value: unknown): unknown {
    return this.#at(site, () => setCell(cell, value));
  }

  /** `cell++` and `cell--`, which give the new value in front of the cell and the old one behind it. */
  step(site: number, cell: Cell, delta: number, prefix: boolean): unknown {
    return this.#at(site, () => {
      const old = numeric(cell.v);
      const value = binaryOf('+', old, delta);
      setCell(cell, value);
      return prefix ? value : old;
    });
  }

  declare(name: string, run: () => unknown): unknown {
    const value = declareNamed(name, run);
    nameRegister(name, value);
    return value;
  }

  /** An initialiser that is taken apart. */
  parts(site: number, value: unknown): unknown {
    return this.#at(site, () => partsOf(value));
  }

  /* Objects. */

  made<T extends object>(object: T): T {
    return made(object);
  }

  get(site: number, object: unknown, key: unknown): unknown {
    return this.#at(site, () => readMember(object, key));
  }

  put(site: number, object: unknown, key: unknown, value: unknown): unknown {
    return this.#at(site, () => writeMember(object, key, value));
  }

  /** `object[key] op= value()`. */
  modify(
    site: number,
    object: unknown,
    key: unknown,
    operator: string,
    value: () => unknown,
  ): unknown {
    return this.#at(site, () => {
      const old = readMember(object, key);
      const right = outside(value);
      return writeMember(object, key, binaryOf(operator, old, right));
    });
  }

  stepMember(site: number, object: unknown, key: unknown, delta: number, prefix: boolean): unknown {
    return this.#at(site, () => {
      const old = numeric(readMember(object, key));
      const value = writeMember(object, key, binaryOf('+', old, delta));
      return prefix ? value : old;
    });
  }

  remove(site: number, object: unknown, key: unknown): boolean {
    return this.#at(site, () => removeMember(object, key));
  }

  /** `object?.…`: the rest of the chain is evaluated unless the object is nullish. */
  optional(site: number, object: unknown, rest: (object: unknown) => unknown): unknown {
    const model = modelOf(object);
    if (model?.kind === 'scalar' && model.type.kind === 'ref') {
      return this.#at(site, () =>
        refuse(
          'KC0110',
          "'?.' on a pointer that is known only while the state space is explored",
          'Write if (p !== null) …',
        ),
      );
    }
    return object === null || object === undefined ? undefined : rest(object);
  }

  /* Operators. */

  bin(site: number, operator: string, left: unknown, right: unknown): unknown {
    return this.#at(site, () => binaryOf(operator, left, right));
  }

  un(site: number, operator: '-' | '+' | '~', value: unknown): unknown {
    return this.#at(site, () => unaryOf(operator, value));
  }

  not(site: number, value: unknown): unknown {
    return this.#at(site, () => notOf(value));
  }

  type(value: unknown): string {
    return isModel(value) ? modelTypeof(value) : typeof value;
  }

  template(site: number, strings: readonly string[], values: readonly unknown[]): string {
    return this.#at(site, () => templateOf(strings, values));
  }

  and(site: number, mode: Mode, left: unknown, right: () => unknown): unknown {
    return this.#logic(site, mode, '&&', left, right);
  }

  or(site: number, mode: Mode, left: unknown, right: () => unknown): unknown {
    return this.#logic(site, mode, '||', left, right);
  }

  nullish(site: number, left: unknown, right: () => unknown): unknown {
    const model = modelOf(left);
    if (model?.kind === 'scalar' && model.type.kind === 'ref') {
      return this.#at(site, () =>
        refuse('KC0110', "'??' on a pointer", 'Write p !== null ? p : other.'),
      );
    }
    return left ?? right();
  }

  cond(
    site: number,
    mode: Mode,
    condition: unknown,
    then: () => unknown,
    otherwise: () => unknown,
  ): unknown {
    const { stage } = current;
    if (!stage || !isModel(this.#test(site, condition))) return condition ? then() : otherwise();
    return this.#at(site, () =>
      stagedChoice(stage, mode, truth(condition), inside(then), inside(otherwise)),
    );
  }

  #logic(
    site: number,
    mode: Mode,
    operator: '&&' | '||',
    left: unknown,
    right: () => unknown,
  ): unknown {
    const { stage } = current;
    if (!stage || !isModel(this.#test(site, left))) {
      return operator === '&&' ? left && right() : left || right();
    }
    return this.#at(site, () => stagedLogic(stage, mode, operator, left, inside(right)));
  }

  #test(site: number, value: unknown): unknown {
    return value instanceof Lvalue ? this.#at(site, () => asOperand(value)) : value;
  }

  /* Statements. */

  if(site: number, condition: unknown, then: Arm, otherwise: Arm | null): Completion | undefined {
    const { stage } = current;
    const other = otherwise ?? nothing;
    if (!stage || !isModel(this.#test(site, condition))) return condition ? then() : other();
    return this.#at(site, () => stagedIf(stage, truth(condition), inside(then), inside(other)));
  }

  loop(site: number, loop: Loop): Completion | undefined {
    const { stage } = current;
    if (!stage) return ordinaryLoop(loop, (refusal) => this.#at(site, refusal));
    const test = (...cells: readonly Cell[]): unknown =>
      truthOrOrdinary(
        this.#test(
          site,
          outside(() => loop.test(...cells)),
        ),
      );
    const body = (...cells: readonly Cell[]): Completion | undefined =>
      outside(() => loop.body(...cells));
    const update = (...cells: readonly Cell[]): unknown => outside(() => loop.update(...cells));
    return this.#at(site, () => stagedLoop(stage, { ...loop, test, body, update }));
  }

  forOf(
    site: number,
    id: number,
    elements: unknown,
    body: (element: unknown) => Completion | undefined,
  ): Completion | undefined {
    if (isModel(elements) || elements instanceof Lvalue) {
      return this.#at(site, () =>
        refuse(
          'KC0113',
          `for … of over ${describe(elements)}`,
          'Loop over an ordinary list, and test for each element whether it takes part.',
        ),
      );
    }
    const { stage } = current;
    const list = elements as Iterable<unknown>;
    return stage ? stagedForOf(stage, id, list, body) : ordinaryForOf(id, list, body);
  }

  switch(site: number, id: number, value: unknown, cases: readonly Case[]): Completion | undefined {
    const { stage } = current;
    if (!stage) return ordinarySwitch(id, value, cases);
    const shifted = cases.map(({ test, body }) => ({
      test: test === null ? null : inside(test),
      body: inside(body),
    }));
    return this.#at(site, () => stagedSwitch(stage, value, shifted, id));
  }

  label(id: number, body: Arm): Completion | undefined {
    const { stage } = current;
    if (!stage) return past(body(), id);
    const frame = stage.push(id);
    return stage.close(frame, past(stage.guarded(body), id));
  }

  /** Runs something with the site on top of the stack, which an error leaves there. */
  #at<T>(site: number, run: () => T): T {
    const place = this.#sites[site];
    if (place === undefined) throw new Error(`site ${site} of ${this.#file.name}`);
    callStack.push(place);
    const result = run();
    callStack.pop();
    return result;
  }
}

export function runtimeFor(file: SourceFile): Runtime {
  return new Runtime(file);
}

function inside<T>(run: () => T): () => T {
  return () => outside(run);
}

function truthOrOrdinary(value: unknown): unknown {
  return isModel(value) ? truth(value) : value;
}

const nothing: Arm = () => undefined;
