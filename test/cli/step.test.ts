/** A walk by hand, its lines from a pipe. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { violations } from '../report/json-schema.ts';
import { READER, WRITER, directoryOf, kcheckIn, messagePassing } from './real.ts';

const SPEC = messagePassing(WRITER, READER);

/** What a session says, places cut to the line. */
async function session(
  typed: readonly string[],
  options: string,
  spec = SPEC,
): Promise<{ readonly code: number; readonly out: string; readonly directory: string }> {
  const directory = directoryOf({ 'mp.ts': spec });
  const { code, out } = await kcheckIn(directory, `step @/mp.ts ${options}`, typed);
  return { code, out: out.replaceAll(/\s+@\/mp\.ts:(\d+)/g, '  mp.ts:$1'), directory };
}

test('steps by their numbers, and back', async () => {
  const { code, out } = await session(['1', '2', 'b', 'n', 'm', 'q'], '--model tso');
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "message passing  version plain  model tso   (h: help)

      1  CPU0 writer: msg = 42 (buffered)  mp.ts:9
      2  CPU1 reader: flag -> 0  mp.ts:12
    0> 1
    step 1  CPU0 writer: msg = 42 (buffered)  mp.ts:9
      1  CPU0 writer: flag = 1 (buffered)  mp.ts:9
      2  CPU1 reader: flag -> 0  mp.ts:12
      3  memory of CPU0: msg = 42 of step 1 reaches memory
    1> 2
    step 2  CPU1 reader: flag -> 0  mp.ts:12
      1  CPU0 writer: flag = 1 (buffered)  mp.ts:9
      2  memory of CPU0: msg = 42 of step 1 reaches memory
    2> b
    back at step 1
      1  CPU0 writer: flag = 1 (buffered)  mp.ts:9
      2  CPU1 reader: flag -> 0  mp.ts:12
      3  memory of CPU0: msg = 42 of step 1 reaches memory
    1> n
    step 2  CPU1 reader: flag -> 0  mp.ts:12
      1  CPU0 writer: flag = 1 (buffered)  mp.ts:9
      2  memory of CPU0: msg = 42 of step 1 reaches memory
    2> m
       msg   0
       flag  0
    2> q
    "
  `);
});

test('what memory holds back, under tso and under power', async () => {
  const tso = await session(['1', 'v', 'd', 'v'], '--model tso');
  expect(tso.out).toContain('CPU0  store buffer: msg = 42');
  expect(tso.out).toContain('step 2  memory of CPU0: msg = 42 of step 1 reaches memory');
  expect(tso.out).toContain('CPU0  store buffer: empty');
  const power = await session(['1', '1', '3', 'v'], '--model power');
  expect(power.out).toContain('msg: 0, 42 (CPU0)');
  expect(power.out).toContain('CPU1  put off: load of flag');
  expect((await session(['v'], '--model sc')).out).toContain('sc has one memory');
});

test('a counterexample: walked to its end, and back along it', async () => {
  const { out } = await session(['j S1', 'b 2', 'n 2', 't'], '--model power');
  expect(
    out.match(/\*\*\* reader: assertion does not hold: S1: the message is there/g),
  ).toHaveLength(2);
  expect(out).toContain('back at step 2');
  expect(out).toContain('step 3  CPU1 reader: flag -> 1');
  expect(out.match(/CPU0 writer {10,}CPU1 reader/g)).toHaveLength(2);
});

test('a livelock is jumped to as well', async () => {
  const spinning = messagePassing('WRITE_ONCE(flag, 1);', 'while (READ_ONCE(msg) === 0) continue;');
  const { out } = await session(['j'], '--model sc', spinning);
  expect(out).toContain('the counterexample of livelock: reader can never finish (1 step)');
});

test('until a line, a context or a value comes up', async () => {
  const { out } = await session(['u 14', 'b 9', 'u flag = 1', 'b 9', 'u reader'], '--model sc');
  expect(out).toContain('CPU1 reader: msg -> 42');
  expect(out).toContain('step 2  CPU0 writer: flag = 1');
  const focused = await session(['f reader', 'u flag = 1', 'f CPU0', 'u flag = 1'], '--model sc');
  expect(focused.out).toContain('flag = 1 is not to be reached with steps of reader alone');
  expect(focused.out).toContain('step 2  CPU0 writer: flag = 1');
});

test('a focus lists a CPU or a context alone', async () => {
  const { out } = await session(['f reader', 'f 0', 'f'], '--model sc');
  const lists = out.split(/^.*> f.*$/m).map((text) => text.match(/^ {2}\d .*$/gm)?.length);
  expect(lists).toEqual([2, 1, 1, 2]);
});

test('who waits, and where everybody stands', async () => {
  const locked = `import { spec, shared, spinlock, task, spin_lock, spin_unlock } from 'kcheck';
export default spec({ title: 'lock', versions: { v: {} }, system() {
  const a = shared(spinlock());
  for (const name of ['T0', 'T1']) task(name, () => { spin_lock(a); spin_unlock(a); });
} });`;
  const { out } = await session(['1', 'm', 'w'], '--model sc', locked);
  expect(out).toContain('T1 on CPU1 waits for a, held by T0');
  expect(out).toContain('* a  held by T0');
  expect(out).toContain('spin_unlock(a)');
});

test('a walk that is saved is as its schema says, and replays', async () => {
  const file = '@/walk.json';
  const directory = directoryOf({ 'mp.ts': SPEC });
  const line = 'step @/mp.ts --model tso -p barriers=true';
  const { out } = await kcheckIn(directory, line, ['1', '1', `s ${join(directory, 'walk.json')}`]);
  expect(out).toContain('saved; kcheck replay');
  const schemaFile = join(import.meta.dirname, '../../schema/kcheck-trace.schema.json');
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as Record<string, unknown>;
  const trace: unknown = JSON.parse(readFileSync(join(directory, 'walk.json'), 'utf8'));
  expect(violations(trace, schema, true)).toEqual([]);
  const replayed = await kcheckIn(directory, `replay ${file}`);
  expect([replayed.code, replayed.out]).toEqual([0, expect.stringContaining('FITS  (2 steps)')]);
});

test('a walk that ends in a failure is saved with it', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const typed = ['j', `s ${join(directory, 'walk.json')}`];
  await kcheckIn(directory, 'step @/mp.ts --model power', typed);
  const { code, out } = await kcheckIn(directory, 'replay @/walk.json');
  expect(code).toBe(0);
  expect(out).toContain('FAILS AS BEFORE');
});

test('mistakes are told, and the walk goes on', async () => {
  const typed = [
    '9',
    'bakc',
    'b',
    'n',
    'b x',
    'f CPU9',
    'd 9',
    'u',
    'u 999',
    'u z = 1',
    'u nobody',
    's',
    's /no/such/dir/x',
    'd',
    'j S9',
    'h',
    'l',
  ];
  const { code, out } = await session(typed, '--model sc');
  expect(code).toBe(0);
  for (const words of [
    'there is no step 9',
    'did you mean back?',
    'this is the start',
    'no step was taken back',
    'back takes a number of steps, not x',
    'no CPU and no context is named CPU9',
    'no CPU and no context is named 9',
    'nothing of the machine is at line 999',
    'no variable is named z',
    'no context is named nobody',
    'save takes the name of a file',
    'KC0013',
    'memory has no step to take',
    'nothing fails: every schedule was looked at',
    'drain: memory takes the steps that it can',
  ]) {
    expect(out).toContain(words);
  }
});

test.each([
  ['--version V9', 'KC0004'],
  ['--model scc', 'KC0006'],
])('step %s is a mistake', async (options, code) => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const said = await kcheckIn(directory, `step @/mp.ts ${options}`);
  expect([said.code, said.err]).toEqual([2, expect.stringContaining(code)]);
});

const root = join(import.meta.dirname, '../..');

describe.skipIf(!existsSync(join(root, 'dist/cli/main.js')))('the process', () => {
  test('takes its lines from a pipe, and ends with it', () => {
    const directory = directoryOf({ 'mp.ts': SPEC });
    const line = `printf '1\\nm' | ${process.execPath} ${root}/bin/kcheck.js step mp.ts --model sc`;
    const { status, stdout } = spawnSync('bash', ['-c', line], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('0> 1\nstep 1  CPU0 writer: msg = 42');
    expect(stdout).toContain('1> m\n * msg   42');
  });
});
