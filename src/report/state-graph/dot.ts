/** Graphviz. Double border: final; octagon: something fails; hexagon: livelock. */
import type { DrawnNode, Drawing } from './drawing.ts';

export function stateDot({ title, figures, nodes, edges }: Drawing): string {
  return [
    `digraph "${escape(title)}" {`,
    `  label="${[title, ...figures].map(escape).join('\\n')}";`,
    '  labelloc=t;',
    '  node [shape=box, fontname=monospace];',
    '  edge [fontname=monospace];',
    '  start [shape=point];',
    ...nodes.filter(({ isInitial }) => isInitial).map(({ index }) => `  start -> s${index};`),
    ...nodes.map((node) => `  s${node.index} [label="${labelOf(node)}"${STYLE[node.shape]}];`),
    ...edges.map(({ from, to, label }) => `  s${from} -> s${to} [label="${escape(label)}"];`),
    '}',
    '',
  ].join('\n');
}

const STYLE = {
  plain: '',
  final: ', peripheries=2',
  failing: ', shape=octagon, penwidth=2',
  livelock: ', shape=hexagon, penwidth=2',
} as const;

function labelOf({ name, marks, lines }: DrawnNode): string {
  return [name, ...marks, ...lines].map(escape).join('\\n');
}

function escape(text: string): string {
  return text.replace(/[\\"]/g, (character) => `\\${character}`);
}
