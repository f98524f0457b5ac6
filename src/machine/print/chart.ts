/** A context as what all forms of print show: its nodes in order, in words, and where control goes. */
import { formatExpr } from '../format.ts';
import { at, nodeAt, reachable, successors } from '../graph.ts';
import type { Context, Machine, Node, Program, Site } from '../machine.ts';
import { nodeText } from './node-text.ts';

export interface Chart {
  readonly name: string;
  /** `on CPU0, while irqs_on, runs for ever`. */
  readonly about: string;
  readonly entry: number;
  /** Those that can be reached, ascending. */
  readonly nodes: readonly ChartNode[];
}

export interface ChartNode {
  readonly index: number;
  readonly text: string;
  /** `file:line`. */
  readonly place: string;
  readonly kind: 'branch' | 'done' | 'other';
  /** Of an atomic region: its first node, or one that no other context steps before. */
  readonly atomic: 'no' | 'first' | 'rest';
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly to: number;
  /** Of a branch's arms. */
  readonly when: 'yes' | 'no' | null;
}

export function chartOf(context: Context, machine: Machine): Chart {
  const indices = reachable(context).toSorted((a, b) => a - b);
  return {
    name: context.name,
    about: aboutOf(context, machine),
    entry: context.entry,
    nodes: indices.map((index) => chartNode(context, index, machine)),
  };
}

function aboutOf(context: Context, machine: Machine): string {
  const { cpu, guard, liveness } = context;
  const where =
    cpu.op === 'const' ? at(machine.cpus, cpu.value) : formatExpr(cpu, context, machine);
  return [
    cpu.op === 'const' ? `on ${where}` : `on CPU ${where}`,
    ...(guard === null ? [] : [`while ${formatExpr(guard, context, machine)}`]),
    ...{ done: [], mark: ['runs for ever'], none: ['need not finish'] }[liveness],
  ].join(', ');
}

function chartNode(context: Context, index: number, machine: Machine): ChartNode {
  const node = nodeAt(context, index);
  const { kind } = node;
  return {
    index,
    text: nodeText(node, context, machine),
    place: placeOf(node, machine),
    kind: kind === 'branch' || kind === 'done' ? kind : 'other',
    atomic: atomicity(node, context),
    edges: edgesOf(node),
  };
}

function atomicity(node: Node, program: Program): ChartNode['atomic'] {
  if (node.atomic) return 'rest';
  return successors(node).some((next) => nodeAt(program, next).atomic) ? 'first' : 'no';
}

function edgesOf(node: Node): readonly Edge[] {
  if (node.kind !== 'branch' || node.then === node.otherwise) {
    return successors(node).map((to) => ({ to, when: null }));
  }
  return [
    { to: node.then, when: 'yes' },
    { to: node.otherwise, when: 'no' },
  ];
}

/** A primitive that is itself written in the spec language is shown where it is called. */
function placeOf(node: Node, machine: Machine): string {
  const primitive = 'primitive' in node ? node.primitive : null;
  let site: Site = at(machine.sites, node.site);
  while (site.functionName === primitive && site.caller !== null) {
    site = at(machine.sites, site.caller);
  }
  return `${site.file}:${site.line}`;
}
