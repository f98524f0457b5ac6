/** A Mermaid flowchart. Rounded: final; hexagon: something fails; slanted: livelock. */
import { escape } from '../../machine/print/mermaid.ts';
import type { DrawnNode, Drawing } from './drawing.ts';

export function stateMermaid({ title, figures, nodes, edges }: Drawing): string {
  return [
    'flowchart TD',
    ...[title, ...figures].map((line) => `  %% ${line.replaceAll(/[{}]/g, ' ')}`),
    ...nodes.filter(({ isInitial }) => isInitial).map(({ index }) => `  start(( )) --> s${index}`),
    ...nodes.map((node) => `  s${node.index}${shaped(node)}`),
    ...edges.map(({ from, to, label }) => `  s${from} -->|"${escape(label)}"| s${to}`),
    '',
  ].join('\n');
}

function shaped({ name, marks, lines, shape }: DrawnNode): string {
  const label = `"${[name, ...marks, ...lines].map(escape).join('<br/>')}"`;
  const [open, close] = BRACKETS[shape];
  return `${open}${label}${close}`;
}

const BRACKETS = {
  plain: ['[', ']'],
  final: ['([', '])'],
  failing: ['{{', '}}'],
  livelock: ['[/', '/]'],
} as const;
