import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { READER, WRITER, directoryOf, kcheckIn, messagePassing } from './real.ts';

const SPEC = messagePassing(WRITER, READER);

/** A directory with the spec, and a report of its one failing run. */
async function recorded(): Promise<string> {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const line = 'explore @/mp.ts --version plain --model power --reporter json=@/trace.json';
  expect((await kcheckIn(directory, line)).code).toBe(1);
  return directory;
}

/** Where a line breaks depends on the directory's name. */
function unbroken(text: string): string {
  return text.replaceAll(/\s+@\/(\S+)\s+/g, ' @/$1 ');
}

test('a trace of the same spec fails as before, and is shown', async () => {
  const { code, out } = await kcheckIn(await recorded(), 'replay @/trace.json');
  expect(code).toBe(0);
  expect(unbroken(out)).toMatchInlineSnapshot(`
    "message passing  version plain  model power  FAILS AS BEFORE  reader:
        assertion does not hold: S1: the message is there (4 steps)

          CPU0 writer                       CPU1 reader
          -----------                       -----------
      1   msg = 42
      2   flag = 1
      3                                     flag -> 1
      4                                     msg -> 0 (overwritten by CPU0 at
                                              step 1, not yet visible to CPU1)
                                            fails: assert(READ_ONCE(msg) ===
                                              42, 'S1: the message is there')

    *** ASSERTION: reader: assertion does not hold: S1: the message is there
        *** @/mp.ts:14:7: assert(READ_ONCE(msg) === 42, 'S1: the
          message is there')
    "
  `);
});

test('moved lines, a new barrier that does not help: it still fails as before', async () => {
  const directory = await recorded();
  const edited = messagePassing(`\n\n${WRITER.replace('if (barriers)', '')}`, READER);
  writeFileSync(join(directory, 'mp.ts'), edited);
  const { code, out } = await kcheckIn(directory, 'replay @/trace.json');
  expect(code).toBe(0);
  expect(out).toContain('FAILS AS BEFORE');
  expect(out).toContain('smp_wmb()');
  expect(out).toContain('the machine is not the one that the trace was recorded of');
});

test('another version: where it stops, what is done instead, what has changed', async () => {
  const { code, out } = await kcheckIn(await recorded(), 'replay @/trace.json --version fenced');
  expect(code).toBe(1);
  expect(unbroken(out)).toMatchInlineSnapshot(`
    "message passing  version fenced  model power  DOES NOT FIT  at step 4 of 4

          CPU0 writer                       CPU1 reader
          -----------                       -----------
      1   msg = 42
          smp_wmb()
      2   flag = 1
      3                                     flag -> 1
                                            smp_rmb()
    --- here the trace stops fitting ---

    step 4: CPU1 reader can no longer do: msg -> 0, @/mp.ts:14:14 it does instead: msg -> 42, @/mp.ts:14:14 it was recorded for: reader: assertion does not hold: S1: the message is
        there
      it was recorded in version plain  model power
      parameter barriers: false -> true
      the machine is not the one that the trace was recorded of
    "
  `);
});

test('an assertion that asks for less: it no longer fails', async () => {
  const directory = await recorded();
  const edited = messagePassing(WRITER, READER.replace('=== 42', '>= 0'));
  writeFileSync(join(directory, 'mp.ts'), edited);
  const { code, out } = await kcheckIn(directory, 'replay @/trace.json');
  expect(code).toBe(1);
  expect(out).toContain('NO LONGER FAILS  (all 4 steps');
});

test('an assertion of another name: it fails otherwise', async () => {
  const directory = await recorded();
  writeFileSync(join(directory, 'mp.ts'), messagePassing(WRITER, READER.replace('S1', 'S2')));
  const { code, out } = await kcheckIn(directory, 'replay @/trace.json');
  expect(code).toBe(1);
  expect(out).toContain('FAILS OTHERWISE');
  expect(out).toContain('it was recorded for: reader: assertion does not hold: S1');
});

test('a spec of another name, and parameters from the command line', async () => {
  const directory = await recorded();
  writeFileSync(join(directory, 'copy.ts'), SPEC);
  const line = 'replay @/trace.json @/copy.ts -p barriers=true';
  const { code, out } = await kcheckIn(directory, line);
  expect(code).toBe(1);
  expect(out).toContain('parameter barriers: false -> true');
});

test('overrides of the recorded run hold for the replayed one', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const line = '--version fenced -p barriers=false --model power --reporter json=@/trace.json';
  await kcheckIn(directory, `explore @/mp.ts ${line}`);
  const { code, out } = await kcheckIn(directory, 'replay @/trace.json');
  expect(code).toBe(0);
  expect(out).not.toContain('parameter');
});

test('several traces: a line each, one of them by its property', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  await kcheckIn(directory, 'explore @/mp.ts --model power -p barriers=false --reporter json=@/t');
  const all = await kcheckIn(directory, 'replay @/t');
  expect(all.out.match(/FAILS AS BEFORE/g)).toHaveLength(2);
  expect(all.out).not.toContain('CPU0 writer');
  const one = await kcheckIn(directory, 'replay @/t --property S1 --trace');
  expect(one.out.match(/CPU0 writer/g)).toHaveLength(2);
});

test.each([
  ['no trace of that name', '@/trace.json --property S9', 'KC0020'],
  ['no JSON', '@/mp.ts', 'KC0019'],
  ['no report', '@/other.json', 'KC0019'],
  ['no failing run', '@/pass.json', 'KC0019'],
  ['no such file', '@/tracs.json', 'KC0001'],
  ['no such spec', '@/trace.json @/nothing.ts', 'KC0001'],
  ['no such version', '@/trace.json --version V9', 'KC0004'],
  ['no such model', '@/trace.json --model scc', 'KC0006'],
])('%s', async (_, words, code) => {
  const directory = await recorded();
  writeFileSync(join(directory, 'other.json'), '{"schemaVersion": 1}');
  await kcheckIn(directory, 'explore @/mp.ts --model sc --reporter json=@/pass.json');
  const said = await kcheckIn(directory, `replay ${words}`);
  expect(said.code).toBe(2);
  expect(said.err).toContain(code);
});

test('a report whose events do not say what kind they are cannot be replayed', async () => {
  const directory = await recorded();
  const file = join(directory, 'trace.json');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/"kind": "(load|store)",/g, ''));
  const { code, err } = await kcheckIn(directory, 'replay @/trace.json');
  expect(code).toBe(2);
  expect(err).toContain('KC0019');
});

test.each<[string, (run: Damaged) => void, string]>([
  ['an event without its step', (run) => delete run.failures[0]?.trace[0]?.step, 'who did what'],
  ['an event without effects', (run) => delete run.failures[0]?.trace[0]?.effects, 'who did what'],
  ['a failure without a trace', (run) => run.failures.push({} as never), 'no trace'],
  ['a run without failures', (run) => delete (run as Partial<Damaged>).failures, 'no list'],
  ['a run without parameters', (run) => delete run.params, 'which run'],
])('a damaged report is no trace that fits: %s', async (_, damage, words) => {
  const directory = await recorded();
  const file = join(directory, 'trace.json');
  const report = JSON.parse(readFileSync(file, 'utf8')) as { readonly runs: [Damaged] };
  damage(report.runs[0]);
  writeFileSync(file, JSON.stringify(report));
  const { code, out, err } = await kcheckIn(directory, 'replay @/trace.json');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('KC0019');
  expect(err).toContain(words);
});

test('a trace that is not there: the nearest name', async () => {
  const { code, err } = await kcheckIn(await recorded(), 'replay @/trce.json');
  expect(code).toBe(2);
  expect(err).toContain('KC0001: no such file: @/trce.json');
  expect(err).toContain('Did you mean @/trace.json?');
});

interface Damaged {
  failures: { readonly trace: { step?: number; effects?: unknown }[] }[];
  params?: unknown;
}
