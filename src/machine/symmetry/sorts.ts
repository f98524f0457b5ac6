/** What values are for: classes of cells and registers between which values go, or are compared. */
import { at } from '../graph.ts';
import type { Machine } from '../machine.ts';

export class Sorts {
  readonly #parent: number[] = [];
  readonly #isHandle: boolean[] = [];
  readonly #ghosts: number;
  readonly #registers: readonly number[];

  constructor(machine: Machine) {
    const { locations, ghosts, contexts } = machine;
    for (const { type } of [...locations, ...ghosts]) this.#add(type.kind === 'ref');
    this.#ghosts = locations.length;
    this.#registers = contexts.map(({ registers }) => {
      const first = this.#parent.length;
      for (const { type } of registers) this.#add(type.kind === 'ref');
      return first;
    });
  }

  ofCell(space: 'location' | 'ghost', cell: number): number {
    return space === 'location' ? cell : this.#ghosts + cell;
  }

  ofRegister(context: number, register: number): number {
    return at(this.#registers, context) + register;
  }

  fresh(): number {
    return this.#add(false);
  }

  /** Of references to structures. */
  isHandle(sort: number): boolean {
    return at(this.#isHandle, this.find(sort));
  }

  find(sort: number): number {
    let root = sort;
    for (let up = at(this.#parent, root); up !== root; up = at(this.#parent, root)) root = up;
    this.#parent[sort] = root;
    return root;
  }

  join(one: number, other: number): void {
    const [a, b] = [this.find(one), this.find(other)];
    this.#parent[b] = a;
    if (at(this.#isHandle, b)) this.#isHandle[a] = true;
  }

  #add(isHandle: boolean): number {
    this.#isHandle.push(isHandle);
    return this.#parent.push(this.#parent.length) - 1;
  }
}
