/**
 * The program under construction. A position is the set of loose ends that the next node will be
 * tied to, so a join costs no node. Rolling back only shortens the arrays: a loose end that had been
 * tied is in the restored position again, and is tied anew.
 */
import type { Expr, Node, ValueType } from '../../machine/machine.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A node as a construct records it; the builder knows the rest. */
export type NodeInput = DistributiveOmit<Node, 'site' | 'next' | 'atomic'>;
export type NodeDraft = Mutable<Node>;

export interface LooseEnd {
  /** null: the program's entry. */
  readonly node: NodeDraft | null;
  readonly slot: 'next' | 'then' | 'otherwise';
}

export const UNTIED = -1;

export interface RegisterDraft {
  name: string;
  readonly type: ValueType;
  /** Named by a declaration of the spec. */
  named: boolean;
}

export class Builder {
  readonly nodes: NodeDraft[] = [];
  readonly registers: RegisterDraft[] = [];
  entry: number = UNTIED;

  register(name: string, type: ValueType, named = false): number {
    this.registers.push({ name, type, named });
    return this.registers.length - 1;
  }

  /** Appends a node behind `ends`; returns it, its own end loose. */
  append(ends: readonly LooseEnd[], input: NodeInput, site: number, atomic: boolean): NodeDraft {
    const node = { ...input, site, atomic, next: UNTIED };
    this.nodes.push(node);
    this.tie(ends, this.nodes.length - 1);
    return node;
  }

  tie(ends: readonly LooseEnd[], target: number): void {
    for (const end of ends) {
      if (end.node === null) this.entry = target;
      else if (end.slot === 'next') end.node.next = target;
      else if (end.node.kind === 'branch') end.node[end.slot] = target;
    }
  }

  mark(): readonly [nodes: number, registers: number] {
    return [this.nodes.length, this.registers.length];
  }

  rollback([nodes, registers]: readonly [number, number]): void {
    this.nodes.length = nodes;
    this.registers.length = registers;
  }
}

export type Move = readonly [register: number, value: Expr];

/** What a reader calls a node. */
export function nodeName(input: NodeInput): string {
  return ('primitive' in input && input.primitive) || NODE_NAMES[input.kind];
}

const NODE_NAMES = {
  load: 'a load',
  store: 'a store',
  rmw: 'an atomic operation',
  fence: 'a fence',
  get: 'a ghost read',
  set: 'an assignment to a ghost',
  assign: 'an assignment',
  branch: 'a branch',
  choose: 'choose()',
  wait: 'wait_until()',
  assert: 'assert()',
  mark: 'progress()',
  done: 'the end',
} as const;
