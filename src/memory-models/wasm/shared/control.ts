/**
 * The words by which threads that explore together agree, at one address of the memory that they share.
 *
 * One thread leads, the others follow. The leader begins a phase, and each follower says when it has done
 * its part of it. Who waits looks for a few microseconds, and then sleeps.
 */
const LINE = 16;

export type ControlWord =
  /** Not 0: the table is to grow, and everybody has to pause. Modules read it where they are told to. */
  | 'growing'
  /** Segments of the level: how many were taken, of how many; and how many the next one has. */
  | 'claimed'
  | 'segments'
  | 'found'
  /** How many phases there were, which one it is, and how many followers are at it. */
  | 'phase'
  | 'kind'
  | 'running'
  | 'failed'
  /** Followers that can begin. */
  | 'ready'
  /** Where memory is free: from the top on, and what was used before; rooms that are free, and all rooms. */
  | 'lock'
  | 'top'
  | 'spare'
  | 'spareEnd'
  | 'freeRoom'
  | 'rooms'
  /** Numbers that were taken, and how many may be until the table has to grow. */
  | 'numbers'
  | 'limit'
  | 'table'
  | 'oldTable'
  /** Slots of the old table that were taken to be moved, and what is put off until all have been. */
  | 'moved'
  | 'putOff'
  | 'level'
  /** Which of the two lists has the segments of the level; the other one is for the next. */
  | 'current';

/** What is written often has a line of the cache for itself. */
const WORD: Readonly<Record<ControlWord, number>> = {
  growing: 0,
  claimed: LINE,
  segments: LINE + 1,
  found: 2 * LINE,
  phase: 3 * LINE,
  kind: 3 * LINE + 1,
  running: 4 * LINE,
  failed: 5 * LINE,
  ready: 6 * LINE,
  lock: 7 * LINE,
  top: 7 * LINE + 1,
  spare: 7 * LINE + 2,
  spareEnd: 7 * LINE + 3,
  freeRoom: 7 * LINE + 4,
  rooms: 7 * LINE + 5,
  numbers: 7 * LINE + 6,
  limit: 7 * LINE + 7,
  table: 8 * LINE,
  oldTable: 8 * LINE + 4,
  moved: 9 * LINE,
  putOff: 9 * LINE + 1,
  level: 10 * LINE,
  current: 10 * LINE + 1,
};

const THREADS = 12 * LINE;

/** So many fit the words that are reserved. */
export const MOST_THREADS = 64;

export type Phase = 'expand' | 'refill' | 'leave';
const PHASES: readonly Phase[] = ['expand', 'refill', 'leave'];

/** Why a thread can go on no more. */
export type Failure = 'refuted' | 'broken';
const FAILURES: readonly (Failure | null)[] = [null, 'refuted', 'broken'];

/** What a thread has done so far, for all to see. */
export interface Tally {
  found: number;
  expanded: number;
  transitions: number;
  /** What it holds outside the memory that is shared. */
  bytes: number;
}

/** The table of the visited set. */
export interface TableWords {
  readonly slots: number;
  readonly count: number;
  readonly shift: number;
}

/** Some thread is gone, or has not come for a minute. */
export class ThreadGone extends Error {}

const SPINS = 1000;
const NAP_MS = 50;
/** A minute. A clock would go on while the process is stopped. */
const MOST_NAPS = 1200;

export class Control {
  readonly #words: Int32Array;

  /** `address`: of the words. */
  constructor(memory: ArrayBufferLike, address: number) {
    const last = THREADS + LINE * MOST_THREADS;
    this.#words = new Int32Array(memory, address, last);
  }

  get(word: ControlWord): number {
    return Atomics.load(this.#words, WORD[word]);
  }

  set(word: ControlWord, value: number): void {
    Atomics.store(this.#words, WORD[word], value);
  }

  /** Adds, and returns what it was before. */
  add(word: ControlWord, value: number): number {
    return Atomics.add(this.#words, WORD[word], value);
  }

  setTable(word: 'table' | 'oldTable', { slots, count, shift }: TableWords): void {
    [slots, count, shift].forEach((value, i) => {
      Atomics.store(this.#words, WORD[word] + i, value);
    });
  }

  table(word: 'table' | 'oldTable'): TableWords {
    const at = (i: number): number => Atomics.load(this.#words, WORD[word] + i);
    return { slots: at(0) >>> 0, count: at(1), shift: at(2) };
  }

  /** Of the leader: so many followers are to do something. */
  begin(phase: Phase, followers: number): void {
    this.set('running', followers);
    this.set('kind', PHASES.indexOf(phase));
    this.add('phase', 1);
    Atomics.notify(this.#words, WORD.phase);
  }

  /** Of a follower: the phase behind the one that it has seen last. */
  next(seen: number): { readonly phase: Phase; readonly seen: number } {
    this.#waitWhile('phase', (now) => now === seen, Infinity);
    return { phase: PHASES[this.get('kind')] ?? 'leave', seen: this.get('phase') };
  }

  /** Of a follower: its part of the phase is done, or it waits for the table to grow. */
  arrive(): void {
    if (this.add('running', -1) === 1) Atomics.notify(this.#words, WORD.running);
  }

  /** Of the leader: whether all followers have arrived, now or soon. */
  arrived(withinMs: number): boolean {
    return this.#waitWhile('running', (now) => now > 0, withinMs);
  }

  /** Of the leader, where nothing else can be done. */
  awaitAll(): void {
    let naps = 0;
    while (!this.arrived(NAP_MS)) {
      if (this.failure !== null || naps++ > MOST_NAPS) throw new ThreadGone();
    }
  }

  fail(failure: Failure): void {
    this.set('failed', FAILURES.indexOf(failure));
    this.arrive();
  }

  get failure(): Failure | null {
    return FAILURES[this.get('failed')] ?? null;
  }

  /** Does what no two threads may do at a time; short. */
  alone<T>(work: () => T): T {
    let naps = 0;
    while (Atomics.compareExchange(this.#words, WORD.lock, 0, 1) !== 0) {
      Atomics.wait(this.#words, WORD.lock, 1, NAP_MS);
      if (this.failure !== null || naps++ > MOST_NAPS) throw new ThreadGone();
    }
    try {
      return work();
    } finally {
      this.set('lock', 0);
      Atomics.notify(this.#words, WORD.lock, 1);
    }
  }

  /** Transitions and bytes may exceed 32 bits. */
  tell(thread: number, { found, expanded, transitions, bytes }: Tally): void {
    const first = THREADS + LINE * thread;
    const unit = 2 ** 20;
    const words = [found, expanded, transitions % unit, Math.floor(transitions / unit)];
    [...words, Math.ceil(bytes / 1024)].forEach((word, i) => {
      Atomics.store(this.#words, first + i, word);
    });
  }

  /** The sum over so many threads; exact while none is running. */
  tally(threads: number): Tally {
    const sum = { found: 0, expanded: 0, transitions: 0, bytes: 0 };
    for (let thread = 0; thread < threads; thread++) {
      const at = (i: number): number => Atomics.load(this.#words, THREADS + LINE * thread + i);
      sum.found += at(0);
      sum.expanded += at(1);
      sum.transitions += at(2) + at(3) * 2 ** 20;
      sum.bytes += at(4) * 1024;
    }
    return sum;
  }

  /** False: it still is so when the time is over. */
  #waitWhile(word: ControlWord, holds: (now: number) => boolean, ms: number): boolean {
    for (let spin = 0; spin < SPINS; spin++) if (!holds(this.get(word))) return true;
    const end = performance.now() + ms;
    for (;;) {
      const now = this.get(word);
      if (!holds(now)) return true;
      const left = end - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#words, WORD[word], now, Math.min(left, NAP_MS));
    }
  }
}
