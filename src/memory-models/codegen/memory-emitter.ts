/**
 * What a memory model adds to generated successor functions: JavaScript source for its accesses. The
 * surrounding code provides `N` (the words of the successor in the making), `o` (where it starts) and
 * the helpers that `prelude` declares. An index or CPU is source too: a literal where it is constant.
 */
import type { Fence, Machine } from '../../machine/machine.ts';
import type { StepOptions } from '../../machine/steps.ts';
import type { MemoryImages } from '../symmetry/word-images.ts';
import type { MemoryCompiler } from '../wasm/memory.ts';
import type { HappensBefore } from './happens-before.ts';

/** A buffer a CPU, first in first out. */
export interface StoreBuffers {
  /** Whether the fence waits for the buffer of its CPU to be empty. */
  waits(fence: Fence): boolean;
  /** An expression: 1 + the location of the oldest store that waits, or 0. */
  oldest(array: string, base: string, cpu: number): string;
  /** A statement: adds the step by which memory takes that store. */
  drain(cpu: number): string;
}

export interface MemoryEmitter {
  /** The fences that are steps of their own. */
  readonly steps: StepOptions;
  /** Words of memory in a state, and their initial values. */
  initial(machine: Machine): readonly number[];
  /**
   * Declarations that the accesses below need; `memory` is the first word of memory in a state, `order`
   * says whether happens-before is followed.
   */
  prelude(machine: Machine, memory: number, order: HappensBefore | null): string;
  /** An expression: the value that a load of the CPU reads. */
  load(array: string, base: string, memory: number, index: string, cpu: string): string;
  /** A statement: the CPU stores the value; `plain`: to a location that is only stored to plainly. */
  store(memory: number, index: string, cpu: string, value: string, plain: boolean): string;
  /** A condition under which the CPU cannot do an RMW now; null: it always can. */
  rmwBlocked(cpu: string): string | null;
  /** An expression and a statement: an RMW's read and write of memory itself. */
  rmwLoad(array: string, base: string, memory: number, index: string): string;
  rmwStore(memory: number, index: string, value: string): string;
  /** A condition under which the CPU cannot pass the fence now; null: it always can. */
  fenceBlocked(fence: Fence, cpu: string): string | null;
  /** An expression: the coherence-latest value. */
  latest(array: string, base: string, memory: number, index: string): string;
  /** A condition: memory takes no step by itself. */
  quiet(array: string, base: string): string;
  /** Statements that add the steps that memory takes by itself; `''`: none. */
  internal(): string;
  /** Where stores wait until memory takes them; null: nowhere. */
  readonly buffers: StoreBuffers | null;
  /** Views that happens-before needs for what waits in store buffers. */
  bufferViews(machine: Machine): number;
  /** An expression: the view of the message that a load of the CPU reads. */
  viewRead(index: string, cpu: string): string;
  /** An expression: the view of the message that the CPU has just stored, not plainly. */
  newestView(index: string, cpu: string): string;
  /** The same accesses in WebAssembly. */
  wasm(machine: Machine): MemoryCompiler;
  /** What a symmetry does to the words that it has behind the locations. */
  readonly images: MemoryImages;
  /** Spells what a state holds beyond the latest values as the plain interpreter does; `''`: nothing. */
  decodePending(machine: Machine, memory: number): (states: Int32Array, from: number) => string;
}
