/** Hand-made results, as the checker would return them, for the reporters' tests. */
import type { CheckResult, Failure, TraceEvent, TraceStep } from '../../src/checker/result.ts';
import type {
  Cell,
  Display,
  Machine,
  Property,
  Site,
  ValueType,
} from '../../src/machine/machine.ts';
import { createPaint } from '../../src/report/paint.ts';
import type { ReportOptions, Run } from '../../src/report/run.ts';

export const plainText: ReportOptions = {
  traces: 'first',
  gate: false,
  errors: [],
  width: 75,
  paint: createPaint(false),
};

export const int: ValueType = {
  kind: 'int',
  min: -(2 ** 31),
  max: 2 ** 31 - 1,
  display: { kind: 'decimal' },
};

export const bool: ValueType = { kind: 'bool' };

export function shown(display: Display): ValueType {
  return { kind: 'int', min: -(2 ** 31), max: 2 ** 31 - 1, display };
}

export function site(line: number, text: string, functionName = '', caller?: number): Site {
  return { file: 'spec.ts', line, column: 3, text, functionName, caller: caller ?? null };
}

export function cell(name: string, type: ValueType = int, lock = false): Cell {
  return { name, initial: 0, type, lock };
}

export function property(kind: Property['kind'], name: string, place: number): Property {
  return { kind, name, site: place, registers: [], nodes: [], entry: 0 };
}

export function machine(parts: Partial<Machine>): Machine {
  const nothing = { ghosts: [], contexts: [], sites: [], locations: [], properties: [] };
  return { title: 'a spec', cpus: ['CPU0', 'CPU1'], ...nothing, ...parts };
}

const NOTHING: Omit<TraceEvent, 'kind' | 'primitive'> = {
  node: 0,
  site: null,
  variable: null,
  before: null,
  after: null,
  choice: null,
  note: '',
};

export function event(kind: TraceEvent['kind'], parts: Partial<TraceEvent>): TraceEvent {
  return { ...NOTHING, kind, primitive: '', ...parts };
}

export function load(name: string, before: number, parts: Partial<TraceEvent> = {}): TraceEvent {
  const variable = { name, type: int };
  return event('load', { variable, before, primitive: 'READ_ONCE', ...parts });
}

export function store(name: string, after: number, parts: Partial<TraceEvent> = {}): TraceEvent {
  const variable = { name, type: int };
  return event('store', { variable, after, primitive: 'WRITE_ONCE', ...parts });
}

export function step(
  number: number,
  cpu: number,
  context: string,
  ...events: TraceEvent[]
): TraceStep {
  return { step: number, cpu, context, events };
}

export function failure(parts: Partial<Failure>): Failure {
  return {
    kind: 'assertion',
    property: 'assertion',
    message: 'assertion fails',
    trace: [],
    cycle: [],
    waiting: [],
    doomedFrom: null,
    ...parts,
  };
}

export function result(parts: Partial<CheckResult> = {}): CheckResult {
  return {
    verdict: parts.failures === undefined ? 'pass' : 'fail',
    failures: [],
    states: 1200,
    transitions: 3400,
    depth: 21,
    seconds: 0.5,
    visitedBytes: 20_400,
    peakBytes: 1_500_000,
    limits: [],
    unreached: [],
    unevaluated: [],
    missProbability: 3.1e-13,
    fairness: null,
    reductions: { applied: [], off: [] },
    machineHash: '0123456789abcdef',
    ...parts,
  };
}

export function run(parts: Partial<Run> = {}): Run {
  return {
    spec: 'spec.ts',
    title: 'a spec',
    table: null,
    version: 'V0',
    configuration: '',
    model: 'sc',
    params: {},
    expected: null,
    acceptedUnreached: [],
    machine: machine({}),
    result: result(),
    ...parts,
  };
}
