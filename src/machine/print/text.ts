/**
 * One line a node: its number, what it does, where control goes if not to the next line, its place. The
 * nodes of an atomic region stand behind a `{` and `|`.
 */
import type { Machine } from '../machine.ts';
import { chartOf } from './chart.ts';
import type { Chart, ChartNode } from './chart.ts';

const WIDEST = 60;

export function printText(machine: Machine): string {
  const charts = machine.contexts.map((context) => chartText(chartOf(context, machine)));
  return [`${machine.title}\n`, ...charts].join('\n');
}

function chartText({ name, about, entry, nodes }: Chart): string {
  const start = nodes[0]?.index === entry ? '' : `, starts at ${entry}`;
  const lines = nodes.map((node, i) => [lineOf(node, nodes[i + 1]?.index), node.place] as const);
  const width = Math.min(WIDEST, Math.max(...lines.map(([line]) => line.length)));
  const body = lines.map(([line, place]) => `${line.padEnd(width)}  ${place}\n`);
  return `${name}  ${about}${start}\n${body.join('')}`;
}

function lineOf(node: ChartNode, next: number | undefined): string {
  const region = { no: ' ', first: '{', rest: '|' }[node.atomic];
  return `${String(node.index).padStart(4)} ${region} ${node.text}${control(node, next)}`;
}

function control({ edges }: ChartNode, next: number | undefined): string {
  return edges
    .filter(({ to }) => to !== next)
    .map(({ to, when }) => (when === 'no' ? ` else -> ${to}` : ` -> ${to}`))
    .join('');
}
