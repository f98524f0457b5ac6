/** Programs of the oracle as PowerPC litmus tests, and random ones. */
import * as fc from 'fast-check';
import type { Fence, Step, Threads } from './ppc-cat.ts';

const NAMES = ['x', 'y', 'z'];

/** Registers: r1… hold what step 0… read; r20… addresses; r10, r11 are scratch. */
export function toPpcLitmus(threads: Threads, locations: number): string {
  const columns = threads.map((steps) =>
    steps.flatMap((step, index) => render(step, index, steps)),
  );
  const height = Math.max(...columns.map((column) => column.length));
  const rows = Array.from({ length: height }, (_, row) =>
    columns.map((column) => column[row] ?? '').join(' | '),
  );
  const header = threads.map((_, thread) => `P${thread}`).join(' | ');
  const bases = threads.flatMap((_, thread) =>
    NAMES.slice(0, locations).map((name, location) => `${thread}:r${20 + location}=${name};`),
  );
  const reads = threads.flatMap((steps, thread) =>
    steps.flatMap((step, index) => (step.kind === 'R' ? [`${thread}:r${index + 1};`] : [])),
  );
  const names = NAMES.slice(0, locations).map((name) => `${name};`);
  return [
    'PPC random',
    `{ ${bases.join(' ')} }`,
    ...[header, ...rows].map((row) => ` ${row} ;`),
    `locations [${[...reads, ...names].join(' ')}]`,
    'exists (true)',
  ].join('\n');
}

function render(step: Step, index: number, steps: readonly Step[]): string[] {
  switch (step.kind) {
    case 'F':
      return [step.fence];
    case 'B':
      return [`cmpw r${step.on + 1},r${step.on + 1}`, `beq L${index}`, `L${index}:`];
    case 'R': {
      const { setup, address } = renderAddress(step.location, step.addr);
      return [...setup, `lwz${address.indexed} r${index + 1},${address.text}`];
    }
    case 'W': {
      const { setup, address } = renderAddress(step.location, step.addr);
      const [first] = step.data;
      const value =
        first === undefined || steps.length === 0
          ? [`li r11,${step.value}`]
          : [`xor r11,r${first + 1},r${first + 1}`, `addi r11,r11,${step.value}`];
      return [...setup, ...value, `stw${address.indexed} r11,${address.text}`];
    }
  }
}

function renderAddress(
  location: number,
  addr: readonly number[],
): { setup: string[]; address: { indexed: string; text: string } } {
  const [first] = addr;
  const base = `r${20 + location}`;
  if (first === undefined) return { setup: [], address: { indexed: '', text: `0(${base})` } };
  const setup = [`xor r10,r${first + 1},r${first + 1}`];
  return { setup, address: { indexed: 'x', text: `r10,${base}` } };
}

interface Draft {
  readonly kind: 'R' | 'W' | 'F' | 'B';
  readonly location: number;
  readonly fence: Fence;
  /** Which of the earlier loads to depend on, and how. */
  readonly on: number;
  readonly dependency: 'none' | 'addr' | 'data';
}

/** Random threads; every store has a value of its own. */
export function randomThreads(shape: {
  readonly threads: number;
  readonly steps: number;
  readonly locations: number;
}): fc.Arbitrary<Threads> {
  const draft: fc.Arbitrary<Draft> = fc.record({
    kind: fc.constantFrom('R', 'R', 'R', 'W', 'W', 'W', 'F', 'B'),
    location: fc.nat(shape.locations - 1),
    fence: fc.constantFrom<Fence>('sync', 'lwsync', 'lwsync', 'eieio', 'isync'),
    on: fc.nat(7),
    dependency: fc.constantFrom('none', 'addr', 'data'),
  });
  const thread = fc.array(draft, { minLength: 2, maxLength: shape.steps });
  return fc
    .array(thread, { minLength: 2, maxLength: shape.threads })
    .map((drafts) => drafts.map((steps, index) => toSteps(steps, 10 * (index + 1))));
}

function toSteps(drafts: readonly Draft[], firstValue: number): Step[] {
  const steps: Step[] = [];
  for (const draft of drafts) {
    const loads = steps.flatMap((step, index) => (step.kind === 'R' ? [index] : []));
    const source = loads[draft.on % Math.max(loads.length, 1)];
    steps.push(toStep(draft, source, firstValue + steps.length));
  }
  return steps;
}

function toStep(draft: Draft, source: number | undefined, value: number): Step {
  const { location } = draft;
  const on = source === undefined ? [] : [source];
  const addr = draft.dependency === 'addr' ? on : [];
  if (draft.kind === 'B' && source !== undefined) return { kind: 'B', on: source };
  if (draft.kind === 'F') return { kind: 'F', fence: draft.fence };
  if (draft.kind === 'W') {
    return { kind: 'W', location, value, addr, data: draft.dependency === 'data' ? on : [] };
  }
  return { kind: 'R', location, addr };
}
