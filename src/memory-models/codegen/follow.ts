/**
 * What a step does to happens-before, as source: calls of the helpers of happens-before.ts around each
 * access, fence and assignment.
 */
import { decisionsIn } from '../../machine/decisions.ts';
import { registersIn, registersRead } from '../../machine/expression.ts';
import { nodeAt } from '../../machine/graph.ts';
import type { Assign, Context, Fence, Load, RmwOrder, Rmw, Store } from '../../machine/machine.ts';
import { isMarkedWrite, registersOfAddress } from './dependencies.ts';
import { KINDS, fenceHelper } from './happens-before.ts';
import type { HappensBefore, Kind } from './happens-before.ts';
import type { MemoryEmitter } from './memory-emitter.ts';

export interface FollowedRmw {
  readonly before: string;
  readonly stores: string;
  readonly keeps: string;
}

/** The views of a CPU. */
const READS = 0;
const WRITES = 1;
const OBSERVED = 2;
const RELEASED = 3;

/** Nodes are given by their index in the context. */
export class FollowEmitter {
  readonly #order: HappensBefore;
  readonly #emitter: MemoryEmitter;
  readonly #program: Context;
  readonly #context: number;
  readonly #cpu: string;

  constructor(
    order: HappensBefore,
    emitter: MemoryEmitter,
    program: Context,
    context: number,
    cpu: string,
  ) {
    this.#order = order;
    this.#emitter = emitter;
    this.#program = program;
    this.#context = context;
    this.#cpu = cpu;
  }

  /** A condition: the access races with one that was made before. */
  access(index: number, node: Load | Store | Rmw, location: string, kind: Kind): string {
    const depend = [
      ...this.#viewsOf(registersOfAddress(node)).map((v) => `hb_depend(N, o, ${v})`),
      ...this.#viewsBehind(index).map((v) =>
        // An RMW also reads, and what it depends on orders its write alone.
        node.kind === 'rmw' ? `hb_dependWrite(N, o, ${v})` : `hb_depend(N, o, ${v})`,
      ),
    ];
    const address = depend.length === 0 ? 'hb_none' : 'hb_address';
    const access = `hb_access(N, o, ${KINDS.indexOf(kind)}, ${location}, ${this.#cpu}, ${viewFor(node)}, ${address})`;
    return depend.length === 0 ? access : `(hb_address.fill(0), ${depend.join(', ')}, ${access})`;
  }

  load(node: Load, location: string): string {
    if (node.order === 'plain') return this.forget(node.register);
    return this.#read(node, location, node.order === 'acquire');
  }

  store(index: number, node: Store, location: string, plain: boolean): string {
    const view = plain ? message(location) : this.#emitter.newestView(location, this.#cpu);
    if (node.order === 'plain') return `hb_forget(N, o, ${view}); `;
    const from = node.order === 'release' ? OBSERVED : RELEASED;
    const behind = this.#behind(index, view);
    return `${behind.gather}hb_release(N, o, ${this.#cpu}, ${view}, ${from}); ${behind.handOn}`;
  }

  rmw(index: number, node: Rmw, location: string): FollowedRmw {
    const barrier = `hb_barrier(N, o, ${this.#cpu}); `;
    const read = (order: RmwOrder): string =>
      this.#read(node, location, order === 'acquire') + (order === 'full' ? barrier : '');
    const all = node.order === 'full' || node.order === 'release';
    const write = all
      ? `hb_release(N, o, ${this.#cpu}, ${message(location)}, ${OBSERVED}); `
      : `hb_relay(N, o, ${this.#cpu}, ${message(location)}); `;
    // What the write depends on is known before the register receives what the RMW reads.
    const behind = this.#behind(index, message(location));
    return {
      before: node.order === 'full' && node.condition === null ? barrier : '',
      stores: behind.gather + read(node.order) + write + behind.handOn,
      keeps: read(node.orderOnFailure),
    };
  }

  fence(fence: Fence): string {
    const helper = fenceHelper(fence);
    return helper === null ? '' : `${helper}(N, o, ${this.#cpu}); `;
  }

  /** All at once, as the registers. */
  assign(moves: Assign['moves']): string {
    const { words, viewOf } = this.#order;
    const followed = moves.filter(([to]) => viewOf(this.#context, to) >= 0);
    const word = (view: number, w: number): string => `N[hb_view(o, ${view}) + ${w}]`;
    const each = Array.from({ length: words }, (_, w) => w);
    const gathered = followed.flatMap(([, from], move) =>
      each.map((w) => {
        const views = this.#viewsOf([...registersIn(from)]).map((view) => word(view, w));
        return `const f${move}_${w} = ${views.join(' | ') || '0'}; `;
      }),
    );
    const set = followed.flatMap(([to], move) =>
      each.map((w) => `${word(viewOf(this.#context, to), w)} = f${move}_${w}; `),
    );
    return set.length === 0 ? '' : `{ ${gathered.join('')}${set.join('')}} `;
  }

  /** Where decisions end that were made before. */
  arrive(index: number): string {
    const ended = this.#order.controls(this.#context).filter(({ join }) => join === index);
    return ended.map(({ view }) => `hb_forget(N, o, ${view}); `).join('');
  }

  /** What follows a decision depends on the registers that it reads. */
  decide(index: number): string {
    const registers = decisionsIn(this.#program)[index]?.registers ?? [];
    const views = this.#viewsOf([...registers]);
    return this.#order
      .controls(this.#context)
      .filter(({ decisions }) => decisions.has(index))
      .map(({ view, join }) => {
        const again = join === null ? '' : `hb_forget(N, o, ${view}); `;
        return again + views.map((from) => `hb_decide(N, o, ${from}, ${view}); `).join('');
      })
      .join('');
  }

  forget(register: number): string {
    const view = this.#order.viewOf(this.#context, register);
    return view < 0 ? '' : `hb_forget(N, o, ${view}); `;
  }

  /** At the end of a step: what cannot matter any more is the same in all states. */
  settle(next: number, live: ReadonlySet<number>): string {
    const dead = [...this.#order.followed(this.#context)].filter((register) => !live.has(register));
    const over = this.#order.controls(this.#context).filter(({ matters }) => !matters.has(next));
    const forgotten = [
      ...dead.map((register) => this.forget(register)),
      ...over.map(({ view }) => `hb_forget(N, o, ${view}); `),
    ];
    return `${forgotten.join('')}hb_settle(N, o); `;
  }

  #read(node: Load | Rmw, location: string, acquires: boolean): string {
    const views = this.#viewsOf(registersOfAddress(node));
    const depend = views.map((v) => `hb_depend(N, o, ${v}); `).join('');
    const address = views.length === 0 ? 'hb_none' : 'hb_address';
    const from = this.#emitter.viewRead(location, this.#cpu);
    const to = this.#order.viewOf(this.#context, node.register);
    const read = `hb_read(N, o, ${this.#cpu}, ${from}, ${address}, ${acquires}, ${to}); `;
    return views.length === 0 ? read : `hb_address.fill(0); ${depend}${read}`;
  }

  /** Sources that keep what a marked write depends on, and make the message release the reads of that. */
  #behind(index: number, view: string): { readonly gather: string; readonly handOn: string } {
    const views = this.#viewsBehind(index);
    if (views.length === 0) return { gather: '', handOn: '' };
    const gather = views.map((v) => `hb_gather(N, o, ${v}); `).join('');
    return {
      gather: `hb_behind.fill(0); ${gather}`,
      handOn: `hb_handOn(N, o, ${this.#cpu}, ${view}); `,
    };
  }

  /** The views of all that a marked write depends on: its address, its value, and decisions. */
  #viewsBehind(index: number): readonly number[] {
    const node = nodeAt(this.#program, index);
    if (!isMarkedWrite(node)) return [];
    const controls = this.#order.controls(this.#context).filter(({ covers }) => covers.has(index));
    return [...this.#viewsOf([...registersRead(node)]), ...controls.map(({ view }) => view)];
  }

  #viewsOf(registers: readonly number[]): readonly number[] {
    return registers.map((r) => this.#order.viewOf(this.#context, r)).filter((view) => view >= 0);
  }
}

/** What an access is ordered behind; a release, behind all that its CPU has read. */
function viewFor(node: Load | Store | Rmw): number {
  if (node.kind === 'load') return READS;
  return node.order === 'release' ? OBSERVED : WRITES;
}

function message(location: string): string {
  return `hb_message[${location}]`;
}
