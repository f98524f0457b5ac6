/**
 * One step of one context from one stop as a WebAssembly function of the address of a state: the twin of
 * codegen/step.ts, to which every comment there applies. test/checker/agreement.test.ts holds the two,
 * and the plain interpreter, to one another.
 */
import { at, nodeAt, successors } from '../../machine/graph.ts';
import type {
  Address,
  Cell,
  Context,
  Expr,
  Load,
  Node,
  Rmw,
  Store,
} from '../../machine/machine.ts';
import { endsEarly, endsPhase0, endsStep } from '../../machine/steps.ts';
import type { StepKind } from '../../machine/steps.ts';
import { INT_MAX, INT_MIN, commonBounds } from '../codegen/cells.ts';
import { mayFault, mayOverflow } from '../codegen/expression.ts';
import { KINDS } from '../codegen/happens-before.ts';
import type { Kind } from '../codegen/happens-before.ts';
import { boundBy, mayBeUndone, mayRace, notesLate } from '../codegen/noting.ts';
import type { StepSource } from '../codegen/step.ts';
import * as wasm from './code.ts';
import type { Code, Label } from './code.ts';
import { Draft } from './draft.ts';
import { codeOf, keepsIn, setWord, spanOf, wordAt } from './environment.ts';
import type { Base, Environment, Index } from './environment.ts';
import { Unsupported, conditionOf, indexOf, valueOf } from './expression.ts';
import type { Reader } from './expression.ts';
import type { Helpers, ValidityTables } from './helpers.ts';
import { copyState } from './memory.ts';
import type { MemoryCode } from './memory.ts';

export interface StepTarget {
  readonly environment: Environment;
  readonly source: Pick<StepSource, 'machine' | 'kinds' | 'racing' | 'plainlyStored'>;
  readonly memory: MemoryCode;
  readonly helpers: Helpers;
  readonly tables: ValidityTables;
  /** (): the successor in the making is one, and what stands at `next` from then on is the next. */
  readonly keep: number;
  /** (): what was assumed of the widths of words does not hold. */
  readonly refute: number;
  readonly bounded: number;
  /** By context, where the bytes stand that say which of its nodes were executed. */
  readonly coverage: readonly number[];
  /** By context, where those stand that say at which of its nodes it was moved to another CPU. */
  readonly moves: readonly number[];
}

type Phase = 0 | 1;

/** How code reads a state: its ghosts, and registers as the caller says. */
export function readerOf(
  { environment, helpers, tables }: Pick<StepTarget, 'environment' | 'helpers' | 'tables'>,
  base: Base,
  register: Reader['register'] = () => wasm.i32(0),
): Reader {
  const { ghosts } = environment.layout;
  const reader: Reader = {
    register,
    ghost: (address) => {
      if (address.expr.op === 'const') return wordAt(base, ghosts, address.expr.value);
      const code = wasm.call(helpers.checked, tables.of(address), indexOf(address.expr, reader));
      return wordAt(base, ghosts, spanOf(code, [0, ...address.candidates]));
    },
  };
  return reader;
}

/** Defines the function, and returns its index. */
export function defineStep(target: StepTarget, context: number, stop: number): number {
  const { module } = target.environment;
  const index = module.declare(1, false);
  const step = new StepCompiler(target, context, stop);
  const body = step.compile();
  module.define(index, step.locals, body);
  return index;
}

class StepCompiler {
  readonly locals = new wasm.Locals(1);
  readonly #target: StepTarget;
  readonly #index: number;
  readonly #context: Context;
  readonly #stop: number;
  readonly #reader: Reader;
  readonly #from: Base;
  readonly #registers = new Map<number, number>();
  readonly #addresses = new Map<Address, number>();
  readonly #joins = new Map<string, { readonly label: Label; readonly number: number }>();
  readonly #exit = wasm.label();
  readonly #run = wasm.label();
  /** Where the successor in the making stands. */
  readonly #nextAt = this.locals.add();
  readonly #next: Base;
  readonly #draft: Draft | null;
  readonly #label = this.locals.add();
  readonly #wheel = this.locals.add();
  /** 0, or 1 + the kind of an access that is put off, and its location. */
  readonly #late = this.locals.add();
  readonly #lateAt = this.locals.add();
  readonly #hasLate: boolean;
  #chooses = false;

  constructor(target: StepTarget, index: number, stop: number) {
    this.#target = target;
    this.#index = index;
    this.#context = at(target.source.machine.contexts, index);
    this.#stop = stop;
    this.#hasLate = notesLate(this.#context, this.#kinds(), target.source.racing);
    const { packing } = target.environment;
    this.#from = { address: wasm.get(0), packing };
    const to = wasm.get(this.#nextAt);
    this.#draft = target.memory.inLocals ? new Draft(this.locals, this.#from, to) : null;
    const inMemory = { address: to, packing };
    this.#next = this.#draft === null ? inMemory : { ...inMemory, draft: this.#draft };
    this.#reader = readerOf(target, this.#next, (register) => wasm.get(this.#register(register)));
  }

  compile(): Code {
    const { environment, helpers } = this.#target;
    this.#findJoins();
    const entry = this.#node(this.#stop, 0);
    const cases = [...this.#joins].map(([key, { label }]) => {
      const [node, phase] = key.split('.').map(Number);
      return { label, body: this.#node(node ?? 0, phase === 1 ? 1 : 0) };
    });
    const once = [
      wasm.set(this.#nextAt, wasm.global(environment.next)),
      this.#draft?.begin() ?? copyState(this.#from.address, this.#next.address, environment.record),
      this.#hasLate ? wasm.set(this.#late, wasm.i32(0)) : wasm.NOTHING,
      this.#declarations(),
      wasm.block(this.#exit, cases.length === 0 ? entry : this.#switch(entry, cases)),
    ];
    this.#draft?.finish();
    if (!this.#chooses) return [this.#precheck(), once];
    const again = wasm.label();
    return [
      this.#precheck(),
      wasm.setGlobal(helpers.wheels, environment.own(wasm.i32(0))),
      wasm.loop(again, [
        wasm.set(this.#wheel, environment.own(wasm.i32(0))),
        once,
        wasm.branchIf(wasm.call(helpers.turn), again),
      ]),
    ];
  }

  /** A loop around a switch, as in codegen/step.ts. */
  #switch(entry: Code, cases: readonly { readonly label: Label; readonly body: Code }[]): Code {
    const first = wasm.label();
    const targets = [first, ...cases.map(({ label }) => label)];
    const table = wasm.branchTable(wasm.get(this.#label), targets);
    const inner: Code = [wasm.block(first, table), entry];
    const nested = cases.reduce<Code>(
      (code, { label, body }) => [wasm.block(label, code), body],
      inner,
    );
    return [wasm.set(this.#label, wasm.i32(0)), wasm.loop(this.#run, nested)];
  }

  #register(register: number): number {
    let local = this.#registers.get(register);
    if (local === undefined) {
      local = this.locals.add();
      this.#registers.set(register, local);
    }
    return local;
  }

  /** Finds the nodes that more than one path of this step reaches, by phase. */
  #findJoins(): void {
    const entries = new Map<string, number>();
    const work: [number, Phase][] = [[this.#stop, 0]];
    for (let item = work.pop(); item !== undefined; item = work.pop()) {
      const [node, phase] = item;
      const after = this.#phaseAfter(node, phase);
      for (const next of successors(nodeAt(this.#context, node))) {
        if (this.#ends(next, after)) continue;
        const key = `${next}.${after}`;
        const count = (entries.get(key) ?? 0) + 1;
        entries.set(key, count);
        if (count === 1) work.push([next, after]);
        if (count === 2) {
          this.#joins.set(key, { label: wasm.label(), number: this.#joins.size + 1 });
        }
      }
    }
  }

  /** A first node that blocks is tested on the old state, before anything is copied. */
  #precheck(): Code {
    const node = nodeAt(this.#context, this.#stop);
    const old = readerOf(this.#target, this.#from, (register) => this.#oldRegister(register));
    if (node.kind === 'wait' && !mayFault(node.condition)) {
      return wasm.when(wasm.not(conditionOf(node.condition, old)), wasm.RETURN);
    }
    if (node.kind !== 'rmw' || node.until === null) return wasm.NOTHING;
    const { expr } = node.address;
    if (expr.op !== 'const' || this.#mayRace(node.address)) return wasm.NOTHING;
    const value = wordAt(this.#from, this.#target.environment.layout.memory, expr.value);
    const read = this.locals.add();
    const after = readerOf(this.#target, this.#from, (register) =>
      register === node.register ? wasm.get(read) : this.#oldRegister(register),
    );
    const until = conditionOf(node.until, after);
    return [wasm.set(read, value), wasm.when(wasm.not(until), wasm.RETURN)];
  }

  #oldRegister(register: number): Code {
    const { slots, slotOf } = this.#slots();
    return wordAt(this.#from, slots + at(slotOf, register), 0);
  }

  #slots(): { slots: number; slotCount: number; slotOf: readonly number[] } {
    return at(this.#target.environment.layout.contexts, this.#index);
  }

  #liveAt(node: number): ReadonlySet<number> {
    return at(at(this.#target.environment.layout.contexts, this.#index).live, node);
  }

  #declarations(): Code {
    const atStop = this.#liveAt(this.#stop);
    for (const register of atStop) this.#register(register);
    return [...this.#registers].map(([register, local]) =>
      wasm.set(local, atStop.has(register) ? this.#oldRegister(register) : wasm.i32(0)),
    );
  }

  #ends(node: number, phase: Phase): boolean {
    if (endsEarly(this.#context, this.#stop, phase, node)) return true;
    return phase === 1 && endsStep(this.#context, this.#kinds(), node);
  }

  #kinds(): readonly StepKind[] {
    return at(this.#target.source.kinds, this.#index);
  }

  #phaseAfter(node: number, phase: Phase): Phase {
    return phase === 1 || endsPhase0(this.#context, this.#kinds(), node) ? 1 : 0;
  }

  #go(node: number, phase: Phase): Code {
    if (this.#ends(node, phase)) return this.#keep(node);
    const join = this.#joins.get(`${node}.${phase}`);
    if (join === undefined) return this.#node(node, phase);
    return [wasm.set(this.#label, wasm.i32(join.number)), wasm.branch(this.#run)];
  }

  #leave(): Code {
    return wasm.branch(this.#exit);
  }

  #keep(node: number): Code {
    const { keep } = this.#target;
    const { slots, slotCount, slotOf } = this.#slots();
    const kept = new Map<number, number>();
    for (const register of this.#liveAt(node)) kept.set(at(slotOf, register), register);
    const words = Array.from({ length: slotCount }, (_, slot) => {
      const register = kept.get(slot);
      if (register === undefined) return setWord(this.#next, slots + slot, 0, wasm.i32(0));
      const value = this.#reader.register(register);
      const width = at(this.#next.packing.widths, slots + slot);
      const refute = wasm.call(this.#target.refute);
      return [keepsIn(width, value, refute), setWord(this.#next, slots + slot, 0, value)];
    });
    const pc = setWord(this.#next, 0, this.#index, wasm.i32(node));
    const done = this.#draft?.end() ?? wasm.NOTHING;
    return [this.#touchLate(), pc, words, done, wasm.call(keep), this.#leave()];
  }

  #fail(node: number): Code {
    const { fail } = this.#target.helpers;
    return [
      this.#touchLate(),
      wasm.call(fail, wasm.i32(this.#index), wasm.i32(node)),
      this.#leave(),
    ];
  }

  #node(index: number, phase: Phase): Code {
    const node = nodeAt(this.#context, index);
    return this.#execute(node, index, this.#phaseAfter(index, phase));
  }

  /** A node is covered once it was executed, not when it blocked. */
  #seen(index: number): Code {
    const { coverage, environment } = this.#target;
    const first = environment.own(wasm.i32(0));
    return wasm.store8(first, at(coverage, this.#index) + index, wasm.i32(1));
  }

  #execute(node: Node, index: number, after: Phase): Code {
    const next = (): Code => [this.#seen(index), this.#go(node.next, after)];
    switch (node.kind) {
      case 'load':
        return [this.#load(node, index), next()];
      case 'store':
        return [this.#store(node, index), next()];
      case 'rmw':
        return [this.#rmw(node, index), next()];
      case 'fence': {
        const blocked = this.#target.memory.fenceBlocked(this.#next, node.fence, this.#cpu());
        return [blocked === null ? wasm.NOTHING : wasm.when(blocked, this.#leave()), next()];
      }
      case 'get':
        return [
          this.#address(node.address, index),
          wasm.set(this.#register(node.register), this.#ghostWord(node.address)),
          next(),
        ];
      case 'set':
        return [this.#set(node, index), next()];
      case 'assign':
        return [this.#assign(node, index), next()];
      case 'branch':
        return [
          this.#seen(index),
          wasm.when(
            conditionOf(node.condition, this.#reader),
            this.#go(node.then, after),
            this.#go(node.otherwise, after),
          ),
        ];
      case 'choose':
        return [this.#choose(node), next()];
      case 'wait':
        return [this.#wait(node, index), next()];
      case 'assert':
        return [
          this.#seen(index),
          wasm.when(wasm.not(conditionOf(node.condition, this.#reader)), this.#fail(index)),
          next(),
        ];
      case 'mark':
        return next();
      case 'done':
        return [this.#seen(index), this.#keep(index)];
    }
  }

  #choose({ register, count }: Extract<Node, { kind: 'choose' }>): Code {
    this.#chooses = true;
    const { wheels, odometer } = this.#target.helpers;
    const wheel = wasm.get(this.#wheel);
    return [
      wasm.when(wasm.equal(wheel, wasm.global(wheels)), [
        wasm.store(wheel, odometer, wasm.i32(0)),
        wasm.store(wheel, odometer + 4, wasm.i32(count)),
        wasm.setGlobal(wheels, wasm.add(wheel, wasm.i32(8))),
      ]),
      wasm.set(this.#register(register), wasm.load(wheel, odometer)),
      wasm.set(this.#wheel, wasm.add(wheel, wasm.i32(8))),
    ];
  }

  #wait({ condition }: Extract<Node, { kind: 'wait' }>, index: number): Code {
    const may = this.locals.add();
    const { fault } = this.#target.helpers;
    return [
      wasm.set(may, conditionOf(condition, this.#reader)),
      mayFault(condition) ? wasm.when(wasm.call(fault), this.#fail(index)) : wasm.NOTHING,
      wasm.when(wasm.not(wasm.get(may)), this.#leave()),
    ];
  }

  #set(node: Extract<Node, { kind: 'set' }>, index: number): Code {
    const { environment, source } = this.#target;
    const { layout } = environment;
    const address = this.#address(node.address, index);
    const { value, code } = this.#fitted(source.machine.ghosts, layout.ghosts, node, index);
    const ghost = this.#at(node.address);
    const moved = this.#movedBy(node.address, index);
    const old = wordAt(this.#next, layout.ghosts, ghost);
    const moves = moved.length === 0 ? [] : wasm.when(wasm.unequal(old, value), moved);
    return [address, code, moves, setWord(this.#next, layout.ghosts, ghost, value)];
  }

  #movedBy(address: Address, index: number): readonly Code[] {
    const { environment, moves, source } = this.#target;
    return boundBy(source.machine, address).flatMap(({ context, ghosts }) => {
      const { pc } = at(environment.layout.contexts, context);
      const node = context === this.#index ? wasm.i32(index) : wordAt(this.#next, pc, 0);
      const note = wasm.store8(environment.own(node), at(moves, context), wasm.i32(1));
      return ghosts.map((ghost) =>
        wasm.when(wasm.equal(codeOf(this.#at(address)), wasm.i32(ghost)), note),
      );
    });
  }

  #load(node: Load, index: number): Code {
    const address = this.#address(node.address, index);
    const value = this.#target.memory.load(this.#next, this.#at(node.address), this.#cpu());
    return [
      address,
      this.#touch(node, index, node.order === 'plain' ? 'plainRead' : 'read'),
      wasm.set(this.#register(node.register), value),
      node.until === null ? wasm.NOTHING : this.#leaveUnless(node.until),
    ];
  }

  #store(node: Store, index: number): Code {
    const { bounded, environment, memory, source } = this.#target;
    const { layout } = environment;
    const address = this.#address(node.address, index);
    const touch = this.#touch(node, index, node.order === 'plain' ? 'plainWrite' : 'write');
    const { value, code } = this.#fitted(source.machine.locations, layout.memory, node, index);
    const plain = node.address.candidates.every((location) => source.plainlyStored.has(location));
    const full = [wasm.setGlobal(bounded, wasm.i32(1)), this.#leave()];
    const store = memory.store(this.#next, this.#at(node.address), this.#cpu(), value, plain, full);
    return [address, touch, code, store];
  }

  #rmw(node: Rmw, index: number): Code {
    const { environment, memory, source } = this.#target;
    const { layout } = environment;
    const address = this.#address(node.address, index);
    const location = this.#at(node.address);
    const blocked = memory.rmwBlocked(this.#next, this.#cpu());
    const touch = this.#touch(node, index, 'write');
    const { value, code } = this.#fitted(source.machine.locations, layout.memory, node, index);
    const store = [code, setWord(this.#next, layout.memory, location, value)];
    return [
      address,
      touch,
      blocked === null ? wasm.NOTHING : wasm.when(blocked, this.#leave()),
      wasm.set(this.#register(node.register), wordAt(this.#next, layout.memory, location)),
      node.until === null ? wasm.NOTHING : this.#leaveUnless(node.until),
      node.condition === null ? store : wasm.when(conditionOf(node.condition, this.#reader), store),
    ];
  }

  #assign({ moves }: Extract<Node, { kind: 'assign' }>, index: number): Code {
    const values = moves.map(([register, expr]) => ({ register, ...this.#whole(expr, index) }));
    return [
      values.map(({ code }) => code),
      values.map(({ register, value }) => wasm.set(this.#register(register), value)),
    ];
  }

  #leaveUnless(until: Expr): Code {
    return wasm.when(wasm.not(conditionOf(until, this.#reader)), this.#leave());
  }

  /** The value of an expression in a local; the step fails if it is no 32-bit integer. */
  #whole(expr: Expr, index: number): { readonly value: Code; readonly code: Code } {
    const local = this.locals.add();
    const value = wasm.get(local);
    const computed = valueOf(expr, this.#reader);
    if (!mayOverflow(expr)) return { value, code: wasm.set(local, computed) };
    const exact = this.locals.add('f64');
    const code = [
      wasm.set(exact, computed),
      wasm.set(local, wasm.double.toInt(wasm.get(exact))),
      wasm.when(wasm.double.unequal(wasm.double.ofInt(value), wasm.get(exact)), this.#fail(index)),
    ];
    return { value, code };
  }

  /** The value to be written, which has to fit the cells that it may be written to, from `word` on. */
  #fitted(
    cells: readonly Cell[],
    word: number,
    { address, value: expr }: { readonly address: Address; readonly value: Expr },
    index: number,
  ): { readonly value: Code; readonly code: Code } {
    const { value, code } = this.#whole(expr, index);
    const { min, max } = commonBounds(cells, address.candidates);
    const known = expr.op === 'const' && expr.value >= min && expr.value <= max;
    const checks = [
      !known && min > INT_MIN ? wasm.when(wasm.less(value, wasm.i32(min)), this.#fail(index)) : [],
      !known && max < INT_MAX
        ? wasm.when(wasm.greater(value, wasm.i32(max)), this.#fail(index))
        : [],
    ];
    const { packing } = this.#next;
    const width = at(packing.widths, word);
    const kept = packing.fits(word, min, max)
      ? wasm.NOTHING
      : keepsIn(width, value, wasm.call(this.#target.refute));
    return { value, code: [code, checks, kept] };
  }

  /** Computes the index that an address has now, checked to be a candidate; a constant needs none. */
  #address(address: Address, index: number): Code {
    if (address.expr.op === 'const') return wasm.NOTHING;
    const local = this.locals.add();
    this.#addresses.set(address, local);
    const { helpers, tables } = this.#target;
    const valid = wasm.call(helpers.valid, tables.of(address), wasm.get(local));
    return [
      wasm.set(local, indexOf(address.expr, this.#reader)),
      wasm.when(wasm.not(valid), this.#fail(index)),
    ];
  }

  #at(address: Address): Index {
    if (address.expr.op === 'const') return address.expr.value;
    const local = this.#addresses.get(address);
    if (local === undefined) throw new Error('an address is used before it is computed');
    return spanOf(wasm.get(local), address.candidates);
  }

  #ghostWord(address: Address): Code {
    const { layout } = this.#target.environment;
    return wordAt(this.#next, layout.ghosts, this.#at(address));
  }

  /** The CPU on which the step began: an atomic region may move the context elsewhere. */
  #cpu(): Index {
    const { cpu } = this.#context;
    if (cpu.op === 'const') return cpu.value;
    if (mayOverflow(cpu)) throw new Unsupported('a CPU that may be no integer');
    const code = valueOf(cpu, readerOf(this.#target, this.#from));
    return { code, least: 0, most: this.#target.source.machine.cpus.length - 1 };
  }

  #mayRace(address: Address): boolean {
    return mayRace(this.#target.source.racing, address);
  }

  /** Notes an access for the race check, at once or when the step ends. */
  #touch(node: Load | Store | Rmw, index: number, how: Kind): Code {
    if (!this.#mayRace(node.address)) return wasm.NOTHING;
    const location = codeOf(this.#at(node.address));
    if (mayBeUndone(this.#context, this.#kinds(), index)) {
      return [
        wasm.set(this.#late, wasm.i32(1 + KINDS.indexOf(how))),
        wasm.set(this.#lateAt, location),
      ];
    }
    const touch = this.#target.helpers.touch.get(how) ?? 0;
    return wasm.call(touch, location, wasm.i32(1 << this.#index), codeOf(this.#cpu()));
  }

  #touchLate(): Code {
    if (!this.#hasLate) return wasm.NOTHING;
    const { touchLate } = this.#target.helpers;
    const bit = wasm.i32(1 << this.#index);
    const cpu = codeOf(this.#cpu());
    return wasm.call(touchLate, wasm.get(this.#late), wasm.get(this.#lateAt), bit, cpu);
  }
}
