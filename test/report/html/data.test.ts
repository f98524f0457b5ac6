/** What the page is given: what memory held at each step, who read from whom, and how machines are drawn. */
import { expect, test } from 'vitest';
import { chartOf } from '../../../src/machine/print/chart.ts';
import { layOut } from '../../../src/machine/print/layout.ts';
import type { FailureData, PageData } from '../../../src/report/html/data.ts';
import { html } from '../../../src/report/html/index.ts';
import type { Run } from '../../../src/report/run.ts';
import { runs as allKinds } from '../sessions.ts';
import { options, runOf } from './specs.ts';
import type { Name } from './specs.ts';

function dataOf(runs: readonly Run[]): PageData {
  const page = html(runs, options);
  const json = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(page)?.[1] ?? '';
  return JSON.parse(json) as PageData;
}

async function failureOf(name: Name, model: string): Promise<FailureData> {
  const [failure] = dataOf([await runOf(name, model)]).runs[0]?.failures ?? [];
  if (failure === undefined) throw new Error('it passes');
  return failure;
}

/** After each step: the values that changed, what waits, the messages. */
function story({ steps, cells, lanes }: FailureData): string[] {
  return steps.map(({ number, lane, rows, values, waiting, messages }) => {
    const named = values.map(([cell, value]) => `${cells[cell]?.name} is ${value}`);
    const buffers = waiting.map(
      ([of, entries]) => `${lanes[of]?.name} keeps [${entries.join('; ')}]`,
    );
    const orders = messages.map(([cell, list]) => {
      const told = list.map(({ value, by, seen }) => `${value} ${by} ${seen.join('+')}`.trim());
      return `${cells[cell]?.name}: ${told.join(' < ')}`;
    });
    const what = rows.map(({ text }) => text).join('; ');
    return [`${number} ${lanes[lane]?.name} ${what}`, ...named, ...buffers, ...orders].join(' | ');
  });
}

function arrows({ arrows: all, steps }: FailureData): string[] {
  const words = ([step, row]: readonly [number, number]): string =>
    `${step + 1} ${steps[step]?.rows[row]?.text}`;
  return all.map(({ kind, from, to }) => `${words(from)} --${kind}--> ${words(to)}`);
}

test('under tso stores wait in their buffers', async () => {
  const failure = await failureOf('buffering', 'tso');
  expect(failure.memory).toBe('buffers');
  expect(story(failure)).toMatchInlineSnapshot(`
    [
      "1 CPU0 x = 1 (buffered) | x is 0 | CPU0 keeps [x = 1 of step 1]",
      "2 CPU0 y -> 0 | y is 0",
      "3 CPU0 seen.y := 0 | seen.y is 0",
      "4 CPU1 y = 1 (buffered) | y is 0 | CPU1 keeps [y = 1 of step 4]",
      "5 CPU1 x -> 0 (overwritten by CPU0 at step 1, not yet visible to CPU1) | x is 0",
      "6 CPU1 seen.x := 0 | seen.x is 0",
      "7 CPU0 x = 1 of step 1 reaches memory | x is 1 | CPU0 keeps []",
      "8 CPU1 y = 1 of step 4 reaches memory | y is 1 | CPU1 keeps []",
    ]
  `);
  expect(failure.cells).toContainEqual({ name: 'seen.x', kind: 'ghost', initial: '0' });
});

test('under power messages stand in coherence order, with who has seen which', async () => {
  const failure = await failureOf('passing', 'power');
  expect(story(failure)).toMatchInlineSnapshot(`
    [
      "1 CPU0 message = 42 | message is 42 | message: 0 < 42 step 1 0",
      "2 CPU0 flag = 1 | flag is 1 | flag: 0 < 1 step 2 0",
      "3 CPU1 flag -> 1 | flag is 1 | flag: 0 < 1 step 2 0+1",
      "4 CPU1 message -> 0 (overwritten by CPU0 at step 1, not yet visible to CPU1); fails: assert(READ_ONCE(message) === 42, 'the message is there') | message is 42 | message: 0  1 < 42 step 1 0",
    ]
  `);
  expect(arrows(failure)).toMatchInlineSnapshot(`
    [
      "2 flag = 1 --reads from--> 3 flag -> 1",
    ]
  `);
});

test('a lock comes from who unlocked it, a read from its write', async () => {
  const failure = await failureOf('locking', 'sc');
  expect(arrows(failure)).toMatchInlineSnapshot(`
    [
      "2 spin_unlock(lock) --lock--> 3 spin_lock(lock)",
      "2 word = 1 --reads from--> 4 word -> 1",
      "4 word = 2 --reads from--> 4 word -> 2",
    ]
  `);
  expect(failure.cells).toContainEqual({ name: 'lock', kind: 'lock', initial: 'free' });
  expect(story(failure).join('\n')).toContain('lock is held by T1');
});

test('a loop is known by its first step', async () => {
  const failure = await failureOf('spinning', 'sc');
  const { loopFrom, steps } = failure;
  expect(steps.slice(loopFrom ?? 0).map(({ context }) => context)).toEqual(['T1']);
  const [, , hopeless] = dataOf(allKinds).runs.map(({ failures }) => failures[0]);
  expect(hopeless).toMatchObject({ doomedFrom: 0, doom: 'T1 can never finish', loopFrom: 1 });
});

test('each step knows the line and the node at which its context stands', async () => {
  const run = await runOf('passing', 'power');
  const { files, runs } = dataOf([run]);
  const places = runs[0]?.failures[0]?.steps.flatMap(({ at }) => at) ?? [];
  const told = places.map(({ context, file, line, node }) => {
    const text = files[file ?? -1]?.lines[line - 1]?.trim();
    return `${context} ${node}: ${text}`;
  });
  expect(told).toMatchInlineSnapshot(`
    [
      "writer 0: task('writer', () => { WRITE_ONCE(message, 42); WRITE_ONCE(flag, 1); });",
      "writer 1: task('writer', () => { WRITE_ONCE(message, 42); WRITE_ONCE(flag, 1); });",
      "reader 0: if (READ_ONCE(flag) === 1) assert(READ_ONCE(message) === 42, 'the message is there');",
      "reader 3: if (READ_ONCE(flag) === 1) assert(READ_ONCE(message) === 42, 'the message is there');",
    ]
  `);
});

test.each(['buffering', 'locking', 'spinning'] as const)(
  'a drawing of %s has every node once, no two blocks on each other, and loops alone going up',
  async (name) => {
    const { machine } = await runOf(name, 'sc');
    for (const context of machine.contexts) {
      const chart = chartOf(context, machine);
      const { blocks, edges } = layOut(chart);
      const nodes = blocks.flatMap(({ lines }) => lines.map(({ node }) => node));
      expect(nodes.toSorted((a, b) => a - b)).toEqual(chart.nodes.map(({ index }) => index));
      for (const [index, a] of blocks.entries()) {
        for (const b of blocks.slice(index + 1)) {
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x;
          expect(apart || a.y + a.lines.length <= b.y || b.y + b.lines.length <= a.y).toBe(true);
        }
      }
      for (const { from, to, way } of edges) {
        const down = (blocks[from]?.y ?? 0) < (blocks[to]?.y ?? 0);
        expect(down).toBe(way !== 'back');
      }
    }
  },
);

test('the page holds no more elements than its own, whatever a spec is called', async () => {
  const page = html([await runOf('locking', 'sc')], options);
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toContain('<!--');
  expect(page).not.toMatch(/%(style|data|script)%/);
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
});

test('runs of every kind are there, in a matrix a spec', () => {
  const { specs, runs, summary } = dataOf(allKinds);
  expect(specs.map(({ file, models, rows }) => [file, models, rows.length])).toMatchInlineSnapshot(`
    [
      [
        "spec.ts",
        [
          "sc",
        ],
        6,
      ],
      [
        "b #2/spec.ts",
        [
          "sc",
        ],
        1,
      ],
    ]
  `);
  expect(runs.map(({ cell, status }) => `${cell} ${status}`)).toMatchInlineSnapshot(`
    [
      "pass ok",
      "FAIL S4 ! wrong",
      "FAIL livelock ok",
      "pass ! wrong",
      "? open",
      "pass ! wrong",
      "pass ! wrong",
    ]
  `);
  expect(summary).toMatchInlineSnapshot(`"7 runs: 2 in order, 4 not in order, 1 inconclusive"`);
});
