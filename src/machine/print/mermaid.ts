/** A Mermaid flowchart, one subgraph a context: what GitHub and mail archives draw from text. */
import type { Machine } from '../machine.ts';
import { chartOf } from './chart.ts';
import type { Chart, ChartNode } from './chart.ts';

export function printMermaid(machine: Machine): string {
  const charts = machine.contexts.map((context, index) =>
    subgraph(chartOf(context, machine), `c${index}`),
  );
  return ['flowchart TD', ...charts.flat(), ''].join('\n');
}

function subgraph({ name, about, entry, nodes }: Chart, id: string): readonly string[] {
  return [
    `  subgraph ${id}["${escape(`${name}  ${about}`)}"]`,
    `    ${id}_start(( )) --> ${id}_${entry}`,
    ...nodes.flatMap((node) => [
      `    ${id}_${node.index}${shape(node)}`,
      ...node.edges.map(({ to, when }) => {
        const label = when === null ? '' : `|${when}|`;
        return `    ${id}_${node.index} -->${label} ${id}_${to}`;
      }),
    ]),
    '  end',
  ];
}

function shape({ kind, atomic, text, place }: ChartNode): string {
  const words = `${atomic === 'rest' ? 'atomically: ' : ''}${text}`;
  const label = `"${escape(words)}<br/>${escape(place)}"`;
  if (kind === 'branch') return `{${label}}`;
  return kind === 'done' ? `([${label}])` : `[${label}]`;
}

export function escape(text: string): string {
  const codes: Readonly<Record<string, string>> = {
    '#': '#35;',
    '"': '#quot;',
    '<': '#lt;',
    '>': '#gt;',
    '&': '#amp;',
  };
  return text.replace(/[#"<>&]/g, (character) => codes[character] ?? character);
}
