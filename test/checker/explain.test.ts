/**
 * Why traces of the well-known litmus shapes are possible. What is said is held against the specs with
 * the barriers written where the sentence wants them: those pass, as herd7 says of these shapes.
 */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { explain } from '../../src/checker/explain/index.ts';
import type { Explanation } from '../../src/checker/result.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { explanationSentence } from '../../src/report/explanation.ts';
import { stagedMachine } from '../language/staged.ts';
import { CLASSICS } from '../specs/classics.ts';
import { NO_LIMITS } from './options.ts';

/** Two or more threads, and what may not come of them; `a` and `b` stand in the gaps. */
const SHAPES = {
  SB: (a = '', b = '') => `${TWO}
    task('P0', () => { WRITE_ONCE(x, 1);
      ${a} r[0].value = READ_ONCE(y); });
    task('P1', () => { WRITE_ONCE(y, 1);
      ${b} r[1].value = READ_ONCE(x); });
    finally_('no', () => r[0].value !== 0 || r[1].value !== 0);`,
  MP: (a = '', b = '') => `${TWO}
    task('P0', () => { WRITE_ONCE(x, 1);
      ${a} WRITE_ONCE(y, 1); });
    task('P1', () => { r[0].value = READ_ONCE(y);
      ${b} r[1].value = READ_ONCE(x); });
    finally_('no', () => r[0].value !== 1 || r[1].value !== 0);`,
  LB: (a = '', b = '') => `${TWO}
    task('P0', () => { const seen = READ_ONCE(x);
      ${a} WRITE_ONCE(y, 1); r[0].value = seen; });
    task('P1', () => { const seen = READ_ONCE(y);
      ${b} WRITE_ONCE(x, 1); r[1].value = seen; });
    finally_('no', () => r[0].value !== 1 || r[1].value !== 1);`,
  R: (a = '', b = '') => `${TWO}
    task('P0', () => { WRITE_ONCE(x, 1);
      ${a} WRITE_ONCE(y, 1); });
    task('P1', () => { WRITE_ONCE(y, 2);
      ${b} r[1].value = READ_ONCE(x); });
    finally_('no', () => y.value !== 2 || r[1].value !== 0);`,
  S: (a = '', b = '') => `${TWO}
    task('P0', () => { WRITE_ONCE(x, 2);
      ${a} WRITE_ONCE(y, 1); });
    task('P1', () => { const seen = READ_ONCE(y);
      ${b} WRITE_ONCE(x, 1); r[0].value = seen; });
    finally_('no', () => x.value !== 2 || r[0].value !== 1);`,
  '2+2W': (a = '', b = '') => `${TWO}
    task('P0', () => { WRITE_ONCE(x, 1);
      ${a} WRITE_ONCE(y, 2); });
    task('P1', () => { WRITE_ONCE(y, 1);
      ${b} WRITE_ONCE(x, 2); });
    finally_('no', () => x.value !== 1 || y.value !== 1);`,
  IRIW: (a = '', b = '') => `${TWO}
    task('W0', () => { WRITE_ONCE(x, 1); });
    task('W1', () => { WRITE_ONCE(y, 1); });
    task('R0', () => { r[0].value = READ_ONCE(x);
      ${a} r[1].value = READ_ONCE(y); });
    task('R1', () => { r[2].value = READ_ONCE(y);
      ${b} r[3].value = READ_ONCE(x); });
    finally_('no', () => r[0].value + r[2].value !== 2 || r[1].value + r[3].value !== 0);`,
};
const TWO = 'const x = shared(0), y = shared(0), r = ghost([9, 9, 9, 9]);';

type Shape = keyof typeof SHAPES;
type Gaps = readonly [string, string];

/** What stands in the two gaps, and what is found to be wanting there; `''` is nothing. */
const CASES: readonly (readonly [Shape, string, given: Gaps, wanting: Gaps])[] = [
  ['SB', 'tso', ['', ''], ['smp_mb', 'smp_mb']],
  ['SB', 'tso', ['smp_mb', ''], ['', 'smp_mb']],
  ['SB', 'tso', ['', 'smp_mb'], ['smp_mb', '']],
  ['SB', 'power', ['', ''], ['smp_mb', 'smp_mb']],
  ['SB', 'power', ['smp_mb', 'smp_rmb'], ['', 'smp_mb']],
  ['MP', 'power', ['', ''], ['smp_wmb', 'smp_rmb or address dependency']],
  ['MP', 'power', ['smp_wmb', ''], ['', 'smp_rmb or address dependency']],
  ['MP', 'power', ['', 'smp_rmb'], ['smp_wmb', '']],
  ['LB', 'power', ['', ''], ['control dependency', 'control dependency']],
  ['LB', 'power', ['control dependency', ''], ['', 'control dependency']],
  ['R', 'tso', ['', ''], ['', 'smp_mb']],
  ['R', 'power', ['', ''], ['smp_mb', 'smp_mb']],
  ['R', 'power', ['smp_wmb', 'smp_mb'], ['smp_mb', '']],
  ['S', 'power', ['', ''], ['smp_wmb', 'control dependency']],
  ['2+2W', 'power', ['', ''], ['smp_wmb', 'smp_wmb']],
  ['2+2W', 'power', ['smp_wmb', ''], ['', 'smp_wmb']],
  ['IRIW', 'power', ['', ''], ['smp_mb', 'smp_mb']],
  ['IRIW', 'power', ['smp_mb', 'smp_rmb'], ['', 'smp_mb']],
];

test.each(CASES)('%s under %s with %j', async (shape, model, given, wanting) => {
  const { explanation } = await explained(specOf(shape, given), model);
  const cpu = shape === 'IRIW' ? 2 : 0;
  const pairs = wanting.flatMap((names, gap) =>
    names === '' ? [] : [{ cpu: cpu + gap, barriers: names.split(' or ') }],
  );
  expect(explanation).toMatchObject({ kind: 'reordered', pairs, further: [], rest: 'passes' });

  const ordered: Gaps = [wanting[0] || given[0], wanting[1] || given[1]];
  expect((await explained(specOf(shape, ordered), model)).sentence).toBe('nothing fails');
});

function specOf(shape: Shape, [a, b]: Gaps): string {
  return SHAPES[shape](sourceOf(a), sourceOf(b));
}

function sourceOf(names: string): string {
  const [name = ''] = names.split(' or ');
  if (name === 'control dependency') return 'if (seen) barrier();';
  return name === '' ? '' : `${name}();`;
}

async function sentenceOf(body: string, model: string): Promise<string> {
  return (await explained(`${TWO}\n${body}`, model)).sentence;
}

test('one pair, named by its source lines', async () => {
  expect(await sentenceOf(SHAPES.R().slice(TWO.length), 'tso')).toMatchInlineSnapshot(
    `"Possible because CPU1's store of y (spec.ts:7) takes effect after its load of x (spec.ts:8); smp_mb() between them forbids it, and then no schedule fails."`,
  );
});

test('two pairs with barriers of their own', async () => {
  expect(await sentenceOf(SHAPES.MP().slice(TWO.length), 'power')).toMatchInlineSnapshot(
    `"Possible because nothing orders CPU0's store of x (spec.ts:5) before its store of y (spec.ts:6), nor CPU1's load of y (spec.ts:7) before its load of x (spec.ts:8); smp_wmb() between the first two and smp_rmb() or an address dependency between the second two forbid it, and then no schedule fails."`,
  );
});

test('other accesses of the same CPU are not blamed', async () => {
  const body = `
    const z = shared(0);
    task('P0', () => {
      WRITE_ONCE(z, 1);
      WRITE_ONCE(x, 1);
      READ_ONCE(z);
      smp_mb();
      WRITE_ONCE(z, 2);
      r[0].value = READ_ONCE(y);
      READ_ONCE(z);
      WRITE_ONCE(z, 3);
    });
    task('P1', () => {
      READ_ONCE(z);
      WRITE_ONCE(y, 1);
      READ_ONCE(z);
      r[1].value = READ_ONCE(x);
      READ_ONCE(z);
    });
    finally_('no', () => r[0].value !== 0 || r[1].value !== 0);`;
  expect(await sentenceOf(body, 'tso')).toMatchInlineSnapshot(
    `"Possible because CPU1's store of y (spec.ts:18) takes effect after its load of x (spec.ts:20); smp_mb() between them forbids it, and then no schedule fails."`,
  );
});

test('what sequential consistency allows needs no reordering, however buffered it looks', async () => {
  const body = `
    task('P0', () => { WRITE_ONCE(x, 1); WRITE_ONCE(y, READ_ONCE(y) + 1); });
    task('P1', () => { WRITE_ONCE(y, READ_ONCE(y) + 1); });
    finally_('no increment is lost', () => y.value === 2);`;
  expect(await sentenceOf(body, 'tso')).toMatchInlineSnapshot(
    `"No reordering is needed: sequential consistency (sc) allows the same."`,
  );
});

test('a livelock that a store buffer makes possible', async () => {
  const body = `
    task('sleeper', () => {
      WRITE_ONCE(x, 1);
      if (!READ_ONCE(y)) while (READ_ONCE(x)) cpu_relax();
    });
    task('waker', () => {
      WRITE_ONCE(y, 1);
      if (READ_ONCE(x)) WRITE_ONCE(x, 0);
    });`;
  expect(await sentenceOf(body, 'tso')).toMatchInlineSnapshot(
    `"Possible because nothing orders CPU0's store of x (spec.ts:6) before its load of y (spec.ts:7), nor CPU1's store of y (spec.ts:10) before its load of x (spec.ts:11); smp_mb() in both places forbids it, and then no schedule fails."`,
  );
});

/** Under sc the property breaks too, only later. */
const SLOW = `
  task('P0', () => { WRITE_ONCE(x, 1); r[0].value = READ_ONCE(y); });
  task('P1', () => { WRITE_ONCE(y, 1); r[1].value = READ_ONCE(x); });
  task('slow', () => {
    for (let i = 0; i < 12; i++) READ_ONCE(x);
    atomic(() => { r[0].value = 0; r[1].value = 0; });
  });
  invariant('no', () => r[0].value !== 0 || r[1].value !== 0);`;

test('another schedule may fail without any reordering', async () => {
  expect(await sentenceOf(SLOW, 'tso')).toMatchInlineSnapshot(
    `"Possible because nothing orders CPU0's store of x (spec.ts:5) before its load of y (spec.ts:5), nor CPU1's store of y (spec.ts:6) before its load of x (spec.ts:6); smp_mb() in both places forbids it; another schedule still fails, without any reordering."`,
  );
});

test('what a cap leaves open is said', async () => {
  const model = memoryModels.get('tso');
  if (model === undefined) throw new Error('no tso');
  const machine = stagedMachine(`${TWO}
    ${SLOW}
    const z = shared([0, 0, 0, 0]);
    for (const i of [0, 1, 2, 3]) task('T' + i, () => { for (let k = 0; k < 4; k++) WRITE_ONCE(z[i], k); });`);
  const { failures } = await check(machine, model, { ...NO_LIMITS, maxStates: 100_000 });
  const [failure] = failures;
  if (failure === undefined) throw new Error('it passes');
  const explanation = await explain(machine, model, failure, 0, NO_LIMITS);
  expect(explanation).toMatchObject({ kind: 'reordered', rest: 'unchecked' });
  expect(
    explanation && explanationSentence(explanation, failure.kind, machine),
  ).toMatchInlineSnapshot(
    `"Possible because nothing orders CPU0's store of x (spec.ts:5) before its load of y (spec.ts:5), nor CPU1's store of y (spec.ts:6) before its load of x (spec.ts:6); smp_mb() in both places forbids it; whether another schedule fails was not found out, for that search was cut short."`,
  );
});

test('a ghost takes effect at once, and what it ought to order does not', async () => {
  const body = `
    const kicked = ghost(false);
    task('P0', () => {
      WRITE_ONCE(x, 1);
      atomic(() => {
        WRITE_ONCE(y, 1);
        kicked.value = true;
      });
    });
    task('P1', () => {
      wait_until(() => kicked.value);
      assert(READ_ONCE(x) === 1, 'no');
    });`;
  expect(await sentenceOf(body, 'tso')).toMatchInlineSnapshot(
    `"Possible because CPU0's store of x (spec.ts:7) takes effect after its use of the ghost kicked (spec.ts:10); smp_mb() between them forbids it, and then no schedule fails."`,
  );
});

test.each([
  'philosophers in a circle',
  'lost wake-up',
  'seqlock that never looks back',
  'interrupts on',
])('%s needs no reordering', async (name) => {
  for (const model of ['tso', 'power']) {
    const { explanation } = await explained(CLASSICS[name] ?? '', model);
    expect(explanation).toEqual({ kind: 'in-order' });
  }
});

test('Peterson without a barrier', async () => {
  const body = CLASSICS['Peterson without a barrier'] ?? '';
  expect((await explained(body, 'tso')).sentence).toMatchInlineSnapshot(
    `"Possible because nothing orders CPU0's store of flag[0] (spec.ts:7) before its load of flag[1] (spec.ts:10), nor CPU1's store of flag[1] (spec.ts:7) before its load of flag[0] (spec.ts:10); smp_mb() in both places forbids it, and then no schedule fails."`,
  );
  const { explanation } = await explained(body, 'power');
  expect(explanation).toMatchObject({ kind: 'reordered', rest: 'passes' });
});

test('Peterson with smp_mb() between his stores and his loads alone, under power', async () => {
  const { sentence } = await explained(CLASSICS['Peterson with smp_mb'] ?? '', 'power');
  expect(sentence).toMatchInlineSnapshot(
    `"Possible because CPU1's store of flag[1] (spec.ts:7) takes effect after its store of turn (spec.ts:8); smp_mb() between them forbids it, and with smp_mb() between CPU0's store of flag[0] (spec.ts:7) and its store of turn (spec.ts:8) as well no schedule fails."`,
  );
});

test('under sc there is nothing to explain', async () => {
  const body = `task('T', () => { WRITE_ONCE(x, 1); assert(READ_ONCE(x) === 0, 'no'); });`;
  expect(await sentenceOf(body, 'sc')).toBe('');
});

async function explained(
  body: string,
  modelName: string,
): Promise<{ readonly explanation: Explanation | null; readonly sentence: string }> {
  const model = memoryModels.get(modelName);
  if (model === undefined) throw new Error(modelName);
  const machine = stagedMachine(body);
  const { failures, states } = await check(machine, model, NO_LIMITS);
  const [failure] = failures;
  if (failure === undefined) return { explanation: null, sentence: 'nothing fails' };
  const explanation = await explain(machine, model, failure, states, NO_LIMITS);
  const sentence =
    explanation === null ? '' : explanationSentence(explanation, failure.kind, machine);
  return { explanation, sentence };
}
