/** The explored graph as text, or for a drawing program. */
export { stateDot } from './dot.ts';
export { drawingOf } from './drawing.ts';
export { stateMermaid } from './mermaid.ts';
export { stateSvg } from './svg.ts';
export { stateText } from './text.ts';
