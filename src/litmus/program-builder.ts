/** Builds one thread's program: registers by name, nodes in order, labels resolved at the end. */
import type { Branch, Expr, Node, Program, Register, ValueType } from '../machine/machine.ts';

type WithoutPlace<N> = N extends Node ? Omit<N, 'next' | 'site' | 'atomic'> : never;

/** A node that does not branch, without what the builder adds. */
export type Draft = WithoutPlace<Exclude<Node, Branch>>;

/** A place in the program, known or still to come. */
export interface Label {
  item: number | null;
}

export const WORD: ValueType = {
  kind: 'int',
  min: -0x80000000,
  max: 0x7fffffff,
  display: { kind: 'decimal' },
};

interface Fork {
  readonly condition: Expr;
  readonly then: Label;
  readonly otherwise: Label;
  readonly join: Label | null;
}

type Item =
  | { readonly kind: 'node'; readonly draft: Draft; readonly site: number }
  | { readonly kind: 'fork'; readonly fork: Fork; readonly site: number }
  | { readonly kind: 'jump'; readonly target: Label };

export class ProgramBuilder {
  readonly #registers: Register[] = [];
  readonly #named = new Map<string, number>();
  readonly #items: Item[] = [];

  /** The register of this name; it is made when first asked for. */
  register(name: string): number {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const register = this.scratch(name);
    this.#named.set(name, register);
    return register;
  }

  /** A register that no name of the source finds. */
  scratch(name: string): number {
    return this.#registers.push({ name, type: WORD }) - 1;
  }

  emit(draft: Draft, site: number): void {
    this.#items.push({ kind: 'node', draft, site });
  }

  assign(register: number, value: Expr, site: number): void {
    this.emit({ kind: 'assign', moves: [[register, value]] }, site);
  }

  branch(fork: Fork, site: number): void {
    this.#items.push({ kind: 'fork', fork, site });
  }

  jump(target: Label): void {
    this.#items.push({ kind: 'jump', target });
  }

  label(): Label {
    return { item: null };
  }

  /** The label is here: before the next thing emitted. */
  place(label: Label): void {
    label.item = this.#items.length;
  }

  /** The program, with a `done` node at its end. */
  build(site: number): Program {
    this.emit({ kind: 'done', value: null }, site);
    const targets = this.#items.map((_, item) => this.#target(item));
    const nodeOf = nodeNumbers(this.#items);
    const follow = (item: number): number => nodeOf[targets[item] ?? item] ?? 0;
    const nodes = this.#items.flatMap((item, at) => toNode(item, at, follow));
    return { registers: this.#registers, nodes, entry: follow(0) };
  }

  /** The item that is reached from here without executing any: jumps are followed. */
  #target(from: number): number {
    const seen = new Set<number>();
    let at = from;
    for (;;) {
      const item = this.#items[at];
      if (item === undefined || item.kind !== 'jump') return at;
      if (seen.has(at)) throw new Error('a loop of jumps with nothing in it');
      seen.add(at);
      at = itemOf(item.target);
    }
  }
}

function itemOf(label: Label): number {
  if (label.item === null) throw new Error('a label that was never placed');
  return label.item;
}

/** Item numbers to node numbers: jumps are no nodes. */
function nodeNumbers(items: readonly Item[]): number[] {
  let count = 0;
  return items.map((item) => (item.kind === 'jump' ? count : count++));
}

function toNode(item: Item, at: number, follow: (item: number) => number): Node[] {
  if (item.kind === 'jump') return [];
  const { site } = item;
  if (item.kind === 'node') return [withPlace(item.draft, site, nextOf(item.draft, at, follow))];
  const { condition, join } = item.fork;
  const then = follow(itemOf(item.fork.then));
  const otherwise = follow(itemOf(item.fork.otherwise));
  const joinNode = join === null ? null : follow(itemOf(join));
  const place = { site, next: then, atomic: false };
  return [{ kind: 'branch', condition, then, otherwise, join: joinNode, ...place }];
}

function nextOf(draft: Draft, at: number, follow: (item: number) => number): number {
  return draft.kind === 'done' ? follow(at) : follow(at + 1);
}

function withPlace(draft: Draft, site: number, next: number): Node {
  return { ...draft, site, next, atomic: false };
}
