/** The .litmus front end: text to the machine that specs use, and final states to herd7's result block. */
export { toMachine, type LitmusProgram } from './to-machine.ts';
export { architectureOf, parseLitmus } from './parse.ts';
export type { Architecture } from './litmus-test.ts';
export { readJsonLines, type JsonLinesTest } from './jsonl.ts';
export { formatOutcome, outcomeOf, type FinalState, type Outcome } from './outcome.ts';
export { LITMUS_ERRORS } from './errors.ts';
