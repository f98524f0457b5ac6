/**
 * One body, property or guard being staged: where control is, what variables hold there, and the
 * frames that a break, continue or return may leave to.
 *
 * In a *pure* section (guards, wait conditions) there are no nodes: a position is the condition
 * under which control is there, and values join by `select`.
 *
 * A *region* is a stretch of code that runs in exactly the same schedules. Ordinary objects may be
 * changed only in the region that made them: anywhere else the change would not be undone on the
 * paths that do not come by.
 */
import { refuse } from '../errors.ts';
import { Builder, UNTIED, nodeName } from './builder.ts';
import { now } from './cells.ts';
import { DEAD, NEVER, splitPure } from './control.ts';
import { register } from './expressions.ts';
import { Merger } from './merger.ts';
import { callStack } from './places.ts';
import { Trail } from './trail.ts';
import { wrap } from './values.ts';
import type { Expr, Fence, ValueType } from '../../machine/machine.ts';
import type { Move, NodeDraft, NodeInput } from './builder.ts';
import type { Cell } from './cells.ts';
import type { Completion, Edge, Frame, Position } from './control.ts';
import type { Draft } from './draft.ts';

/** What a stretch that is tried again has to restore. */
export interface Checkpoint {
  readonly builder: readonly [number, number];
  readonly position: Position | null;
  readonly trail: number;
  readonly edges: readonly (readonly [Frame, number, number])[];
  readonly region: object;
  readonly mutations: number;
  readonly depth: number;
  readonly atomic: Stage['atomic'];
}

export type StageKind = 'body' | 'property' | 'guard';

export class Stage {
  readonly draft: Draft;
  readonly kind: StageKind;
  /** The context that is staged; -1 in a property. */
  readonly context: number;
  readonly builder: Builder = new Builder();
  position: Position | null;
  region: object = {};
  /** Ordinary changes so far: a stretch that made some cannot be staged again. */
  mutations = 0;
  atomic: 'no' | 'first' | 'rest' = 'no';
  /** Whether ghosts can be read: not in the condition of smp_cond_load. */
  ghosts = true;
  readonly frames: Frame[] = [];
  readonly trail: Trail = new Trail();
  /** The context's own record of the locks it holds, by location. */
  readonly locks: Map<number, Cell> = new Map();

  constructor(draft: Draft, kind: StageKind, context: number) {
    this.draft = draft;
    this.kind = kind;
    this.context = context;
    this.position = kind === 'guard' ? { when: null } : { ends: [{ node: null, slot: 'next' }] };
  }

  get pure(): boolean {
    return this.position !== null && 'when' in this.position;
  }

  /* Nodes and registers. */

  record(input: NodeInput): NodeDraft {
    const { position } = this;
    if (!position || !('ends' in position)) return this.#refuseNode(input);
    const node = this.builder.append(
      position.ends,
      input,
      this.draft.site(),
      this.atomic === 'rest',
    );
    if (this.atomic === 'first') this.atomic = 'rest';
    this.position = { ends: [{ node, slot: 'next' }] };
    return node;
  }

  #refuseNode(input: NodeInput): never {
    if (!this.position) throw NEVER;
    return refuse(
      'KC0122',
      `${nodeName(input)} in an expression that must be free of steps`,
      'A guard, a CPU binding or a wait condition reads ghosts and local variables only.',
    );
  }

  register(name: string, type: ValueType, named = false): number {
    return this.builder.register(name, type, named);
  }

  scalar(expr: Expr, type: ValueType): unknown {
    return wrap({ kind: 'scalar', expr, type, stage: this });
  }

  fresh(name: string, type: ValueType): { readonly index: number; readonly value: unknown } {
    const index = this.register(name, type);
    return { index, value: this.scalar(register(index), type) };
  }

  fence(fence: Fence): void {
    this.record({ kind: 'fence', fence });
  }

  assign(moves: readonly Move[]): void {
    const real = moves.filter(([to, from]) => from.op !== 'reg' || from.register !== to);
    if (real.length > 0) this.record({ kind: 'assign', moves: real });
  }

  /** The path that goes on from here, with what it changed since `mark`. */
  edge(mark: number, value?: unknown): Edge | null {
    return this.position && { position: this.position, cells: this.trail.changes(mark), value };
  }

  /* Branching and joining. */

  branch(condition: Expr): readonly [then: Position, otherwise: Position] {
    const { position } = this;
    if (position && 'when' in position) return splitPure(position.when, condition);
    const node = this.record({
      kind: 'branch',
      condition,
      then: UNTIED,
      otherwise: UNTIED,
      join: null,
    });
    return [{ ends: [{ node, slot: 'then' }] }, { ends: [{ node, slot: 'otherwise' }] }];
  }

  /** Runs one arm from `position`; its end, null if it never gets there. Leaves no trace in variables. */
  arm(position: Position, run: () => Completion | undefined): Edge | null {
    const mark = this.trail.length;
    const { region } = this;
    this.position = position;
    this.region = {};
    this.settle(this.guarded(run));
    const edge = this.edge(mark);
    this.trail.undo(mark);
    this.region = region;
    return edge;
  }

  /** An arm that yields a value. */
  valueArm(position: Position, run: () => unknown): Edge | null {
    let value: unknown;
    const edge = this.arm(position, () => {
      value = run();
      return undefined;
    });
    return edge && { ...edge, value };
  }

  /** Runs `run`; a path that never ends inside it ends it. */
  guarded(run: () => Completion | undefined): Completion | undefined {
    const depth = callStack.length;
    const frames = this.frames.length;
    try {
      return run();
    } catch (error) {
      if (error !== NEVER) throw error;
      callStack.length = depth;
      this.frames.length = frames;
      this.position = null;
      return DEAD;
    }
  }

  /** Turns an abrupt completion into an edge to its frame. */
  settle(completion: Completion | undefined): void {
    if (!completion) return;
    if (completion.kind !== 'dead') this.#leave(completion);
    this.position = null;
  }

  #leave(completion: Completion): void {
    const { kind, id, value } = completion;
    const frame = this.frames.findLast((each) => each.id === (kind === 'return' ? 0 : id));
    if (!frame) throw new Error(`staging: no frame for ${kind} ${id}`);
    const edge = this.edge(frame.mark, value);
    if (!edge) return;
    (kind === 'continue' ? frame.continues : frame.breaks).push(edge);
  }

  departures(frames: number = this.frames.length): number {
    let count = 0;
    for (let i = 0; i < frames; i++) {
      const frame = this.frames[i];
      if (frame) count += frame.breaks.length + frame.continues.length;
    }
    return count;
  }

  /**
   * Joins paths; variables born after `since` that differ are lost. Returns the joined value, and
   * goes on from there; with no path left, goes nowhere.
   */
  join(edges: readonly (Edge | null)[], since: number, values: boolean): unknown {
    const alive = edges.filter((edge) => edge !== null);
    const [only] = alive;
    if (!only) return this.#deadEnd();
    if (alive.length === 1) return this.#adopt(only);
    const merger = new Merger(this, alive);
    for (const cell of new Set(alive.flatMap((edge) => [...edge.cells.keys()])))
      merger.cell(cell, since);
    const value = values ? merger.value() : undefined;
    this.position = merger.finish();
    return value;
  }

  #deadEnd(): undefined {
    this.position = null;
    return undefined;
  }

  #adopt(edge: Edge): unknown {
    this.position = edge.position;
    for (const [cell, value] of edge.cells) this.trail.put(cell, value);
    return edge.value;
  }

  /** Ends the expression that is being evaluated if control cannot get here. */
  alive(): void {
    if (!this.position) throw NEVER;
  }

  /* Frames. */

  push(id: number): Frame {
    const frame: Frame = {
      id,
      breaks: [],
      continues: [],
      mark: this.trail.length,
      since: now(),
      region: this.region,
      position: this.position,
      departures: this.departures(),
    };
    this.frames.push(frame);
    return frame;
  }

  /** Leaves the innermost frame: its breaks and the main path (if control is there) join. */
  pop(frame: Frame, value: unknown, values: boolean): unknown {
    this.frames.pop();
    if (frame.breaks.length === 0) return value;
    const main = this.edge(frame.mark, value);
    this.trail.undo(frame.mark);
    const joined = this.join([...frame.breaks, main], frame.since, values);
    this.settleRegion(frame);
    return joined;
  }

  /** Joins the ways out of a statement. `leaving`: how the main path went on to somewhere else. */
  close(frame: Frame, leaving: Completion | undefined): Completion | undefined {
    if (leaving && frame.breaks.length === 0) {
      this.frames.pop();
      return leaving;
    }
    this.settle(leaving);
    this.pop(frame, undefined, false);
    return this.position ? undefined : DEAD;
  }

  /** Past a join of everything that left since `frame` began, control is where it was before. */
  settleRegion(frame: Frame): void {
    const rejoined = this.departures() === frame.departures;
    this.region = rejoined ? frame.region : {};
    if (rejoined && this.pure && frame.position) this.position = frame.position;
  }

  /* Trying again. */

  checkpoint(): Checkpoint {
    return {
      builder: this.builder.mark(),
      position: this.position,
      trail: this.trail.length,
      edges: this.frames.map((frame) => [frame, frame.breaks.length, frame.continues.length]),
      region: this.region,
      mutations: this.mutations,
      depth: callStack.length,
      atomic: this.atomic,
    };
  }

  rollback(to: Checkpoint): void {
    this.builder.rollback(to.builder);
    this.atomic = to.atomic;
    this.trail.undo(to.trail);
    this.position = to.position;
    this.region = to.region;
    this.frames.length = to.edges.length;
    for (const [frame, breaks, continues] of to.edges) {
      frame.breaks.length = breaks;
      frame.continues.length = continues;
    }
  }
}
