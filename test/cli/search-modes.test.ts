/** How `explore` is told to search: what goes with what, and what the report says of it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { READER, WRITER, directoryOf, kcheckIn, messagePassing } from './real.ts';
import { kcheck } from './stage.ts';

const directory = (): string => directoryOf({ 'spec.ts': messagePassing(WRITER, READER) });
const ONE = 'explore @/spec.ts --version fenced --model sc';

test.each([
  ['--no-livelock --fairness weak', '--no-livelock does not go with --fairness'],
  ['--bitstate 1 --fairness strong', '--bitstate does not go with --fairness'],
  ['--bitstate 1 --exact', '--bitstate does not go with --exact'],
  ['--bitstate 1 --checkpoint @/c', '--bitstate does not go with a checkpoint'],
  ['--exact --resume @/c', '--exact does not go with a checkpoint'],
  ['--watch --checkpoint @/c', '--watch does not go with a checkpoint'],
  ['--checkpoint-every 3', '--checkpoint-every needs --checkpoint'],
  ['--version plain --checkpoint @/c', '--checkpoint is for one run, and 2 are selected'],
  ['--resume @/c --model tso', '--resume is for one run, and 2 are selected'],
])('%s is a mistake', async (options, words) => {
  const { code, err } = await kcheckIn(directory(), `${ONE} ${options}`);
  expect([code, err]).toEqual([2, expect.stringContaining(`KC0043: ${words}`)]);
});

test.each([
  ['--bitstate 0', 'a number of megabytes, 8192 at most'],
  ['--bitstate 9000', 'a number of megabytes, 8192 at most'],
  ['--checkpoint-every no --checkpoint @/c', 'a number above 0'],
  ['--spill-dir @/none', 'KC0051: @/none is no folder'],
  ['--resume @/none', 'KC0053: @/none cannot be read'],
  ['--checkpoint @/none/c', 'KC0052: the checkpoint @/none/c cannot be written'],
])('%s cannot be', async (options, words) => {
  const { code, err } = await kcheckIn(directory(), `${ONE} ${options}`);
  expect([code, err]).toEqual([2, expect.stringContaining(words)]);
});

test.each(['--no-livelock', '--exact', '--bitstate 1', '--checkpoint @/c', '--resume @/c'])(
  'check has no %s',
  async (option) => {
    const { code, err } = await kcheckIn(directory(), `check @/spec.ts ${option}`);
    expect([code, err]).toEqual([2, expect.stringContaining('unknown option')]);
  },
);

test('the options reach the search, and void what the spec expects where they leave something out', async () => {
  const searched: unknown[] = [];
  const summaries: string[] = [];
  for (const option of ['', '--exact', '--no-livelock', '--bitstate 2']) {
    const { out } = await kcheck(
      `explore @/spec.ts --version V0 --model sc --reporter json ${option}`,
      {
        verdict: async (_, { livelocks, remembering }) => {
          searched.push({ livelocks, remembering });
          const { result } = await import('../report/data.ts');
          return result();
        },
      },
    );
    const { runs } = JSON.parse(out) as { runs: { expected: unknown }[] };
    summaries.push(runs[0]?.expected === null ? 'nothing' : 'something');
  }
  expect(searched).toEqual([
    {},
    { remembering: { kind: 'states' } },
    { livelocks: false },
    { livelocks: false, remembering: { kind: 'bits', bytes: 2 ** 21 } },
  ]);
  expect(summaries).toEqual(['something', 'something', 'nothing', 'nothing']);
});

test('what a search leaves out stands under its verdict', async () => {
  const here = directory();
  const usual = await kcheckIn(here, ONE);
  expect(usual.out).not.toContain('livelocks');
  const lean = await kcheckIn(here, `${ONE} --no-livelock`);
  expect([lean.code, lean.out]).toEqual([
    0,
    expect.stringContaining('\n  livelocks were not looked for\n'),
  ]);
  const exact = await kcheckIn(here, `${ONE} --exact`);
  expect(exact.out).toContain('\n  exact: whole states were compared, and none was missed\n');
});

test('a bitstate search fails or says nothing', async () => {
  const here = directory();
  const fenced = await kcheckIn(here, `${ONE} --bitstate 1`);
  expect(fenced.code).toBe(125);
  expect(fenced.out).toContain('INCONCLUSIVE');
  expect(fenced.out).toContain('bitstate search, which may have missed states');
  const plain = 'explore @/spec.ts --version plain --model power';
  const traceOf = (out: string): string => out.slice(out.indexOf('\n'), out.indexOf('the spec'));
  const sparse = await kcheckIn(here, `${plain} --bitstate 1`);
  expect(sparse.code).toBe(1);
  expect(traceOf(sparse.out)).toBe(traceOf((await kcheckIn(here, plain)).out));
});

test('a search that a limit has stopped is gone on with', async () => {
  const here = directory();
  const file = join(here, 'search');
  const stopped = await kcheckIn(here, `${ONE} --max-states 4 --checkpoint ${file}`);
  expect([stopped.code, stopped.err]).toEqual([
    125,
    'kcheck: --resume @/search goes on with the search\n',
  ]);
  const figures = ({ out }: { readonly out: string }): string =>
    out.slice(0, out.search(/^ {2}[\d.]+ m?s/m));
  const resumed = await kcheckIn(here, `${ONE} --resume ${file}`);
  expect(resumed.code).toBe(0);
  expect(figures(resumed)).toBe(figures(await kcheckIn(here, ONE)));
});
