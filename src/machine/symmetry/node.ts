/** Whether a node does to a renamed state what its image does. */
import { at } from '../graph.ts';
import type {
  Address,
  Assign,
  Choose,
  Expr,
  Get,
  Load,
  Node,
  Rmw,
  Set,
  Store,
} from '../machine.ts';
import { mapped, sameValues } from './automorphism.ts';
import type { Renamed, Values } from './automorphism.ts';
import { isWithin } from './combinations.ts';
import { agrees, commutes, commutesAddress } from './commute.ts';
import type { Renaming } from './commute.ts';

/** `nodes`: the image of each node of the program. */
export function nodesAgree(
  by: Renamed,
  renaming: Renaming,
  nodes: readonly number[],
  one: Node,
  other: Node,
): boolean {
  return one.atomic === other.atomic && new NodePair(by, renaming, nodes).agree(one, other);
}

interface Space {
  readonly images: readonly number[];
  readonly values: readonly Values[];
}

class NodePair {
  readonly #renaming: Renaming;
  readonly #nodes: readonly number[];
  readonly #memory: Space;
  readonly #ghosts: Space;

  constructor(by: Renamed, renaming: Renaming, nodes: readonly number[]) {
    this.#renaming = renaming;
    this.#nodes = nodes;
    this.#memory = { images: by.locations, values: by.locationValues };
    this.#ghosts = { images: by.ghosts, values: by.ghostValues };
  }

  agree(one: Node, other: Node): boolean {
    if (one.kind === 'branch' && other.kind === 'branch') {
      const follow =
        this.#leads(one.then, other.then) && this.#leads(one.otherwise, other.otherwise);
      return follow && agrees(this.#renaming, one.condition, other.condition);
    }
    if (one.kind === 'done' && other.kind === 'done') return this.#holds(one.value, other.value);
    if (one.kind === 'done' || other.kind === 'done') return false;
    return this.#leads(one.next, other.next) && this.#acts(one, other);
  }

  #leads(from: number, to: number): boolean {
    return at(this.#nodes, from) === to;
  }

  #acts(one: Node, other: Node): boolean {
    if (one.kind === 'load' && other.kind === 'load') return this.#loads(one, other);
    if (one.kind === 'store' && other.kind === 'store') {
      return one.order === other.order && this.#writes(this.#memory, one, other);
    }
    if (one.kind === 'rmw' && other.kind === 'rmw') return this.#updates(one, other);
    if (one.kind === 'get' && other.kind === 'get') return this.#reads(this.#ghosts, one, other);
    if (one.kind === 'set' && other.kind === 'set') return this.#writes(this.#ghosts, one, other);
    if (one.kind === 'fence' && other.kind === 'fence') return one.fence === other.fence;
    if (one.kind === 'assign' && other.kind === 'assign') return this.#assigns(one, other);
    if (one.kind === 'choose' && other.kind === 'choose') return this.#chooses(one, other);
    if (
      (one.kind === 'wait' && other.kind === 'wait') ||
      (one.kind === 'assert' && other.kind === 'assert')
    ) {
      return agrees(this.#renaming, one.condition, other.condition);
    }
    return one.kind === 'mark' && other.kind === 'mark';
  }

  #loads(one: Load, other: Load): boolean {
    return (
      one.order === other.order &&
      this.#reads(this.#memory, one, other) &&
      this.#holds(one.until, other.until)
    );
  }

  #updates(one: Rmw, other: Rmw): boolean {
    return (
      one.order === other.order &&
      one.orderOnFailure === other.orderOnFailure &&
      this.#reads(this.#memory, one, other) &&
      this.#writes(this.#memory, one, other) &&
      this.#holds(one.condition, other.condition) &&
      this.#holds(one.until, other.until)
    );
  }

  #holds(one: Expr | null, other: Expr | null): boolean {
    if (one === null || other === null) return one === other;
    return agrees(this.#renaming, one, other);
  }

  /** The register's values are renamed as those of every cell that may be read. */
  #reads(space: Space, one: Load | Rmw | Get, other: Load | Rmw | Get): boolean {
    const values = at(this.#renaming.registerValues, one.register);
    return (
      this.#isImage(one.register, other.register) &&
      this.#accesses(space, one.address, other.address) &&
      one.address.candidates.every((cell) => sameValues(at(space.values, cell), values))
    );
  }

  #writes(space: Space, one: Store | Rmw | Set, other: Store | Rmw | Set): boolean {
    const { candidates } = one.address;
    const values = at(space.values, at(candidates, 0));
    return (
      this.#accesses(space, one.address, other.address) &&
      candidates.every((cell) => sameValues(at(space.values, cell), values)) &&
      commutes(this.#renaming, one.value, other.value, values)
    );
  }

  #accesses({ images }: Space, one: Address, other: Address): boolean {
    return commutesAddress(this.#renaming, one, other, images);
  }

  #isImage(register: number, other: number): boolean {
    return at(this.#renaming.registers, register) === other;
  }

  #assigns(one: Assign, other: Assign): boolean {
    return (
      one.moves.length === other.moves.length &&
      one.moves.every(([register, value], i) => {
        const [otherRegister, otherValue] = at(other.moves, i);
        const values = at(this.#renaming.registerValues, register);
        const moves = this.#isImage(register, otherRegister);
        return moves && commutes(this.#renaming, value, otherValue, values);
      })
    );
  }

  /** Every choice has an image among the choices. */
  #chooses(one: Choose, other: Choose): boolean {
    const values = at(this.#renaming.registerValues, one.register);
    const choices = { min: 0, max: one.count - 1 };
    const inside = [...values.keys()].every(
      (value) => isWithin(value, choices) === isWithin(mapped(values, value), choices),
    );
    return one.count === other.count && inside && this.#isImage(one.register, other.register);
  }
}
