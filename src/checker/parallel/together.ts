/**
 * A search by several threads, level by level. It begins as one by this thread alone; others are started
 * when there is much to do, and from then on all expand each level that is large. What is found until then
 * is told as ever, and has the numbers that it has in a search by one thread; the rest is in shares.
 *
 * docs/design/workers.md says why the result is the same.
 */
import type { Machine } from '../../machine/machine.ts';
import { RefutedAssumption } from '../../memory-models/memory-model.ts';
import type { TransitionSystem } from '../../memory-models/memory-model.ts';
import type { BatchObserver } from '../../memory-models/wasm/events.ts';
import { ThreadGone } from '../../memory-models/wasm/shared/control.ts';
import type { Leader } from '../../memory-models/wasm/shared/leader.ts';
import type { Expansion } from '../expansion.ts';
import { goalsOf } from '../goals.ts';
import type { Exploration } from '../search.ts';
import { missProbability } from '../state-set.ts';
import type { VisitedStates } from '../state-set.ts';
import { Crew, threadGone } from './crew.ts';
import type { Found } from './found.ts';
import { merged, mergedWithoutEdges } from './merged.ts';
import { reachable } from './reach.ts';
import { Share } from './share.ts';
import type { SentShare } from './share.ts';

/** From when on there are threads, and which levels are for all. */
export interface Sharing {
  readonly threads: number;
  /** So many states have to be known before threads are started. */
  readonly known: number;
  /** So many states of a level have to wait. */
  readonly waiting: number;
  /** Bytes of states that wait; where they take more, they have to go to a file. */
  readonly mostWaiting?: number;
  /** Wait for the threads to start, which otherwise go on meanwhile. */
  readonly waits?: boolean;
}

/** What the threads look for. */
export interface Wishes {
  readonly edges: boolean;
  readonly livelocks: boolean;
  /** Whether there is anything to ask of states. */
  readonly asks: boolean;
}

/**
 * What only one thread does: to stop behind the right state where a limit on states is met, and to put states
 * that wait into a file where there is no room for them.
 */
export class OnlyAlone extends Error {}

const PATIENCE_MS = 10;

export class Together implements Expansion {
  readonly states: VisitedStates;
  readonly keeping = null;
  readonly #machine: Machine;
  readonly #system: TransitionSystem;
  readonly #model: string;
  readonly #wanted: Wishes;
  readonly #leader: Leader;
  readonly #sharing: Sharing;
  #crew: Crew | null = null;
  #share: Share | null = null;
  #shares: readonly SentShare[] = [];
  #level = 0;
  #isDone = false;
  /** All threads are to expand the next level. */
  #isForAll = false;
  #firstExpanded = 0;
  #firstKnown = 0;

  constructor(
    machine: Machine,
    system: TransitionSystem,
    model: string,
    wanted: Wishes,
    leader: Leader,
    sharing: Sharing,
  ) {
    this.#machine = machine;
    this.#system = system;
    this.#model = model;
    this.#wanted = wanted;
    this.#leader = leader;
    this.#sharing = sharing;
    this.states = {
      get size() {
        return leader.tally.found;
      },
      get bytes() {
        return leader.visitedBytes;
      },
      get missProbability() {
        return missProbability(leader.tally.found);
      },
      find: (states, at) => leader.find(states, at),
    };
  }

  /** A level is at its end when it is left, and not before. */
  get expanded(): number {
    const { expanded } = this.#leader.tally;
    return this.#isDone ? expanded : Math.min(expanded, this.#leader.levelEnd - 1);
  }

  get transitions(): number {
    return this.#leader.tally.transitions;
  }

  get bytes(): number {
    const { visitedBytes, waitingBytes, tally } = this.#leader;
    return visitedBytes + waitingBytes + tally.bytes;
  }

  get isFull(): boolean {
    return this.#leader.isFull;
  }

  get isShared(): boolean {
    return this.#share !== null;
  }

  start(initial: Int32Array, observer: BatchObserver): void {
    this.#leader.observer = observer;
    this.#leader.start(initial);
  }

  /** How many are expanded at a time is a matter of segments. */
  advance(_most: number, mostStates: number): void {
    this.#unlessGone(() => {
      if (this.#isForAll) this.#shareLevel();
      if (this.#leader.advance(PATIENCE_MS)) this.#endLevel();
    });
    if (this.#isDone) return;
    const { isFull, waitingBytes } = this.#leader;
    const { mostWaiting = Infinity } = this.#sharing;
    if (isFull || waitingBytes > mostWaiting || this.states.size >= mostStates) {
      throw new OnlyAlone();
    }
  }

  async finish(): Promise<void> {
    if (this.#share !== null && this.#crew !== null) {
      this.#unlessGone(() => this.#leader.stop());
      this.#leader.dismiss();
      this.#shares = [this.#share.sent, ...(await this.#crew.shares())];
    }
    const { coverage, seen } = this.#system;
    this.#leader.addCoverage(coverage, seen ?? { accesses: [], moves: [] });
  }

  close(): void {
    // The threads are still asked for what they have found.
  }

  async end(): Promise<void> {
    await this.#crew?.end();
  }

  /** Everything, given what was told. */
  async merged(first: Exploration): Promise<Exploration> {
    const crew = this.#crew;
    if (this.#share === null || crew === null) return first;
    const found: Found = {
      first,
      firstExpanded: this.#firstExpanded,
      firstKnown: this.#firstKnown,
      shares: this.#shares,
      numbers: this.#leader.numbers,
      known: this.states.size,
      find: (states, at) => this.#leader.find(states, at),
    };
    if (!this.#wanted.edges) return mergedWithoutEdges(found);
    return merged(found, await reachable(found, (task) => crew.sweep(task)));
  }

  #endLevel(): void {
    const expanded = this.#leader.levelEnd;
    this.#leader.endLevel();
    this.#level++;
    const known = this.#leader.levelEnd;
    if (known === expanded) {
      this.#isDone = true;
      return;
    }
    const { waits = false, ...enough } = this.#sharing;
    if (known >= enough.known) {
      this.#crew ??= this.#start();
      if (waits) this.#awaitThreads();
      this.#isForAll = known - expanded >= enough.waiting && this.#leader.isReady;
    }
    if (this.#share !== null) this.#share.level = this.#level;
  }

  #awaitThreads(): void {
    while (!this.#leader.isReady && !this.#leader.isBroken) pause();
  }

  #start(): Crew {
    return new Crew(this.#sharing.threads - 1, {
      parts: this.#leader.parts,
      machine: this.#machine,
      model: this.#model,
      goals: this.#wanted.livelocks,
      edges: this.#wanted.edges,
      asks: this.#wanted.asks,
    });
  }

  #shareLevel(): void {
    this.#isForAll = false;
    if (this.#share === null) this.#split();
    this.#leader.share(this.#level);
  }

  /** From now on what is found is in shares, and numbers are in blocks of threads. */
  #split(): void {
    this.#firstExpanded = this.#leader.tally.expanded;
    this.#firstKnown = this.#leader.levelEnd;
    const { livelocks, edges } = this.#wanted;
    const goals = livelocks ? goalsOf(this.#machine) : [];
    const firstEdge = this.#leader.edgeCount;
    this.#share = new Share(this.#machine, this.#system, goals, edges, firstEdge);
    this.#share.level = this.#level;
    this.#leader.leaveBlock();
    this.#leader.observer = this.#share;
  }

  /** What a thread has died of is told in the next round of events, which must not wait for it. */
  #unlessGone(work: () => void): void {
    if (this.#crew?.failure != null && !this.#leader.isRefuted) throw this.#crew.failure;
    try {
      work();
    } catch (error) {
      if (!(error instanceof ThreadGone)) throw error;
      if (this.#leader.isRefuted) throw new RefutedAssumption(0);
      throw this.#crew?.failure ?? threadGone();
    }
    if (this.#leader.isRefuted) throw new RefutedAssumption(0);
  }
}

/** A little, while threads start. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
