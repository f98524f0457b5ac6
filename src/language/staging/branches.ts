/** Choices on a model value: if, ?:, && and ||, switch. */
import { refuse } from '../errors.ts';
import { merge, now } from './cells.ts';
import { DEAD, past } from './control.ts';
import { BOOL, binary, select } from './expressions.ts';
import { equality, truth } from './operators.ts';
import { toScalar } from './scalars.ts';
import { isModel } from './values.ts';
import type { Completion, Edge, Position } from './control.ts';
import type { Stage } from './stage.ts';

export type Arm = () => Completion | undefined;

/** What the place of an expression wants of it: its value, its truth, or only its effects. */
export type Mode = 'value' | 'test' | 'effect';

export function stagedIf(
  stage: Stage,
  test: unknown,
  then: Arm,
  otherwise: Arm,
): Completion | undefined {
  fork(
    stage,
    test,
    (position) => stage.arm(position, then),
    (position) => stage.arm(position, otherwise),
    false,
  );
  return stage.position ? undefined : DEAD;
}

export function stagedChoice(
  stage: Stage,
  mode: Mode,
  test: unknown,
  then: () => unknown,
  otherwise: () => unknown,
): unknown {
  const value = fork(
    stage,
    test,
    (position) => stage.valueArm(position, shaped(mode, then)),
    (position) => stage.valueArm(position, shaped(mode, otherwise)),
    true,
  );
  stage.alive();
  return value;
}

type RunArm = (position: Position) => Edge | null;

function fork(
  stage: Stage,
  test: unknown,
  then: RunArm,
  otherwise: RunArm,
  values: boolean,
): unknown {
  const { position: base, region } = stage;
  const departures = stage.departures();
  const since = now();
  const [yes, no] = stage.branch(toScalar(test, stage).expr);
  const edges = [then(yes), otherwise(no)];
  const value = stage.join(edges, since, values);
  const rejoined = stage.departures() === departures;
  stage.region = rejoined ? region : {};
  if (rejoined && base && 'when' in base) stage.position = base;
  return value;
}

/** In a test only the truth matters, so arms of different types may meet; an effect has no value. */
function shaped(mode: Mode, run: () => unknown): () => unknown {
  if (mode === 'value') return run;
  if (mode === 'test') return () => truth(run());
  return () => {
    run();
    return undefined;
  };
}

/**
 * `left && right`, `left || right` on a model value at the left. A right side without steps makes
 * one expression; any other is run only on the paths that reach it.
 */
export function stagedLogic(
  stage: Stage,
  mode: Mode,
  operator: '&&' | '||',
  left: unknown,
  right: () => unknown,
): unknown {
  const tried = tryWithoutSteps(stage, right);
  if (tried) return combine(stage, mode, operator, left, tried.value);
  const short = (): unknown =>
    mode === 'test' ? operator === '||' : shortValue(stage, operator, left);
  return operator === '&&'
    ? stagedChoice(stage, mode, left, right, short)
    : stagedChoice(stage, mode, left, short, right);
}

/** A falsy left side has just one value of its type. */
function shortValue(stage: Stage, operator: '&&' | '||', left: unknown): unknown {
  const { kind } = toScalar(left, stage).type;
  if (kind === 'bool') return operator === '||';
  if (operator === '||') return left;
  return kind === 'ref' ? null : 0;
}

function tryWithoutSteps(stage: Stage, right: () => unknown): { readonly value: unknown } | null {
  const start = stage.checkpoint();
  stage.region = {};
  let value: unknown;
  stage.guarded(() => {
    value = right();
    return undefined;
  });
  const [nodes] = stage.builder.mark();
  const quiet =
    nodes === start.builder[0] &&
    stage.position === start.position &&
    stage.trail.length === start.trail &&
    stage.departures() === sum(start.edges);
  if (!quiet) stage.rollback(start);
  stage.region = start.region;
  return quiet ? { value } : null;
}

function sum(edges: ReturnType<Stage['checkpoint']>['edges']): number {
  return edges.reduce((total, [, breaks, continues]) => total + breaks + continues, 0);
}

function combine(
  stage: Stage,
  mode: Mode,
  operator: '&&' | '||',
  left: unknown,
  right: unknown,
): unknown {
  if (mode === 'effect') return undefined;
  if (mode === 'test') return combineTruth(stage, operator, left, truth(right));
  const short = shortValue(stage, operator, left);
  const merged = merge([short, right]);
  if (merged.kind === 'same') return merged.value;
  if (merged.kind === 'conflict') return refuseMix(operator, merged.reason);
  if (merged.type.kind === 'bool') return combineTruth(stage, operator, left, right);
  const test = toScalar(left, stage).expr;
  const [a, b] = [toScalar(short, stage).expr, toScalar(right, stage).expr];
  const expr = operator === '&&' ? select(test, b, a) : select(test, a, b);
  return stage.scalar(expr, merged.type);
}

function combineTruth(stage: Stage, operator: '&&' | '||', left: unknown, right: unknown): unknown {
  if (!isModel(right)) return right === (operator === '&&') ? truth(left) : right;
  const [a, b] = [toScalar(truth(left), stage).expr, toScalar(right, stage).expr];
  return stage.scalar(binary(operator === '&&' ? 'and' : 'or', a, b), BOOL);
}

function refuseMix(operator: string, reason: string): never {
  return refuse(
    'KC0115',
    `'${operator}' would give ${reason}`,
    'Give both sides one type, or use the expression as a condition only.',
  );
}

export interface Case {
  /** null: default. */
  readonly test: (() => unknown) | null;
  readonly body: Arm;
}

/** A switch outside every body: JavaScript's. */
export function ordinarySwitch(
  id: number,
  value: unknown,
  cases: readonly Case[],
): Completion | undefined {
  const matching = cases.findIndex(({ test }) => test !== null && test() === value);
  const first = matching >= 0 ? matching : cases.findIndex(({ test }) => test === null);
  if (first < 0) return undefined;
  for (const { body } of cases.slice(first)) {
    const completion = body();
    if (completion) return past(completion, id);
  }
  return undefined;
}

/** A switch of which the value or a case label is a model value. */
export function stagedSwitch(
  stage: Stage,
  value: unknown,
  cases: readonly Case[],
  id: number,
): Completion | undefined {
  const frame = stage.push(id);
  const since = now();
  stage.region = {};
  const entries = dispatch(stage, value, cases, frame.mark);
  let fallthrough: Edge | null = null;
  cases.forEach(({ body }, i) => {
    stage.trail.undo(frame.mark);
    stage.region = {};
    stage.join([...(entries.byCase[i] ?? []), fallthrough], since, false);
    if (stage.position) stage.settle(stage.guarded(body));
    fallthrough = stage.edge(frame.mark);
  });
  stage.trail.undo(frame.mark);
  frame.breaks.push(...[fallthrough, entries.none].filter((edge) => edge !== null));
  stage.position = null;
  stage.pop(frame, undefined, false);
  return stage.position ? undefined : DEAD;
}

interface Entries {
  readonly byCase: readonly Edge[][];
  /** No case fits, and there is no default. */
  readonly none: Edge | null;
}

/** Tests the labels in order, as JavaScript does: the default is taken only after all of them. */
function dispatch(stage: Stage, value: unknown, cases: readonly Case[], mark: number): Entries {
  const byCase: Edge[][] = cases.map(() => []);
  cases.forEach(({ test }, i) => {
    if (!test || !stage.position) return;
    const taken = takeCase(stage, labelMatches(stage, value, test()), mark);
    if (taken) byCase[i]?.push(taken);
  });
  const rest = stage.edge(mark);
  const fallback = cases.findIndex(({ test }) => test === null);
  if (rest && fallback >= 0) byCase[fallback]?.push(rest);
  return { byCase, none: fallback >= 0 ? null : rest };
}

function labelMatches(stage: Stage, value: unknown, label: unknown): unknown {
  return isModel(value) || isModel(label) ? equality(stage, '==', value, label) : value === label;
}

/** The way into a case; goes on where the label does not fit. */
function takeCase(stage: Stage, matches: unknown, mark: number): Edge | null {
  if (matches === false) return null;
  if (matches === true) {
    const edge = stage.edge(mark);
    stage.position = null;
    return edge;
  }
  const [yes, no] = stage.branch(toScalar(matches, stage).expr);
  stage.position = yes;
  const edge = stage.edge(mark);
  stage.position = no;
  return edge;
}
