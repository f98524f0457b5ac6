/** One paragraph a node: its number, what it is, where contexts stand, and where its steps lead. */
import { groupBy } from '../group.ts';
import { wrap } from '../words.ts';
import type { DrawnEdge, DrawnNode, Drawing } from './drawing.ts';

export function stateText(drawing: Drawing, width: number): string {
  const { title, figures, nodes, edges } = drawing;
  const leaving = groupBy(edges, ({ from }) => from);
  const lines = [
    ...[title, ...figures].flatMap((line) => wrap(line, width)),
    ...nodes.flatMap((node) => ['', ...paragraph(node, leaving.get(node.index) ?? [], width)]),
  ];
  return `${lines.join('\n')}\n`;
}

function paragraph(
  { name, marks, lines }: DrawnNode,
  edges: readonly DrawnEdge[],
  width: number,
): readonly string[] {
  const heading = [name, ...marks].join('  ');
  return [
    ...wrap(heading, width, 4),
    ...lines.flatMap((line) => wrap(`  ${line}`, width, 6)),
    ...edges.flatMap(({ to, label }) => wrap(`  -> ${to}  ${label}`, width, 6)),
  ];
}
