/** `kcheck litmus` with the memory models themselves, and every command of docs/litmus.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engine } from '../../src/cli/engine.ts';
import { run } from '../../src/cli/main.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import { tso } from '../../src/memory-models/tso.ts';
import type { JsonLitmusReport } from '../../src/report/litmus-json.ts';
import { directoryWith } from './stage.ts';

const SB = `X86 SB
{ }
 P0          | P1          ;
 MOV [x],$1  | MOV [y],$1  ;
 MOV EAX,[y] | MOV EAX,[x] ;
exists (0:EAX=0 /\\ 1:EAX=0)
`;

const SB_STATES = [
  '0:EAX=0; 1:EAX=0;',
  '0:EAX=0; 1:EAX=1;',
  '0:EAX=1; 1:EAX=0;',
  '0:EAX=1; 1:EAX=1;',
];

function c(name: string, body: string, condition: string): string {
  return `C ${name}\n{}\nP0(int *x, spinlock_t *s)\n{\n\tint r0;\n${body}\n}\nexists (${condition})\n`;
}

const RACE = `C race
{}
P0(int *x) { *x = 1; }
P1(int *x) { int r0; r0 = READ_ONCE(*x); }
exists (1:r0=1)
`;

const MISSPELT = c('bad', '\tr0 = REED_ONCE(*x);', '0:r0=0');

/** Names a power of its own, to see which model a test is given without exploring under it. */
const STRONG: ReadonlyMap<string, MemoryModel> = new Map([
  ...memoryModels,
  ['power', { ...tso, name: 'power' }],
]);

interface Written {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly file: (name: string) => string;
}

interface Setting {
  readonly models?: ReadonlyMap<string, MemoryModel>;
  readonly onOut?: () => void;
}

/** Runs `kcheck <line>` where the files are; times are 0 in what it returns. */
async function kcheck(
  files: Readonly<Record<string, string>>,
  line: string,
  { models = memoryModels, onOut = () => {} }: Setting = {},
): Promise<Written> {
  const directory = directoryWith(files);
  const written = { out: '', err: '' };
  const code = await run(
    line.replaceAll('@', directory).split(' ').filter(Boolean),
    { ...engine, memoryModels: async () => models },
    {
      out: (text) => {
        written.out += text;
        onOut();
      },
      err: (text) => void (written.err += text),
      colour: false,
      columns: null,
      progressColumns: null,
    },
  );
  const shown = (text: string): string => timeless(text).replaceAll(directory, '@');
  return {
    code,
    out: shown(written.out),
    err: shown(written.err),
    file: (name) => timeless(readFileSync(join(directory, name), 'utf8')),
  };
}

function timeless(text: string): string {
  return text
    .replaceAll(/^(Time \S+) [\d.]+$/gm, '$1 0.00')
    .replaceAll(/"seconds":[\d.e-]+/g, '"seconds":0');
}

function testsOf(json: string): JsonLitmusReport['tests'] {
  return (JSON.parse(json) as JsonLitmusReport).tests;
}

function line(name: string, text: string, more: object = {}): string {
  return `${JSON.stringify({ name, text, ...more })}\n`;
}

describe('text', () => {
  test('is the result block of herd7, and nothing else', async () => {
    const { code, out, err } = await kcheck({ 'SB.litmus': SB }, 'litmus @/SB.litmus');
    expect(out).toMatchInlineSnapshot(`
      "Test SB Allowed
      States 4
      0:EAX=0; 1:EAX=0;
      0:EAX=0; 1:EAX=1;
      0:EAX=1; 1:EAX=0;
      0:EAX=1; 1:EAX=1;
      Ok
      Witnesses
      Positive: 1 Negative: 3
      Condition exists (0:EAX=0 /\\ 1:EAX=0)
      Observation SB Sometimes 1 3
      Time SB 0.00

      "
    `);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  test('says the model of each block when there are several', async () => {
    const { out } = await kcheck({ 'SB.litmus': SB }, 'litmus @/SB.litmus --model sc,tso,sc');
    expect(out.match(/^(Model|Observation) .*$/gm)).toEqual([
      'Model sc',
      'Observation SB Never 0 3',
      'Model tso',
      'Observation SB Sometimes 1 3',
    ]);
  });

  test('flags a data race', async () => {
    const { out } = await kcheck({ 'race.litmus': RACE }, 'litmus @/race.litmus --model sc');
    expect(out).toContain('\nFlag data-race\nCondition exists (1:r0=1)\n');
  });

  test('a deadlock has no final state and is observed never', async () => {
    const text = c('dead', '\tspin_lock(s);\n\tspin_lock(s);\n\tr0 = 1;', '0:r0=1');
    const { code, out } = await kcheck({ 'dead.litmus': text }, 'litmus @/dead.litmus --model tso');
    expect(out).toContain('Test dead Allowed\nStates 0\nNo\n');
    expect(out).toContain('Observation dead Never 0 0\n');
    expect(code).toBe(0);
  });
});

describe('models', () => {
  const files = {
    'a.litmus': SB,
    'b.litmus': 'PPC b\n{ 0:r2=x; }\n P0 ;\n li r1,1 ;\nexists (x=0)\n',
  };

  test('by default tso for x86, power for PowerPC and C', async () => {
    const all = { ...files, 'c.litmus': c('c', '\tr0 = 1;', 'x=0') };
    const { out } = await kcheck(all, 'litmus @ --reporter json', { models: STRONG });
    expect(testsOf(out).map(({ name, model }) => `${name} ${model}`)).toEqual([
      'SB tso',
      'b power',
      'c power',
    ]);
  });

  test('a model that is missing is told before anything runs', async () => {
    const models = new Map([['tso', tso]]);
    const { code, out, err } = await kcheck(files, 'litmus @', { models });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('KC0006: this kcheck is without the memory model power');
    expect(err).toContain('--model selects one that is there: tso');
  });

  test('a misspelt model', async () => {
    const { code, err } = await kcheck(files, 'litmus @ --model tsso');
    expect(code).toBe(2);
    expect(err).toContain('KC0006: no memory model is named tsso');
    expect(err).toContain('Did you mean tso?');
  });
});

describe('json', () => {
  test('has the fields that scripts rely on', async () => {
    const { code, out, err } = await kcheck(
      { 'SB.litmus': SB },
      'litmus @/SB.litmus --reporter json',
    );
    const [first] = testsOf(out);
    expect(JSON.parse(out)).toEqual({ schemaVersion: 1, tests: [first] });
    expect(first).toEqual({
      name: 'SB',
      model: 'tso',
      observation: 'Sometimes',
      positive: 1,
      negative: 3,
      states: SB_STATES,
      flags: '',
      explored: expect.any(Number),
      seconds: 0,
      error: null,
    });
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  test('names a race as herd7 does', async () => {
    const { out } = await kcheck({ 'a.litmus': RACE }, 'litmus @ --model sc --reporter json');
    expect(testsOf(out)[0]?.flags).toBe('data-race');
  });

  test('goes to a file beside the blocks', async () => {
    const { out, file } = await kcheck(
      { 'a.litmus': SB },
      'litmus @/a.litmus --reporter json=@/v.json',
    );
    expect(out).toContain('Observation SB Sometimes 1 3');
    expect(testsOf(file('v.json'))).toHaveLength(1);
  });
});

describe('collections', () => {
  test('agreement is counted, and what differs is named', async () => {
    const tests =
      line('right', SB, { expected: 'Sometimes', states: SB_STATES }) +
      line('verdict', SB, { expected: 'Never' }) +
      line('states', SB, { states: ['0:EAX=5; 1:EAX=0;', ...SB_STATES.slice(1)] }) +
      line('silent', SB);
    const { code, out, err } = await kcheck({ 't.jsonl': tests }, 'litmus @/t.jsonl');
    expect(out.slice(out.indexOf('@/t.jsonl'))).toMatchInlineSnapshot(`
      "@/t.jsonl tso: 1 of 3 as expected
        verdict: Sometimes, expected Never
        states: reached beyond that: 0:EAX=0; 1:EAX=0;  not reached: 0:EAX=5; 1:EAX=0;
      "
    `);
    expect(out.match(/^Observation/gm)).toHaveLength(4);
    expect(err).toBe('');
    expect(code).toBe(1);
  });

  test('0 where all agree; beside json the summary is on standard error', async () => {
    const tests = line('a name of its own', SB, { expected: 'Sometimes', states: SB_STATES });
    const { code, out, err } = await kcheck({ 't.jsonl': tests }, 'litmus @ --reporter json');
    expect(testsOf(out)[0]?.name).toBe('a name of its own');
    expect(err).toBe('@/t.jsonl tso: 1 of 1 as expected\n');
    expect(code).toBe(0);
  });

  test('a malformed line stops everything, with its place', async () => {
    const { code, out, err } = await kcheck(
      { 't.jsonl': `${line('a', SB)}{"name": 1}\n` },
      'litmus @',
    );
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain("@/t.jsonl:2:1: error KC0307: a test needs a 'name' and a 'text'");
  });

  test('a directory is searched for .litmus and .jsonl files', async () => {
    const files = {
      'a/x.litmus': SB,
      'b.jsonl': line('y', SB),
      'notes.txt': '',
      '.git/z.litmus': SB,
    };
    const { out } = await kcheck(files, 'litmus @ --reporter json');
    expect(testsOf(out).map(({ name }) => name)).toEqual(['SB', 'y']);
  });

  test.each([
    ['litmus @', 'KC0015: no litmus test below @'],
    ['litmus @/none.litmus', 'KC0001'],
    ['litmus', 'missing required argument'],
    ['litmus @ --reporter ktap', 'KC0009'],
  ])('kcheck %s is a usage error', async (words, message) => {
    const { code, err } = await kcheck({ 'notes.txt': '' }, words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('refused', () => {
  test('file, line, caret and exit code 2', async () => {
    const { code, out, err } = await kcheck(
      { 'bad.litmus': MISSPELT },
      'litmus @/bad.litmus --model sc',
    );
    expect(err).toMatchInlineSnapshot(`
      "@/bad.litmus:6:7: error KC0303: unknown primitive REED_ONCE()
        6 | 	r0 = REED_ONCE(*x);
          | 	     ^
      "
    `);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('the others run, and it is counted', async () => {
    const tests =
      line('bad', MISSPELT, { expected: 'Never' }) + line('good', SB, { expected: 'Never' });
    const { code, out, err } = await kcheck(
      { 't.jsonl': tests },
      'litmus @ --model sc --reporter json',
    );
    expect(testsOf(out)).toMatchObject([
      {
        name: 'bad',
        model: 'sc',
        observation: null,
        states: [],
        error: expect.stringContaining('t.jsonl#bad:6:7: KC0303: '),
      },
      { name: 'good', observation: 'Never', error: null },
    ]);
    expect(err).toContain(
      '@/t.jsonl sc: 1 of 2 as expected, 1 of 2 without a result\n  bad: @/t.jsonl#bad',
    );
    expect(code).toBe(2);
  });

  test('a text that is no litmus test goes by the name of its file', async () => {
    const { code, out } = await kcheck({ 'no.litmus': 'hello' }, 'litmus @ --reporter json');
    expect(testsOf(out)).toMatchObject([
      { name: 'no', model: '', error: expect.stringContaining('KC0301') },
    ]);
    expect(code).toBe(2);
  });

  test('a dereference of NULL in some execution', async () => {
    const text = `C null
{ int *p = 0; }
P0(int **p) { int *q; int r0; q = READ_ONCE(*p); r0 = READ_ONCE(*q); }
P1(int **p, int *x) { WRITE_ONCE(*p, x); }
exists (0:r0=0)
`;
    const { code, out, err } = await kcheck(
      { 'null.litmus': text },
      'litmus @/null.litmus --model sc',
    );
    expect(err).toMatchInlineSnapshot(`
      "@/null.litmus:3:55: error KC0309: 'READ_ONCE(*q)' goes wrong in some execution
        3 | P0(int **p) { int *q; int r0; q = READ_ONCE(*p); r0 = READ_ONCE(*q); }
          |                                                       ^
        Its address is no location's there, or a value exceeds 32 bits.
      "
    `);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

describe('stopped', () => {
  test('a limit leaves the test open: no block, exit code 125', async () => {
    const { code, out, err } = await kcheck(
      { 'a.litmus': SB },
      'litmus @/a.litmus --max-states 10',
    );
    expect(out).toBe('');
    expect(err).toBe('kcheck: SB under tso: inconclusive: --max-states 10\n');
    expect(code).toBe(125);
  });

  test('a store buffer that overflows leaves it open too', async () => {
    const text = c(
      'loop',
      '\twhile (READ_ONCE(*x) < 1000) {\n\t\tWRITE_ONCE(*x, 1);\n\t}\n\tr0 = 1;',
      '0:r0=1',
    );
    const { code, out } = await kcheck(
      { 'a.litmus': text },
      'litmus @ --model tso --reporter json',
    );
    expect(testsOf(out)[0]?.error).toBe('inconclusive: a bound of the memory model');
    expect(code).toBe(125);
  });

  test('a verdict that differs outweighs one that is open', async () => {
    const tests = line('one', RACE, { expected: 'Never' }) + line('two', SB, { expected: 'Never' });
    const { code } = await kcheck({ 't.jsonl': tests }, 'litmus @ --model sc --max-states 8');
    expect(code).toBe(1);
  });

  test('Ctrl-C ends with what there is, and 130', async () => {
    const interrupt = (): void => void process.emit('SIGINT');
    let told = 0;
    const { code, out, err } = await kcheck({ 'a.litmus': SB, 'b.litmus': SB }, 'litmus @', {
      onOut: () => (told++ === 0 ? interrupt() : undefined),
    });
    expect(out.match(/^Observation/gm)).toHaveLength(1);
    expect(err).toBe('kcheck: interrupted; the results are partial\n');
    expect(code).toBe(130);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});

/** A block of the page: a file that a command reads, or a command with what it prints. */
interface Block {
  readonly language: string;
  readonly text: string;
}

const PAGE: readonly Block[] = [
  ...readFileSync('docs/litmus.md', 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm),
].map(([, language = '', text = '']) => ({ language, text }));

const FILES: Readonly<Record<string, string>> = Object.fromEntries(
  PAGE.flatMap(({ language, text }) => {
    if (language === 'litmus') return [[`${text.split(/\s+/)[1]}.litmus`, text]];
    return language === 'jsonl' ? [['tests.jsonl', text]] : [];
  }),
);

describe('docs/litmus.md', () => {
  const commands = PAGE.filter(({ language }) => language === 'console');

  test('has commands, and nothing but commands that are tried here', () => {
    expect(commands.length).toBeGreaterThan(4);
    expect(commands.filter(({ text }) => !text.startsWith('$ kcheck litmus '))).toEqual([]);
  });

  test.each(commands.map(({ text }) => text.split('\n')))('%s', async (command = '', ...lines) => {
    const words = command.replace('$ kcheck ', '').replaceAll(/\S+\.(litmus|jsonl)\b/g, '@/$&');
    const models = memoryModels.has('power') ? memoryModels : STRONG;
    const { out, err } = await kcheck(FILES, words, { models });
    const printed = (out + err).replaceAll('@/', '').replaceAll(/"explored":\d+/g, '"explored":0');
    expect(printed).toBe(lines.join('\n'));
  });
});
