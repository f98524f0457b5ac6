/**
 * What the page of the HTML report is given, as data: everything is said in words here, so that the page
 * only shows and steps. Lists are referred to by index.
 */
import type { Layout } from '../../machine/print/layout.ts';

export interface PageData {
  readonly specs: readonly SpecData[];
  readonly runs: readonly RunData[];
  readonly machines: readonly MachineData[];
  /** Sources, by the name that places have. */
  readonly files: readonly FileData[];
  /** What kept specs from being run. */
  readonly errors: readonly string[];
  readonly summary: string;
}

export interface SpecData {
  readonly file: string;
  readonly title: string;
  readonly models: readonly string[];
  readonly rows: readonly RowData[];
  readonly coverage: readonly FileCoverage[];
}

/** A version in a configuration; a run for each memory model, null where there is none. */
export interface RowData {
  readonly version: string;
  readonly configuration: string;
  readonly runs: readonly (number | null)[];
}

export interface RunData {
  readonly name: string;
  readonly title: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** `FAIL S1`, with a mark where it is not in order. */
  readonly cell: string;
  readonly status: 'ok' | 'wrong' | 'open';
  /** How it compares with what the spec expects. */
  readonly judgement: string;
  /** What the verdict covered. */
  readonly coverage: readonly string[];
  readonly failures: readonly FailureData[];
  /** Null: it is not drawn. */
  readonly machine: number | null;
}

export interface FailureData {
  readonly title: string;
  /** What it comes to, who waits for whom, and why it is possible. */
  readonly conclusion: readonly string[];
  readonly lanes: readonly LaneData[];
  readonly steps: readonly StepData[];
  readonly arrows: readonly ArrowData[];
  readonly cells: readonly CellData[];
  readonly memory: 'plain' | 'buffers' | 'messages';
  /** The first step of a loop, and the first after which there is no way out; null: none. */
  readonly loopFrom: number | null;
  readonly doomedFrom: number | null;
  /** What can no longer happen from there. */
  readonly doom: string;
}

export interface LaneData {
  readonly cpu: number;
  readonly name: string;
}

export interface StepData {
  readonly number: number;
  readonly lane: number;
  /** `''`: memory steps by itself. */
  readonly context: string;
  readonly rows: readonly EventData[];
  /** Cells that have another value after the step. */
  readonly values: readonly (readonly [cell: number, value: string])[];
  /** Stores that wait, oldest first, of each lane where they have changed. */
  readonly waiting: readonly (readonly [lane: number, entries: readonly string[]])[];
  /** Messages of a cell in coherence order, where they have changed. */
  readonly messages: readonly (readonly [cell: number, messages: readonly MessageData[]])[];
  /** Where the contexts that stepped stand now. */
  readonly at: readonly PlaceData[];
}

export interface EventData {
  readonly text: string;
  readonly functionName: string;
  readonly file: number | null;
  readonly line: number;
}

export interface MessageData {
  readonly value: string;
  /** `''`: the initial value. */
  readonly by: string;
  /** Lanes for which this is the newest that they have read or written. */
  readonly seen: readonly number[];
}

export interface PlaceData {
  readonly context: string;
  readonly lane: number;
  readonly file: number | null;
  readonly line: number;
  readonly functionName: string;
  /** Null where the context's machine is not drawn. */
  readonly node: number | null;
}

/** From one event to a later one, by step and row. */
export interface ArrowData {
  readonly kind: 'reads from' | 'lock';
  readonly from: readonly [step: number, row: number];
  readonly to: readonly [step: number, row: number];
}

export interface CellData {
  readonly name: string;
  readonly kind: 'memory' | 'lock' | 'ghost';
  readonly initial: string;
}

export interface MachineData {
  readonly contexts: readonly Layout[];
}

export interface FileData {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface FileCoverage {
  readonly file: number;
  /** Lines that are part of a machine, with the number of runs that have them and that execute them. */
  readonly lines: readonly (readonly [line: number, runs: number, executed: number])[];
}
