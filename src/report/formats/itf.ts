/**
 * The counterexample in the Informal Trace Format of Apalache and Quint
 * (https://apalache-mc.org/docs/adr/015adr-trace.html): the values of all variables in each state.
 *
 * A variable of the spec is one of the trace, or a part of one: `mm.pcpu[1].cid` is the field `cid` of what
 * the function `pcpu` gives for 1, in the record `mm`. Memory is coherence-latest. Who stepped, and what was
 * done, stands in each state's #meta: it is no part of the state.
 */
import type { StateView } from '../../checker/reference/interpreting.ts';
import type { TraceStep } from '../../checker/result.ts';
import { formatValue } from '../../machine/format.ts';
import { at, nodeAt } from '../../machine/graph.ts';
import type { Cell, Machine } from '../../machine/machine.ts';
import { describeEvent, lineOf, placeOf, readerSite, siteAt } from '../describe.ts';
import { failureTitle } from '../failure.ts';
import { runTitle } from './traced.ts';
import type { BufferedStore, TracedFailure } from './traced.ts';

type ItfValue =
  | boolean
  | string
  | { readonly '#bigint': string }
  | { readonly '#map': readonly (readonly [ItfValue, ItfValue])[] }
  | readonly ItfValue[]
  | { readonly [field: string]: ItfValue };

export function itf(traced: TracedFailure): string {
  const { run, failure } = traced;
  const { machine } = run;
  const steps = [...failure.trace, ...failure.cycle];
  // The last state of a loop is the first one again.
  const count = traced.states.length - (failure.cycle.length > 0 ? 1 : 0);
  const states = traced.states.slice(0, count).map((state, index) => ({
    '#meta': { index, ...metaOf(steps[index - 1], machine) },
    ...variablesOf(machine, state),
    ...buffersOf(run.model, machine, traced.buffers[index] ?? []),
    [WHERE]: whereabouts(machine, state),
  }));
  const [first] = states;
  const document = {
    '#meta': {
      format: 'ITF',
      'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
      source: run.spec,
      description: `${runTitle(run)}: ${failureTitle(failure)}`,
    },
    params: [],
    vars: Object.keys(first ?? {}).filter((name) => name !== '#meta'),
    states,
    ...(failure.cycle.length > 0 ? { loop: failure.trace.length } : {}),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const WHERE = 'at_line';
const BUFFERS = 'store_buffers';

function metaOf(step: TraceStep | undefined, machine: Machine): Record<string, unknown> {
  if (step === undefined) return {};
  const site = step.events.map((event) => readerSite(event, machine)).find((each) => each !== null);
  return {
    step: step.step,
    cpu: machine.cpus[step.cpu] ?? `CPU${step.cpu}`,
    context: step.context === '' ? 'memory' : step.context,
    action: step.events.map((event) => describeEvent(event, machine)).join('; '),
    ...(site === undefined ? {} : { at: placeOf(site) }),
  };
}

/** A part of a variable that is being put together: a value, or fields and elements by their names. */
type Part = { value: ItfValue } | { parts: Map<string | number, Part> };

function variablesOf(machine: Machine, state: StateView): Record<string, ItfValue> {
  const root = new Map<string | number, Part>();
  machine.locations.forEach((cell, index) => {
    put(root, pathOf(cell.name), valueOf(cell, state.memory.latest(index), machine));
  });
  machine.ghosts.forEach((cell, index) => {
    put(root, pathOf(cell.name), valueOf(cell, at(state.ghosts, index), machine));
  });
  return Object.fromEntries(
    [...root].map(([name, part]) => [identifier(String(name)), whole(part)]),
  );
}

/** `mm.pcpu[1].cid` → `mm`, `pcpu`, 1, `cid`. */
function pathOf(name: string): readonly (string | number)[] {
  return [...name.matchAll(/\[(\d+)\]|[^.[]+/g)].map(([word, index]) =>
    index === undefined ? word : Number(index),
  );
}

function put(
  parts: Map<string | number, Part>,
  [first = '', ...rest]: readonly (string | number)[],
  value: ItfValue,
): void {
  if (rest.length === 0) {
    parts.set(first, { value });
    return;
  }
  const known = parts.get(first);
  const inner = known !== undefined && 'parts' in known ? known : { parts: new Map() };
  parts.set(first, inner);
  put(inner.parts, rest, value);
}

/** Elements are a function from indices, fields a record. */
function whole(part: Part): ItfValue {
  if ('value' in part) return part.value;
  const entries = [...part.parts].map(([key, inner]) => [key, whole(inner)] as const);
  if (entries.every(([key]) => typeof key === 'number')) {
    return { '#map': entries.map(([key, value]) => [integer(Number(key)), value] as const) };
  }
  return Object.fromEntries(entries.map(([key, value]) => [identifier(String(key)), value]));
}

function valueOf({ type, lock }: Cell, value: number, machine: Machine): ItfValue {
  if (lock) return value === 0 ? 'free' : (machine.contexts[value - 1]?.name ?? String(value));
  switch (type.kind) {
    case 'bool':
      return value !== 0;
    case 'ref':
      return formatValue(value, type, machine);
    case 'int':
      return integer(value);
  }
}

function integer(value: number): ItfValue {
  return { '#bigint': String(value) };
}

/** A name that TLA+ takes. */
function identifier(name: string): string {
  return name.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');
}

function buffersOf(
  model: string,
  machine: Machine,
  buffered: readonly BufferedStore[],
): Record<string, ItfValue> {
  if (model !== 'tso') return {};
  const entries = machine.cpus.map((name, cpu) => {
    const own = buffered.filter((store) => store.cpu === cpu);
    const stores = own.map(({ variable, value }) => ({ variable, value: integer(value) }));
    return [name, stores] as const;
  });
  return { [BUFFERS]: { '#map': entries } };
}

/** Where each context stands. */
function whereabouts(machine: Machine, state: StateView): ItfValue {
  const entries = machine.contexts.map((context, index) => {
    const node = nodeAt(context, at(state.nodes, index));
    const site = siteAt(node.site, machine);
    const place = node.kind === 'done' ? 'done' : site === null ? '' : lineOf(site);
    return [context.name, place] as const;
  });
  return { '#map': entries };
}
