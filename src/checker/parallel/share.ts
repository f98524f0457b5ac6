/**
 * What one of several threads has found: edges, goals and violations of the states that it has expanded and
 * found, by its numbers. merged.ts puts the shares together.
 *
 * HOT CODE: what is told of batches is copied, and looked at later.
 */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { FollowingObserver } from '../../memory-models/wasm/shared/follower.ts';
import { BLOCK } from '../../memory-models/wasm/shared/space.ts';
import type { Goal } from '../goals.ts';
import type { FailureKind } from '../result.ts';
import type { SentBlocks } from '../edges/blocks.ts';
import { Edges } from '../edges/edges.ts';
import { StateProperties } from '../state-properties.ts';
import type { Asked } from '../state-properties.ts';
import { failureAt } from '../violations.ts';
import { SharedWords } from './shared-words.ts';

/** Words of a segment: the first state's number, how many there are, and their level. */
export const SEGMENT = 3;

/** A violation: of a state that was found, or else of one that was expanded. */
export interface Told {
  readonly kind: FailureKind;
  readonly property: string;
  readonly depth: number;
  readonly state: number;
  readonly context: number | null;
  readonly node: number | null;
  readonly when: 'found' | 'before its steps' | 'after its steps' | EdgesBefore;
}

/** What the counter of edges was when a step failed; the lower 30 bits. */
interface EdgesBefore {
  readonly edges: number;
}

/** A share as it is sent to another thread. */
export interface SentShare {
  readonly segments: SentWords;
  /** In the order of segments; a block is of one level. */
  readonly edges: SentBlocks;
  /** The first numbers of blocks, and by number in them which goals the state meets. */
  readonly blocks: readonly number[];
  readonly met: SentWords;
  /** States from which a step fails. */
  readonly failed: readonly number[];
  readonly told: readonly Told[];
  readonly never: readonly number[];
  readonly finalSeen: boolean;
  readonly bounded: boolean;
}

export interface SentWords {
  readonly chunks: Int32Array[];
  readonly length: number;
}

export class Share implements FollowingObserver {
  level = 0;
  #edgesLevel = 0;
  readonly #machine: Machine;
  readonly #hasGoals: boolean;
  readonly #keepsEdges: boolean;
  readonly #properties: StateProperties;
  readonly #segments = new SharedWords();
  readonly #edges: Edges;
  readonly #met = new SharedWords();
  readonly #blocks: number[] = [];
  readonly #ordinals = new Map<number, number>();
  readonly #failed: number[] = [];
  readonly #told: Told[] = [];
  /** By kind and property at which depth it was violated first. */
  readonly #depths = new Map<string, number>();
  #bounded = false;

  constructor(
    machine: Machine,
    system: Asked,
    goals: readonly Goal[],
    keepsEdges: boolean,
    firstEdge: number,
  ) {
    this.#machine = machine;
    this.#hasGoals = goals.length > 0;
    this.#keepsEdges = keepsEdges;
    this.#edges = new Edges(firstEdge, 0);
    this.#properties = new StateProperties(
      machine,
      system,
      goals,
      null,
      (kind, property, state) => {
        const depth = this.level + 1;
        this.#tell({ kind, property, depth, state, context: null, node: null, when: 'found' });
      },
    );
  }

  get bytes(): number {
    return this.#edges.bytes + this.#segments.bytes + this.#met.bytes;
  }

  get sent(): SentShare {
    this.#edges.finish();
    return {
      segments: sent(this.#segments),
      edges: this.#edges.blocks.sent,
      blocks: this.#blocks,
      met: sent(this.#met),
      failed: this.#failed,
      told: this.#told,
      never: this.#properties.never,
      finalSeen: this.#properties.finalSeen,
      bounded: this.#bounded,
    };
  }

  onBlock(first: number): void {
    this.#ordinals.set(first / BLOCK, this.#blocks.length);
    this.#blocks.push(first);
  }

  onSegment(first: number, count: number): void {
    this.#segments.append(first);
    this.#segments.append(count);
    this.#segments.append(this.level);
    if (!this.#keepsEdges) return;
    if (this.level !== this.#edgesLevel) this.#edges.finish();
    this.#edgesLevel = this.level;
    this.#edges.startAt(first);
  }

  onEdges(words: Int32Array, from: number, count: number): void {
    this.#edges.appendAll(words, from, count);
  }

  onExpanded(words: Int32Array, from: number, count: number): void {
    if (this.#keepsEdges) this.#edges.appendStates(words, from, count);
  }

  onMet(words: Int32Array, from: number, count: number): void {
    this.#met.appendAll(words, from, count);
  }

  onFound(number: number, states: Int32Array, from: number): void {
    const met = this.#properties.look(number, states, from);
    if (met === 0) return;
    const block = this.#ordinals.get(Math.floor(number / BLOCK)) ?? 0;
    const index = BLOCK * block + (number % BLOCK);
    this.#met.set(index, this.#met.get(index) | met);
  }

  onRace(state: number): void {
    this.#tellOf(state, 'race', 'before its steps');
  }

  onStuck(state: number): void {
    this.#tellOf(state, 'deadlock', 'after its steps');
  }

  onBounded(): void {
    this.#bounded = true;
  }

  onFailed(state: number, context: number, index: number, edges: number): void {
    if (this.#hasGoals) this.#failed.push(state);
    const { kind, property } = failureAt(at(at(this.#machine.contexts, context).nodes, index));
    const depth = this.level;
    this.#tell({ kind, property, depth, state, context, node: index, when: { edges } });
  }

  #tellOf(
    state: number,
    kind: 'race' | 'deadlock',
    when: 'before its steps' | 'after its steps',
  ): void {
    const depth = this.level;
    this.#tell({ kind, property: kind, depth, state, context: null, node: null, when });
  }

  /** Those of the first depth all: which of them count, the order in which they are numbered in the end says. */
  #tell(told: Told): void {
    const key = `${told.kind} ${told.property}`;
    const depth = this.#depths.get(key) ?? told.depth;
    if (told.depth !== depth) return;
    this.#depths.set(key, depth);
    this.#told.push(told);
  }
}

function sent({ chunks, length }: SharedWords): SentWords {
  return { chunks, length };
}
