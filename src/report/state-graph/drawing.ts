/** The explored graph in words: what every form of it shows. */
import { basename } from 'node:path';
import { bufferedIn } from '../../checker/hand/contents.ts';
import type { Mark, StateEdge, StateGraph, StateNode } from '../../checker/state-graph.ts';
import { formatValue } from '../../machine/format.ts';
import { at, nodeAt } from '../../machine/graph.ts';
import type { Cell, Context, Machine } from '../../machine/machine.ts';
import type { Snapshot } from '../../memory-models/memory-model.ts';
import { nodeText } from '../../machine/print/node-text.ts';
import { readerSite } from '../describe.ts';
import { clip, count, thousands, wrap } from '../words.ts';

export interface Drawing {
  /** The run: `message passing  version plain  model sc`. */
  readonly title: string;
  /** `12 states, 16 steps`. */
  readonly figures: readonly string[];
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

/** What to be seen by: a shape, as well as words. */
export type Shape = 'plain' | 'final' | 'failing' | 'livelock';

export interface DrawnNode {
  readonly index: number;
  /** `place 3: 12 states`. */
  readonly name: string;
  readonly isInitial: boolean;
  readonly shape: Shape;
  /** `FAILS: S1`, `final`. */
  readonly marks: readonly string[];
  /** Where contexts stand, and what has changed since the start. */
  readonly lines: readonly string[];
}

export interface DrawnEdge {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

export function drawingOf(title: string, machine: Machine, graph: StateGraph): Drawing {
  const contents = new Contents(machine, graph);
  return {
    title,
    figures: figuresOf(graph),
    nodes: graph.nodes.map((node, index) => ({
      index,
      name: graph.isQuotient ? `place ${index}: ${count(node.states, 'state')}` : `state ${index}`,
      isInitial: node.marks.some(({ kind }) => kind === 'initial'),
      shape: shapeOf(node),
      marks: node.marks.map((mark) => markWords(mark, node.states)),
      lines: contents.lines(node, index),
    })),
    edges: graph.edges.map((edge) => ({
      from: edge.from,
      to: edge.to,
      label: edgeWords(edge, machine),
    })),
  };
}

function figuresOf(graph: StateGraph): readonly string[] {
  const { states, transitions, isQuotient, nodes, isBounded } = graph;
  const where = isQuotient ? ` in ${count(nodes.length, 'place')}` : '';
  return [
    `${count(states, 'state')}${where}, ${count(transitions, 'step')}`,
    ...(isQuotient ? ['a place: all states in which each context stands at one place'] : []),
    ...(isBounded ? ['not all: a bound of the memory model kept some step from happening'] : []),
  ];
}

function shapeOf({ marks }: StateNode): Shape {
  const kinds = new Set(marks.map(({ kind }) => kind));
  if (kinds.has('fails') || kinds.has('race') || kinds.has('deadlock')) return 'failing';
  if (kinds.has('livelock')) return 'livelock';
  return kinds.has('final') ? 'final' : 'plain';
}

/** Of a place with others: in how many of its states. */
function markWords({ kind, what, states }: Mark, of: number): string {
  const words = {
    initial: 'initial',
    final: 'final',
    fails: `FAILS: ${what}`,
    race: `RACE on ${what}`,
    deadlock: 'DEADLOCK',
    livelock: `LIVELOCK: ${what}`,
  }[kind];
  return states === of ? words : `${words} (${thousands(states)} of ${count(of, 'state')})`;
}

function edgeWords({ movers, steps }: StateEdge, machine: Machine): string {
  const names = movers.map((mover) =>
    mover < 0 ? `memory of ${at(machine.cpus, -1 - mover)}` : at(machine.contexts, mover).name,
  );
  const times = steps === movers.length ? '' : ` (${count(steps, 'step')})`;
  return `${names.join(', ')}${times}`;
}

const MOST_WIDE = 60;

class Contents {
  readonly #machine: Machine;
  readonly #initial: Snapshot;
  readonly #isQuotient: boolean;
  readonly #pending = new Map<string, number>();
  readonly #alike = new Map<string, number>();

  constructor(machine: Machine, { nodes, isQuotient }: StateGraph) {
    this.#machine = machine;
    this.#initial = at(nodes, 0).state;
    this.#isQuotient = isQuotient;
  }

  lines({ state }: StateNode, index: number): readonly string[] {
    const places = this.#machine.contexts.map((context, i) =>
      placeWords(context, at(state.nodes, i), this.#machine),
    );
    if (this.#isQuotient) return places;
    const { locations, ghosts } = this.#machine;
    const values = [
      ...this.#changed(locations, state.memory, this.#initial.memory, '='),
      ...this.#changed(ghosts, state.ghosts, this.#initial.ghosts, ':='),
    ];
    const memory = [...this.#pendingIn(state), ...this.#likeness(state, index)];
    const parts = [values, this.#registers(state), memory];
    return [...places, ...parts.flatMap((words) => wrap(words.join(', '), MOST_WIDE))];
  }

  #changed(
    cells: readonly Cell[],
    values: readonly number[],
    before: readonly number[],
    sign: string,
  ): readonly string[] {
    return cells.flatMap(({ name, type }, index) => {
      const value = at(values, index);
      return value === at(before, index)
        ? []
        : [`${name} ${sign} ${formatValue(value, type, this.#machine)}`];
    });
  }

  /** Those that are read again. */
  #registers({ registers }: Snapshot): readonly string[] {
    return this.#machine.contexts.flatMap((context, index) =>
      context.registers.flatMap(({ name, type }, register) => {
        const value = registers[index]?.[register] ?? null;
        if (value === null) return [];
        return [`${context.name}: ${name} is ${formatValue(value, type, this.#machine)}`];
      }),
    );
  }

  /** Under `power` states may differ in what CPUs know of the past alone. */
  #likeness(state: Snapshot, index: number): readonly string[] {
    const key = JSON.stringify(state);
    const other = this.#alike.get(key);
    if (other === undefined) this.#alike.set(key, index);
    return other === undefined ? [] : [`as state ${other} but for what CPUs can read`];
  }

  /** Store buffers; what `power` puts off has no short spelling, and is told apart by a number. */
  #pendingIn({ pending }: Snapshot): readonly string[] {
    if (/^\|*$/.test(pending)) return [];
    if (/^[-\d=,|]+$/.test(pending)) return this.#buffers(pending);
    const number = this.#pending.get(pending) ?? this.#pending.size + 1;
    this.#pending.set(pending, number);
    return [`accesses put off: case ${number}`];
  }

  #buffers(pending: string): readonly string[] {
    const { cpus } = this.#machine;
    return bufferedIn(this.#machine, pending).flatMap(({ cpu, variable }) => {
      if (variable === null) return [];
      const { name, type, value } = variable;
      return [`${at(cpus, cpu)} buffers ${name} = ${formatValue(value ?? 0, type, this.#machine)}`];
    });
  }
}

function placeWords(context: Context, index: number, machine: Machine): string {
  const node = nodeAt(context, index);
  if (node.kind === 'done') return `${context.name}: done`;
  const primitive = 'primitive' in node ? node.primitive : '';
  const site = readerSite({ site: node.site, primitive }, machine);
  const place = site === null ? '' : `${basename(site.file)}:${site.line}  `;
  return clip(`${context.name}: ${place}${nodeText(node, context, machine)}`, MOST_WIDE);
}
