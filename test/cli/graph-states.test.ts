/** `kcheck graph --states`. */
import { expect, test } from 'vitest';
import { parseXml } from '../report/xml.ts';
import type { Element } from '../report/xml.ts';
import { READER, WRITER, directoryOf, kcheckIn, messagePassing } from './real.ts';
import type { Said } from './real.ts';

function kcheck(line: string): Promise<Said> {
  return kcheckIn(directoryOf({ 'mp.ts': messagePassing(WRITER, READER) }), line);
}

test('text: where contexts stand, what has changed, and who steps where', async () => {
  const { code, out } = await kcheck('graph @/mp.ts --states');
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "message passing  version plain  model sc
    7 states, 8 steps

    state 0  initial
      writer: mp.ts:9  msg = 42  (WRITE_ONCE)
      reader: mp.ts:12  flag' = READ_ONCE(flag)
      -> 1  writer
      -> 2  reader

    state 1
      writer: mp.ts:9  flag = 1  (WRITE_ONCE)
      reader: mp.ts:12  flag' = READ_ONCE(flag)
      msg = 42
      -> 3  writer
      -> 4  reader

    state 2
      writer: mp.ts:9  msg = 42  (WRITE_ONCE)
      reader: done
      -> 4  writer

    state 3
      writer: done
      reader: mp.ts:12  flag' = READ_ONCE(flag)
      msg = 42, flag = 1
      -> 5  reader

    state 4
      writer: mp.ts:9  flag = 1  (WRITE_ONCE)
      reader: done
      msg = 42
      -> 6  writer

    state 5
      writer: done
      reader: mp.ts:14  msg' = READ_ONCE(msg)
      msg = 42, flag = 1
      -> 6  reader

    state 6  final
      writer: done
      reader: done
      msg = 42, flag = 1
    "
  `);
});

test('a store buffer is named, and memory takes steps by itself', async () => {
  const { out } = await kcheck('graph @/mp.ts --states --model tso');
  expect(out).toContain('\n  CPU0 buffers msg = 42\n');
  expect(out).toContain('memory of CPU0\n');
});

test('a state from which a step fails says so', async () => {
  const { out } = await kcheck('graph @/mp.ts --states --model power');
  expect(out).toMatch(/^state \d+ {2}FAILS: S1: the message is there$/m);
  const fenced = 'graph @/mp.ts --states --model power --version fenced';
  expect((await kcheck(fenced)).out).not.toContain('FAILS');
});

test('more states than are to be drawn are drawn by place', async () => {
  const { code, out } = await kcheck('graph @/mp.ts --states --model tso --most 9');
  expect(code).toBe(0);
  const [, figures = ''] = out.split('\n');
  const [, states, places] = /^(\d+) states in (\d+) places, \d+ steps$/.exec(figures) ?? [];
  const counts = [...out.matchAll(/^place \d+: (\d+) states?/gm)].map(([, count]) => Number(count));
  expect(counts).toHaveLength(Number(places));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Number(states));
});

test('more places than that are refused', async () => {
  const { code, out, err } = await kcheck('graph @/mp.ts --states --most 2');
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/KC0044: \d+ states in \d+ places, at most 2 are drawn/);
  const [, enough = ''] = /--most (\d+)/.exec(err) ?? [];
  const again = await kcheck(`graph @/mp.ts --states --most ${enough}`);
  expect(again.code).toBe(0);
});

test('nothing is drawn of a search that a limit stopped', async () => {
  const { code, out, err } = await kcheck('graph @/mp.ts --states --max-states 3');
  expect([code, out]).toEqual([125, '']);
  expect(err).toBe('kcheck: nothing is drawn: --max-states 3, after 3 states\n');
});

test.each(['--model tso', '--most 3', '--timeout 3'])('%s needs --states', async (option) => {
  const { code, err } = await kcheck(`graph @/mp.ts ${option}`);
  expect([code, err]).toEqual([2, expect.stringContaining('KC0043')]);
});

test.each(['sc', 'tso', 'power'])(
  '%s: every format has the same nodes and edges',
  async (model) => {
    const line = `graph @/mp.ts --states --model ${model} --format`;
    const [text, dot, mermaid, svg] = await Promise.all(
      ['text', 'dot', 'mermaid', 'svg'].map(
        async (format) => (await kcheck(`${line} ${format}`)).out,
      ),
    );
    const figures = [matches(text, /^state /gm), matches(text, /^ {2}-> /gm)];
    expect(figures[0]).toBeGreaterThan(5);
    expect([matches(dot, /^ {2}s\d+ \[label=/gm), matches(dot, /^ {2}s\d+ -> /gm)]).toEqual(
      figures,
    );
    expect([
      matches(mermaid, /^ {2}s\d+\W/gm) - (figures[1] ?? 0),
      matches(mermaid, /-->\|/g),
    ]).toEqual(figures);
    const drawn = parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${svg}`);
    const groups = classesIn(drawn);
    expect([
      groups.filter((name) => name.startsWith('block')).length,
      groups.filter((name) => name.startsWith('edge')).length,
    ]).toEqual(figures);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  },
);

test('what a state is shows in words and by its shape', async () => {
  const line = 'graph @/mp.ts --states --model power --format';
  const { out: dot } = await kcheck(`${line} dot`);
  expect(dot).toMatch(/\\nFAILS: S1.*shape=octagon/);
  expect(dot).toMatch(/\\nfinal\\n.*peripheries=2/);
  expect(dot).toContain('start -> s0;');
  const { out: mermaid } = await kcheck(`${line} mermaid`);
  expect(mermaid).toMatch(/\{\{"state \d+<br\/>FAILS: S1/);
  expect(mermaid).toMatch(/\(\["state \d+<br\/>final/);
});

function matches(text: string | undefined, pattern: RegExp): number {
  return text?.match(pattern)?.length ?? 0;
}

function classesIn({ name, attributes, children }: Element): readonly string[] {
  const own = name === 'g' && attributes['class'] !== undefined ? [attributes['class']] : [];
  return [...own, ...children.flatMap(classesIn)];
}
