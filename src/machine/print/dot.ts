/** Graphviz, one cluster a context. */
import type { Machine } from '../machine.ts';
import { chartOf } from './chart.ts';
import type { Chart, ChartNode } from './chart.ts';

export function printDot(machine: Machine): string {
  const charts = machine.contexts.map((context, index) =>
    cluster(chartOf(context, machine), `c${index}`),
  );
  return [
    `digraph "${escape(machine.title)}" {`,
    '  node [shape=box, fontname=monospace];',
    ...charts.flat(),
    '}',
    '',
  ].join('\n');
}

function cluster({ name, about, entry, nodes }: Chart, id: string): readonly string[] {
  return [
    `  subgraph cluster_${id} {`,
    `    label="${escape(`${name}  ${about}`)}";`,
    `    ${id}_start [shape=point];`,
    `    ${id}_start -> ${id}_${entry};`,
    ...nodes.flatMap((node) => [
      `    ${id}_${node.index} [label="${label(node)}"${style(node)}];`,
      ...node.edges.map(({ to, when }) => {
        const how = when === null ? '' : ` [label="${when}"]`;
        return `    ${id}_${node.index} -> ${id}_${to}${how};`;
      }),
    ]),
    '  }',
  ];
}

function label({ text, place, atomic }: ChartNode): string {
  const words = `${atomic === 'rest' ? 'atomically: ' : ''}${text}`;
  return `${escape(words)}\\n${escape(place)}`;
}

function style({ kind }: ChartNode): string {
  if (kind === 'branch') return ', shape=diamond';
  return kind === 'done' ? ', style=rounded' : '';
}

function escape(text: string): string {
  return text.replace(/[\\"]/g, (character) => `\\${character}`);
}
