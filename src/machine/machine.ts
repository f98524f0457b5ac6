/**
 * The state machine that a spec, or a litmus test, becomes: frozen plain data. The front ends
 * (language, litmus) build it; analyses, printers, memory models, the explorer and the plain
 * interpreter read it. It holds no closure and imports nothing of the other parts.
 *
 * Numbers that name things are dense indices: a location, ghost, context, register, node or site is
 * its position in the array that holds it.
 */

export interface Machine {
  readonly title: string;
  /** Shared memory, one entry a scalar. The elements of an array are neighbours. */
  readonly locations: readonly Cell[];
  /** Hardware's and modeller's state: sequentially consistent, outside the memory model. */
  readonly ghosts: readonly Cell[];
  /** CPU names; a CPU is its index. */
  readonly cpus: readonly string[];
  readonly contexts: readonly Context[];
  readonly properties: readonly Property[];
  readonly sites: readonly Site[];
}

/** A location of shared memory, or a ghost. */
export interface Cell {
  /** As the spec declares it: `flag`, `msg.len`, `mm.pcpu[1].cid`. */
  readonly name: string;
  /** A word: a 32-bit integer, 0/1 for a boolean, a handle for a reference (see RefType). */
  readonly initial: number;
  readonly type: ValueType;
  /** A lock word: 0 when free, else 1 + the index of the context that holds it. */
  readonly lock: boolean;
}

export type ValueType = IntType | BoolType | RefType;

export interface IntType {
  readonly kind: 'int';
  /** Inclusive bounds; a value outside them is an error with its trace. Default: 32-bit signed. */
  readonly min: number;
  readonly max: number;
  readonly display: Display;
}

export interface BoolType {
  readonly kind: 'bool';
}

/** NULL is 0; a reference to the structure whose first location is L is L + 1. */
export interface RefType {
  readonly kind: 'ref';
  /** Names the shape of the structure pointed to; references of different shapes never mix. */
  readonly shape: string;
}

/** How a value is spelt for a reader. */
export type Display =
  | { readonly kind: 'decimal' }
  | { readonly kind: 'hex' }
  /** Named values, else decimal. */
  | { readonly kind: 'names'; readonly names: readonly (readonly [value: number, name: string])[] }
  /**
   * Named bits joined by `|`; the bits left are decimal behind `prefix` (`CID2|TRANSIT`). A value that
   * `exact` names is spelt by that name alone.
   */
  | {
      readonly kind: 'flags';
      readonly flags: readonly (readonly [mask: number, name: string])[];
      readonly prefix: string;
      readonly exact?: readonly (readonly [value: number, name: string])[];
    };

/** A node's source place, with the calls that were inlined around it. */
export interface Site {
  /** As the user named the file, relative to the working directory where that is shorter. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The source text of the construct, white space folded. */
  readonly text: string;
  /** The function that holds the place; `''` for a context's own body. */
  readonly functionName: string;
  /** The call that was inlined to get here, if any. */
  readonly caller: number | null;
}

/** What a register machine program needs; a context's body and a property's formula are programs. */
export interface Program {
  readonly registers: readonly Register[];
  readonly nodes: readonly Node[];
  readonly entry: number;
}

export interface Register {
  readonly name: string;
  readonly type: ValueType;
}

/** A task, an interrupt handler, the scheduler code of a CPU: anything with a program counter. */
export interface Context extends Program {
  readonly name: string;
  /** The CPU it steps on, over ghosts. */
  readonly cpu: Expr;
  /** It may step only while this holds, over ghosts; null: always. */
  readonly guard: Expr | null;
  /**
   * `done`: must be able to reach its end from wherever it is. `mark`: runs for ever, must be able to
   * reach its next `mark` node, and may rest at one. `none`: nothing is asked of it.
   */
  readonly liveness: 'done' | 'mark' | 'none';
  /** The property's name for a failure of its liveness; absent: `livelock`. */
  readonly livenessName?: string;
  readonly site: number;
  /**
   * Registers that are read after the context's end (the observed registers of a litmus test), so
   * live at its `done` nodes: no analysis may take them for dead there. Absent: none.
   */
  readonly liveAtEnd?: readonly number[];
}

/** A property's program ends in `done` nodes with a value, the verdict: nonzero is true. */
export interface Property extends Program {
  /**
   * invariant: true in every state. final: true in every state in which all `done` contexts are done
   * and memory is quiet. sometimes: true in some reachable state. possible: from every reachable
   * state one in which it is true can be reached (AG EF).
   */
  readonly kind: 'invariant' | 'final' | 'sometimes' | 'possible';
  readonly name: string;
  readonly site: number;
}

/**
 * Plain: the C access, race-free or a failure. relaxed: READ_ONCE, WRITE_ONCE, *_relaxed.
 * The rest as in the kernel's names.
 */
export type LoadOrder = 'plain' | 'relaxed' | 'acquire';
export type StoreOrder = 'plain' | 'relaxed' | 'release';
export type RmwOrder = 'relaxed' | 'acquire' | 'release' | 'full';

export type Fence =
  | 'mb'
  | 'rmb'
  | 'wmb'
  | 'mb__before_atomic'
  | 'mb__after_atomic'
  | 'mb__after_spinlock'
  | 'mb__after_unlock_lock'
  | 'barrier'
  /* Machine instructions, from litmus tests in assembly. */
  | 'sync'
  | 'lwsync'
  | 'isync'
  | 'eieio'
  | 'mfence';

/** Which location an access touches. */
export interface Address {
  /** The location's index, over registers. */
  readonly expr: Expr;
  /** Every location that this access may touch, ascending; any other value is an error. */
  readonly candidates: readonly number[];
  /** What a value outside the candidates means to the user. */
  readonly fault: 'null-dereference' | 'index-out-of-bounds' | null;
}

interface NodeBase {
  readonly site: number;
  /** The node that follows; a `done` or `branch` node has none of its own. */
  readonly next: number;
  /** Inside `atomic(…)`, and not its first node: no other context steps before this node. */
  readonly atomic: boolean;
}

export interface Load extends NodeBase {
  readonly kind: 'load';
  readonly register: number;
  readonly address: Address;
  readonly order: LoadOrder;
  /** Blocks until a value is read for which this holds (smp_cond_load_*): over `register` too. */
  readonly until: Expr | null;
  /** The primitive's name for a reader: `READ_ONCE`. */
  readonly primitive: string;
}

export interface Store extends NodeBase {
  readonly kind: 'store';
  readonly address: Address;
  readonly value: Expr;
  readonly order: StoreOrder;
  readonly primitive: string;
}

export interface Rmw extends NodeBase {
  readonly kind: 'rmw';
  /** Receives the old value; `value`, `condition` and `until` read it. */
  readonly register: number;
  readonly address: Address;
  /** The new value. */
  readonly value: Expr;
  /** It stores only if this holds (cmpxchg); null: always. */
  readonly condition: Expr | null;
  readonly order: RmwOrder;
  /** The ordering when `condition` does not hold. */
  readonly orderOnFailure: RmwOrder;
  /** Blocks until this holds of the old value (a lock); null: never blocks. */
  readonly until: Expr | null;
  readonly primitive: string;
}

export interface FenceNode extends NodeBase {
  readonly kind: 'fence';
  readonly fence: Fence;
}

/** Reads a ghost. */
export interface Get extends NodeBase {
  readonly kind: 'get';
  readonly register: number;
  readonly address: Address;
}

/** Writes a ghost. */
export interface Set extends NodeBase {
  readonly kind: 'set';
  readonly address: Address;
  readonly value: Expr;
}

/** Assigns registers, all at once: every expression is evaluated before any register changes. */
export interface Assign extends NodeBase {
  readonly kind: 'assign';
  readonly moves: readonly (readonly [register: number, value: Expr])[];
}

export interface Branch extends NodeBase {
  readonly kind: 'branch';
  readonly condition: Expr;
  /** Taken when the condition holds; `otherwise` when not. `next` is unused and equals `then`. */
  readonly then: number;
  readonly otherwise: number;
  /** Where the control dependence ends; null: never (assembly; an arm leaves for good). */
  readonly join: number | null;
}

/** Sets a register to each of 0 … count - 1: nondeterminism. */
export interface Choose extends NodeBase {
  readonly kind: 'choose';
  readonly register: number;
  readonly count: number;
}

/** Blocks until a condition over registers and ghosts holds. */
export interface Wait extends NodeBase {
  readonly kind: 'wait';
  readonly condition: Expr;
}

export interface Assert extends NodeBase {
  readonly kind: 'assert';
  readonly condition: Expr;
  /** The property's name: the message given, else `assertion`. */
  readonly name: string;
  /** It guards a primitive against its arguments; nobody wrote it. Absent: somebody did. */
  readonly implied?: true;
}

/** A progress mark of a context that runs for ever; a place where it may rest. */
export interface Mark extends NodeBase {
  readonly kind: 'mark';
}

export interface Done extends NodeBase {
  readonly kind: 'done';
  /** Of a property's program: its verdict. */
  readonly value: Expr | null;
}

export type Node =
  | Load
  | Store
  | Rmw
  | FenceNode
  | Get
  | Set
  | Assign
  | Branch
  | Choose
  | Wait
  | Assert
  | Mark
  | Done;

export type UnaryOperator = '-' | '~' | '!' | 'bool' | 'trunc';

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'and'
  | 'or';

/**
 * Means what JavaScript means on numbers, booleans being 0 and 1. A value that a register, location
 * or ghost cannot hold (not an integer, or outside its type's bounds) is an error with its trace.
 */
export type Expr =
  | { readonly op: 'const'; readonly value: number }
  | { readonly op: 'reg'; readonly register: number }
  /** Only in guards, CPU bindings and waits; `get` reads a ghost everywhere else. */
  | { readonly op: 'ghost'; readonly address: Address }
  | { readonly op: 'unary'; readonly operator: UnaryOperator; readonly operand: Expr }
  | {
      readonly op: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly op: 'select';
      readonly condition: Expr;
      readonly then: Expr;
      readonly otherwise: Expr;
    };
