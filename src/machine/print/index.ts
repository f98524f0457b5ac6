/** The small state machine that a mechanism is, as text or for a drawing program. */
export { printDot } from './dot.ts';
export { printMermaid } from './mermaid.ts';
export { printSvg } from './svg.ts';
export { printText } from './text.ts';
