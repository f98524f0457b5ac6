/**
 * One step of one context from one stop, as the source of a JavaScript function. The function copies
 * the state, runs the nodes of the step in place, and either keeps the copy as a successor or drops
 * it; where the step has choices it does so once for each combination (an odometer over the choices
 * met on the way). A node that several paths of the step reach becomes a case of a switch; every other
 * node is emitted where it is reached. docs/design/steps.md defines what a step is.
 */
import { at, nodeAt, successors } from '../../machine/graph.ts';
import type {
  Address,
  Cell,
  Context,
  Expr,
  Load,
  Machine,
  Node,
  Rmw,
  Store,
} from '../../machine/machine.ts';
import { endsEarly, endsPhase0, endsStep } from '../../machine/steps.ts';
import type { StepKind } from '../../machine/steps.ts';
import { misfit } from './cells.ts';
import { FollowEmitter } from './follow.ts';
import type { FollowedRmw } from './follow.ts';
import { emitCondition, emitIndex, emitValue, mayFault, mayOverflow } from './expression.ts';
import type { Names } from './expression.ts';
import { KINDS } from './happens-before.ts';
import type { HappensBefore, Kind } from './happens-before.ts';
import type { Layout } from './layout.ts';
import type { MemoryEmitter } from './memory-emitter.ts';
import { boundBy, mayBeUndone, mayRace, notesLate } from './noting.ts';
import { word } from './word.ts';

export interface StepSource {
  readonly machine: Machine;
  readonly layout: Layout;
  readonly emitter: MemoryEmitter;
  readonly kinds: readonly (readonly StepKind[])[];
  /** Locations that can race. */
  readonly racing: ReadonlySet<number>;
  /** null: races are told from what could be next. */
  readonly happensBefore: HappensBefore | null;
  /** Locations that are only stored to plainly. */
  readonly plainlyStored: ReadonlySet<number>;
  validity(address: Address): string;
}

type Phase = 0 | 1;

/** The source of `(S, at, out) => void` for context `context` standing at `stop`. */
export function emitStep(source: StepSource, context: number, stop: number): string {
  return new StepEmitter(source, context, stop).emit();
}

class StepEmitter {
  readonly #source: StepSource;
  readonly #index: number;
  readonly #context: Context;
  readonly #stop: number;
  readonly #names: Names;
  readonly #used = new Set<number>();
  readonly #labels = new Map<string, number>();
  readonly #cases: string[] = [];
  readonly #late: boolean;
  /** null: happens-before is not followed. */
  readonly #follow: FollowEmitter | null;
  #chooses = false;
  #temporaries = 0;

  constructor(source: StepSource, index: number, stop: number) {
    this.#source = source;
    this.#index = index;
    this.#context = at(source.machine.contexts, index);
    this.#stop = stop;
    this.#late = notesLate(this.#context, this.#kinds(), source.racing);
    this.#names = {
      register: (register) => {
        this.#used.add(register);
        return `r${register}`;
      },
      ghost: (ghost) => this.#ghostWord('N', 'o', ghost),
      validity: (address) => source.validity(address),
    };
    const { happensBefore, emitter } = source;
    this.#follow =
      happensBefore === null
        ? null
        : new FollowEmitter(happensBefore, emitter, this.#context, index, this.#cpu());
  }

  emit(): string {
    this.#findJoins();
    const entry = this.#node(this.#stop, 0);
    const precheck = this.#precheck();
    this.#emitCases();
    const body =
      this.#cases.length === 0
        ? `run: { ${entry} }`
        : `let label = 0;\nrun: for (;;) switch (label) {\ncase 0: { ${entry} }\n${this.#cases.join('\n')} }`;
    return [
      `function step_${this.#index}_${this.#stop}(S, at, out) {`,
      precheck,
      this.#chooses ? 'odometer.length = 0; for (;;) { let wheel = 0;' : '',
      'const k = out.count; if ((k + 1) * W > out.states.length) grow(out);',
      'const N = out.states, o = k * W; for (let i = 0; i < W; i++) N[o + i] = S[at + i];',
      this.#late ? 'let late = 0, lateAt = 0;' : '',
      this.#declarations(),
      body,
      this.#chooses ? 'if (!turn()) return; }' : '',
      '}',
    ].join('\n');
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
        if (count === 2) this.#labels.set(key, this.#labels.size + 1);
      }
    }
  }

  #emitCases(): void {
    for (const [key, label] of this.#labels) {
      const [node, phase] = key.split('.').map(Number);
      const body = this.#node(node ?? 0, phase === 1 ? 1 : 0);
      this.#cases.push(`case ${label}: { ${body} }`);
    }
  }

  /** A first node that blocks is tested on the old state, before anything is copied. */
  #precheck(): string {
    const node = nodeAt(this.#context, this.#stop);
    const names: Names = {
      register: (register) => this.#oldRegister(register),
      ghost: (ghost) => this.#ghostWord('S', 'at', ghost),
      validity: this.#names.validity,
    };
    if (node.kind === 'wait' && !mayFault(node.condition))
      return `if (!(${emitCondition(node.condition, names)})) return;`;
    if (node.kind !== 'rmw' || node.until === null || node.address.expr.op !== 'const') return '';
    if (this.#mayRace(node.address)) return '';
    const { emitter, layout } = this.#source;
    const old = emitter.rmwLoad('S', 'at', layout.memory, emitIndex(node.address, names));
    const until = emitCondition(node.until, {
      ...names,
      register: (register) => (register === node.register ? 'old' : names.register(register)),
    });
    return `{ const old = ${old}; if (!(${until})) return; }`;
  }

  #oldRegister(register: number): string {
    const { slots, slotOf } = at(this.#source.layout.contexts, this.#index);
    return `S[at + ${slots + at(slotOf, register)}]`;
  }

  #declarations(): string {
    const { live, slots, slotOf } = at(this.#source.layout.contexts, this.#index);
    const atStop = at(live, this.#stop);
    const initial = (register: number): string =>
      atStop.has(register) ? `N[o + ${slots + at(slotOf, register)}]` : '0';
    const all = new Set([...this.#used, ...atStop]);
    return [...all].map((register) => `let r${register} = ${initial(register)};`).join(' ');
  }

  #ends(node: number, phase: Phase): boolean {
    if (endsEarly(this.#context, this.#stop, phase, node)) return true;
    return phase === 1 && endsStep(this.#context, this.#kinds(), node);
  }

  #kinds(): readonly StepKind[] {
    return at(this.#source.kinds, this.#index);
  }

  #phaseAfter(node: number, phase: Phase): Phase {
    return phase === 1 || endsPhase0(this.#context, this.#kinds(), node) ? 1 : 0;
  }

  /** Code that goes on with a node: the end of the step, a jump, or the node's own code. */
  #go(node: number, phase: Phase): string {
    if (this.#ends(node, phase)) return this.#keep(node);
    const label = this.#labels.get(`${node}.${phase}`);
    return label === undefined ? this.#node(node, phase) : `label = ${label}; continue run;`;
  }

  /** The step ends before `node`: the copy is a successor. */
  #keep(node: number): string {
    const { pc, live, slots, slotCount, slotOf } = at(this.#source.layout.contexts, this.#index);
    const kept = new Map<number, number>();
    for (const register of at(live, node)) kept.set(at(slotOf, register), register);
    const words = Array.from({ length: slotCount }, (_, slot) => {
      const register = kept.get(slot);
      return `N[o + ${slots + slot}] = ${register === undefined ? '0' : this.#names.register(register)};`;
    });
    const settled = this.#follow?.settle(node, at(live, node)) ?? '';
    return `${this.#touchLate()}${settled}N[o + ${pc}] = ${node}; ${words.join(' ')} out.context[k] = ${this.#index}; out.failedAt[k] = 0; out.count = k + 1; break run;`;
  }

  #fail(node: number): string {
    return `${this.#touchLate()}out.context[k] = ${this.#index}; out.failedAt[k] = ${node + 1}; out.count = k + 1; break run;`;
  }

  #node(index: number, phase: Phase): string {
    const node = nodeAt(this.#context, index);
    const arrived = this.#follow?.arrive(index) ?? '';
    return arrived + this.#execute(node, index, this.#phaseAfter(index, phase));
  }

  /** A node is covered once it was executed, not when it blocked. */
  #seen(index: number): string {
    return `seen_${this.#index}[${index}] = 1; `;
  }

  #execute(node: Node, index: number, after: Phase): string {
    const names = this.#names;
    const seen = this.#seen(index);
    const next = (): string => seen + this.#go(node.next, after);
    switch (node.kind) {
      case 'load':
        return this.#load(node, index) + this.#decided(index) + next();
      case 'store':
        return this.#store(node, index) + next();
      case 'rmw':
        return this.#rmw(node, index) + this.#decided(index) + next();
      case 'fence': {
        const blocked = this.#source.emitter.fenceBlocked(node.fence, this.#cpu());
        const passed = this.#follow?.fence(node.fence) ?? '';
        return (blocked === null ? '' : `if (${blocked}) break run; `) + passed + next();
      }
      case 'get':
        return (
          this.#address(node.address, index) +
          (this.#follow?.forget(node.register) ?? '') +
          `${names.register(node.register)} = ${this.#ghostWord('N', 'o', this.#at(node.address))}; ` +
          next()
        );
      case 'set':
        return this.#set(node, index) + next();
      case 'assign':
        return this.#assign(node, index) + (this.#follow?.assign(node.moves) ?? '') + next();
      case 'branch':
        return `${seen}${this.#decided(index)}if (${emitCondition(node.condition, names)}) { ${this.#go(node.then, after)} } else { ${this.#go(node.otherwise, after)} }`;
      case 'choose':
        this.#chooses = true;
        return `if (wheel === odometer.length) odometer.push(0, ${node.count}); ${this.#follow?.forget(node.register) ?? ''}${names.register(node.register)} = odometer[wheel]; wheel += 2; ${next()}`;
      case 'wait':
        return this.#wait(node, index) + this.#decided(index) + next();
      case 'assert':
        return `${seen}if (!(${emitCondition(node.condition, names)})) { ${this.#fail(index)} } ${next()}`;
      case 'mark':
        return next();
      case 'done':
        return seen + this.#keep(index);
    }
  }

  #decided(index: number): string {
    return this.#follow?.decide(index) ?? '';
  }

  #wait({ condition }: Extract<Node, { kind: 'wait' }>, index: number): string {
    const may = this.#temporary('may');
    const fault = mayFault(condition) ? `if (fault()) { ${this.#fail(index)} } ` : '';
    return `const ${may} = ${emitCondition(condition, this.#names)}; ${fault}if (!${may}) break run; `;
  }

  #set(node: Extract<Node, { kind: 'set' }>, index: number): string {
    const address = this.#address(node.address, index);
    const { name, source } = this.#fitted(this.#source.machine.ghosts, node, index);
    const ghost = this.#ghostWord('N', 'o', this.#at(node.address));
    const moved = this.#movedBy(node.address, index);
    const moves = moved === '' ? '' : `if (${ghost} !== ${name}) { ${moved} } `;
    return `${address}${source}${moves}${ghost} = ${name}; `;
  }

  /** Notes where the contexts are that the ghost binds to their CPU. */
  #movedBy(address: Address, index: number): string {
    const { machine, layout } = this.#source;
    return boundBy(machine, address)
      .map(({ context, ghosts }) => {
        const node = context === this.#index ? index : `N[o + ${at(layout.contexts, context).pc}]`;
        const which = ghosts.map((ghost) => `${this.#at(address)} === ${ghost}`).join(' || ');
        return `if (${which}) moves_${context}[${node}] = 1;`;
      })
      .join(' ');
  }

  #load(node: Extract<Node, { kind: 'load' }>, index: number): string {
    const { emitter, layout } = this.#source;
    const target = this.#names.register(node.register);
    const address = this.#address(node.address, index);
    const value = emitter.load('N', 'o', layout.memory, this.#at(node.address), this.#cpu());
    const until = node.until === null ? '' : this.#blockUnless(node.until);
    return (
      address +
      this.#touch(node, index, node.order === 'plain' ? 'plainRead' : 'read') +
      `${target} = ${value}; ${until}` +
      (this.#follow?.load(node, this.#at(node.address)) ?? '')
    );
  }

  #store(node: Extract<Node, { kind: 'store' }>, index: number): string {
    const { emitter, layout, machine, plainlyStored } = this.#source;
    const address = this.#address(node.address, index);
    const how = node.order === 'plain' ? 'plainWrite' : 'write';
    const touch = this.#touch(node, index, how);
    const { name, source } = this.#fitted(machine.locations, node, index);
    const plain = node.address.candidates.every((location) => plainlyStored.has(location));
    const store = emitter.store(layout.memory, this.#at(node.address), this.#cpu(), name, plain);
    const follow = this.#follow?.store(index, node, this.#at(node.address), plain) ?? '';
    return `${address}${touch}${source}${store} ${follow}`;
  }

  #rmw(node: Extract<Node, { kind: 'rmw' }>, index: number): string {
    const { emitter, layout, machine } = this.#source;
    const address = this.#address(node.address, index);
    const cell = this.#at(node.address);
    const blocked = emitter.rmwBlocked(this.#cpu());
    const { name, source } = this.#fitted(machine.locations, node, index);
    const follow = this.#follow?.rmw(index, node, cell) ?? NO_FOLLOW;
    const store = `${source}${emitter.rmwStore(layout.memory, cell, name)} ${follow.stores}`;
    const stores =
      node.condition === null
        ? store
        : `if (${emitCondition(node.condition, this.#names)}) { ${store} } else { ${follow.keeps} } `;
    return [
      address,
      follow.before,
      this.#touch(node, index, 'write'),
      blocked === null ? '' : `if (${blocked}) break run; `,
      `${this.#names.register(node.register)} = ${emitter.rmwLoad('N', 'o', layout.memory, cell)}; `,
      node.until === null ? '' : this.#blockUnless(node.until),
      stores,
    ].join('');
  }

  #assign(node: Extract<Node, { kind: 'assign' }>, index: number): string {
    const values = node.moves.map(([register, expr]) => ({
      register: this.#names.register(register),
      name: this.#temporary('v'),
      value: emitValue(expr, this.#names),
      checked: mayOverflow(expr),
    }));
    const declared = values.map(({ name, value, checked }) => {
      const check = checked ? `if (${name} !== (${name} | 0)) { ${this.#fail(index)} } ` : '';
      return `const ${name} = ${value}; ${check}`;
    });
    const moved = values.map(({ register, name }) => `${register} = ${name}; `);
    return [...declared, ...moved].join('');
  }

  #blockUnless(until: Expr): string {
    return `if (!(${emitCondition(until, this.#names)})) break run; `;
  }

  /** Declares the value to be written, checked to fit the cells that it may be written to. */
  #fitted(
    cells: readonly Cell[],
    { address, value }: { readonly address: Address; readonly value: Expr },
    index: number,
  ): { readonly name: string; readonly source: string } {
    const name = this.#temporary('v');
    const unfit = misfit(cells, address.candidates, value, name);
    const check = unfit === null ? '' : `if (${unfit}) { ${this.#fail(index)} } `;
    return { name, source: `const ${name} = ${emitValue(value, this.#names)}; ${check}` };
  }

  /** Declares the index that an address has now, checked to be a candidate; a constant needs none. */
  #address(address: Address, index: number): string {
    if (address.expr.op === 'const') return '';
    const name = this.#temporary('a');
    this.#addresses.set(address, name);
    const valid = this.#names.validity(address);
    return `const ${name} = ${emitIndex(address, this.#names)}; if (${valid}[${name}] !== 1) { ${this.#fail(index)} } `;
  }

  readonly #addresses = new Map<Address, string>();

  #at(address: Address): string {
    return this.#addresses.get(address) ?? emitIndex(address, this.#names);
  }

  #temporary(prefix: string): string {
    return `${prefix}_${this.#temporaries++}`;
  }

  /** The CPU on which the step began: an atomic region may move the context elsewhere. */
  #cpu(): string {
    return emitValue(this.#context.cpu, {
      ...this.#names,
      ghost: (ghost) => this.#ghostWord('S', 'at', ghost),
    });
  }

  #ghostWord(array: string, base: string, index: string): string {
    const { ghosts } = this.#source.layout;
    return word(array, base, ghosts, index);
  }

  #mayRace(address: Address): boolean {
    return mayRace(this.#source.racing, address);
  }

  /** Notes an access for the race check, at once or when the step ends. */
  #touch(node: Load | Store | Rmw, index: number, how: Kind): string {
    if (!this.#mayRace(node.address)) return '';
    const location = this.#at(node.address);
    const late = `late = ${1 + KINDS.indexOf(how)}; lateAt = ${location}; `;
    const undone = mayBeUndone(this.#context, this.#kinds(), index);
    if (this.#follow !== null) {
      const races = this.#follow.access(index, node, location, how);
      return undone ? `if (${races}) { ${late} } ` : `if (${races}) out.race = ${location}; `;
    }
    return undone ? late : `touch_${how}(out, ${location}, ${1 << this.#index}, ${this.#cpu()}); `;
  }

  #touchLate(): string {
    if (!this.#late) return '';
    return this.#follow === null
      ? `touch_late(out, late, lateAt, ${1 << this.#index}, ${this.#cpu()}); `
      : 'if (late !== 0) out.race = lateAt; ';
  }
}

const NO_FOLLOW: FollowedRmw = { before: '', stores: '', keeps: '' };

/** Notes an access that was put off: 0 none, else 1 + its place in KINDS. */
export const TOUCH_LATE: string = `
function touch_late(out, late, l, bit, cpu) {
  switch (late) {
${KINDS.map((how, i) => `case ${i + 1}: return touch_${how}(out, l, bit, cpu);`).join('\n')}
  }
}
`;
