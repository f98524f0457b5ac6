/**
 * What rewritten code calls. Every operator, access, call and statement of a spec or model file comes
 * by here: with ordinary values it does exactly what JavaScript does, with model values it records
 * what that means in the machine, and whatever can do neither is refused with its place.
 */
import { refuse, suggestion } from '../errors.ts';
import { indexByModel, memberOf, memberOfPointer, loadPlain, storePlain } from './access.ts';
import { stagedChoice, stagedIf, stagedLogic, stagedSwitch } from './branches.ts';
import type { Arm, Case, Mode } from './branches.ts';
import { callFunction } from './calls.ts';
import { Cell, describe } from './cells.ts';
import { current } from './current.ts';
import { known } from './known.ts';
import { ordinaryForOf, ordinaryLoop, stagedForOf, stagedLoop } from './loops.ts';
import type { Loop } from './loops.ts';
import { Lvalue, Structure } from './memory.ts';
import { declareNamed } from './naming.ts';
import { change, made } from './objects.ts';
import { modelBinary, modelTypeof, modelUnary, truth } from './operators.ts';
import { ordinaryBinary, ordinaryUnary } from './ordinary.ts';
import { callStack, outside } from './places.ts';
import type { SourceFile, StaticSite } from './places.ts';
import { Completion, DEAD } from './stage.ts';
import type { Stage } from './stage.ts';
import { isModel, modelOf } from './values.ts';

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
      const fn = this.#read(object, key);
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

  /** `cell op= …` and `cell++`: which of the old and new values it gives, `result` says. */
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
    return this.#at(site, () => {
      refuseLvalue(value);
      return isModel(value)
        ? refuse('KC0113', 'a model value is taken apart', 'Read its fields one by one.')
        : value;
    });
  }

  /* Objects. */

  made<T extends object>(object: T): T {
    return made(object);
  }

  get(site: number, object: unknown, key: unknown): unknown {
    return this.#at(site, () => this.#read(object, key));
  }

  put(site: number, object: unknown, key: unknown, value: unknown): unknown {
    return this.#at(site, () => this.#write(object, key, value));
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
      const old = this.#read(object, key);
      const right = outside(value);
      return this.#write(object, key, binaryOf(operator, old, right));
    });
  }

  stepMember(site: number, object: unknown, key: unknown, delta: number, prefix: boolean): unknown {
    return this.#at(site, () => {
      const old = numeric(this.#read(object, key));
      const value = this.#write(object, key, binaryOf('+', old, delta));
      return prefix ? value : old;
    });
  }

  remove(site: number, object: unknown, key: unknown): boolean {
    return this.#at(site, () => {
      if (isModel(object) || isModel(key)) refuseOperator('delete');
      return change(object, () => Reflect.deleteProperty(Object(object), key as PropertyKey));
    });
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

  #read(object: unknown, key: unknown): unknown {
    const model = modelOf(object);
    if (isModel(key)) return indexByModel(object, key);
    if (model) return readModel(object, key);
    if (object instanceof Lvalue) return key === 'value' ? loadPlain(object) : noField(object, key);
    if (object instanceof Structure && !Object.hasOwn(object, key as PropertyKey)) {
      return noField(object, key);
    }
    return (object as Record<PropertyKey, unknown>)[key as PropertyKey];
  }

  #write(object: unknown, key: unknown, value: unknown): unknown {
    const target = isModel(key) ? indexByModel(object, key) : null;
    if (target !== null) {
      return refuse(
        'KC0118',
        'an element of an ordinary array is assigned by a model value',
        'Make the elements shared() or ghost() and assign their .value.',
      );
    }
    if (object instanceof Lvalue || isModel(object)) return writeModel(object, key, value);
    if (object instanceof Structure) return refuseWholeStructure(key);
    return change(object, () => {
      (object as Record<PropertyKey, unknown>)[key as PropertyKey] = value;
      return value;
    });
  }

  /* Operators. */

  bin(site: number, operator: string, left: unknown, right: unknown): unknown {
    return this.#at(site, () => binaryOf(operator, left, right));
  }

  un(site: number, operator: '-' | '+' | '~', value: unknown): unknown {
    return this.#at(site, () => {
      refuseLvalue(value);
      return isModel(value) ? modelUnary(operator, value) : ordinaryUnary(operator, value);
    });
  }

  not(site: number, value: unknown): unknown {
    return this.#at(site, () => {
      if (!isModel(test(value))) return !value;
      return negate(truth(value));
    });
  }

  type(value: unknown): string {
    return isModel(value) ? modelTypeof(value) : typeof value;
  }

  template(site: number, strings: readonly string[], values: readonly unknown[]): string {
    return this.#at(site, () => {
      for (const value of values) {
        refuseLvalue(value);
        if (isModel(value)) {
          refuse(
            'KC0113',
            'a model value in a template literal',
            'It has no text while the spec loads; the trace shows every value.',
          );
        }
      }
      return strings.reduce((text, string, i) => text + String(values[i - 1]) + string);
    });
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
    return value instanceof Lvalue ? this.#at(site, () => test(value)) : value;
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

  /** The keys that for … in visits. */
  keys(site: number, object: unknown): readonly string[] {
    return this.#at(site, () => {
      if (isModel(object)) refuseOperator('for … in');
      const keys: string[] = [];
      for (const key in object as object) keys.push(key);
      return keys;
    });
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
    if (!stage) return leaving(body(), id);
    const frame = stage.push(id);
    const completion = stage.guarded(body);
    return leaveLabel(stage, frame, leaving(completion, id));
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

const nothing: Arm = () => undefined;

function leaving(completion: Completion | undefined, id: number): Completion | undefined {
  return completion?.kind === 'break' && completion.id === id ? undefined : completion;
}

function leaveLabel(
  stage: Stage,
  frame: ReturnType<Stage['push']>,
  completion: Completion | undefined,
): Completion | undefined {
  if (completion && frame.breaks.length === 0) {
    stage.frames.pop();
    return completion;
  }
  stage.settle(completion);
  stage.pop(frame, undefined, false);
  return stage.position ? undefined : DEAD;
}

function ordinarySwitch(
  id: number,
  value: unknown,
  cases: readonly Case[],
): Completion | undefined {
  const matching = cases.findIndex(({ test }) => test !== null && test() === value);
  const first = matching >= 0 ? matching : cases.findIndex(({ test }) => test === null);
  if (first < 0) return undefined;
  for (const { body } of cases.slice(first)) {
    const completion = body();
    if (completion) return leaving(completion, id);
  }
  return undefined;
}

function setCell(cell: Cell, value: unknown): unknown {
  const { stage } = current;
  if (!stage) {
    if (current.draft && cell.born <= current.draft.born) refuseLasting(cell.name);
    cell.raw = value;
    return value;
  }
  if (cell.owner !== stage) {
    refuse(
      'KC0119',
      `'${cell.name}' is declared outside of the body that assigns it`,
      'Contexts share shared() and ghost() state only; declare the variable inside the body.',
    );
  }
  stage.put(cell, value);
  return value;
}

function refuseLasting(name: string): never {
  refuse(
    'KC0119',
    `'${name}' belongs to the file, and system() assigns it`,
    'system() runs once for every version and memory model, and each must find the same: declare it inside system().',
  );
}

function nameRegister(name: string, value: unknown): void {
  const model = modelOf(value);
  if (model?.kind !== 'scalar' || model.expr.op !== 'reg' || !current.stage) return;
  const register = current.stage.builder.registers[model.expr.register];
  if (!register || register.named) return;
  register.name = name;
  register.named = true;
}

function binaryOf(operator: string, left: unknown, right: unknown): unknown {
  const identity = operator === '===' || operator === '!==';
  if (!(identity && left instanceof Lvalue && right instanceof Lvalue)) {
    refuseLvalue(left);
    refuseLvalue(right);
  }
  return isModel(left) || isModel(right)
    ? modelBinary(operator, left, right)
    : ordinaryBinary(operator, left, right);
}

function numeric(value: unknown): unknown {
  refuseLvalue(value);
  return isModel(value) ? value : Number(value);
}

function refuseLvalue(value: unknown): void {
  if (!(value instanceof Lvalue)) return;
  refuse(
    'KC0113',
    'a location is used as if it were its value',
    'Read it: READ_ONCE(x) for shared memory, x.value for a plain access or a ghost.',
  );
}

function test(value: unknown): unknown {
  refuseLvalue(value);
  return value;
}

function truthOrOrdinary(value: unknown): unknown {
  return isModel(value) ? truth(value) : value;
}

function negate(value: unknown): unknown {
  return modelBinary('===', value, false);
}

function readModel(object: unknown, key: unknown): unknown {
  const model = modelOf(object);
  if (model?.kind === 'view') return key === 'value' ? readView(object) : memberOf(object, key);
  if (model?.kind === 'scalar' && model.type.kind === 'ref') return memberOfPointer(object, key);
  return noField(object, key);
}

function readView(view: unknown): unknown {
  const model = modelOf(view);
  const lvalues = model?.kind === 'view' && model.elements.every((e) => e instanceof Lvalue);
  return lvalues ? loadPlain(view) : memberOf(view, 'value');
}

function writeModel(object: unknown, key: unknown, value: unknown): unknown {
  if (key !== 'value') return refuseWholeStructure(key);
  storePlain(object, value);
  return value;
}

function noField(object: unknown, key: unknown): never {
  const fields = object instanceof Structure ? Object.keys(object) : [];
  return refuse(
    'KC0127',
    `${describe(object)} has no '${String(key)}'`,
    object instanceof Structure
      ? suggestion(String(key), fields)
      : 'A location has .value; a number or boolean has no properties here.',
  );
}

function refuseWholeStructure(key: unknown): never {
  return refuse(
    'KC0127',
    `'${String(key)}' of a shared structure is assigned`,
    'Assign the .value of a field, or WRITE_ONCE() it.',
  );
}

function refuseOperator(operator: string): never {
  return refuse('KC0113', `'${operator}' on a model value`, 'It works on ordinary objects only.');
}
