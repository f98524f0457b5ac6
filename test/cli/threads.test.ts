/** Several runs at a time, in threads of the executable. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { directoryWith } from './stage.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXECUTABLE = join(ROOT, 'bin/kcheck.js');

function kcheck(line: string, cwd = ROOT): { code: number | null; out: string; err: string } {
  const args = [EXECUTABLE, ...line.split(' ')];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/** A JSON report without what differs from search to search. */
function figures(line: string): unknown {
  return withoutVarying(`${line} --no-cache --reporter json`);
}

function withoutVarying(line: string): unknown {
  const { code, out } = kcheck(line);
  const varying = new Set(['seconds', 'memoryBytes']);
  const report: unknown = JSON.parse(out, (name, value: unknown) =>
    varying.has(name) ? null : value,
  );
  return { code, report };
}

test('threads find what one thread finds, and tell of it in the same order', () => {
  const line = 'check specs/fairness/csd specs/lib/nmi specs/lib/mutex';
  expect(figures(`${line} --workers 3`)).toEqual(figures(`${line} --workers 1`));
});

test('threads in one search find what one thread finds', { timeout: 120_000 }, () => {
  const line = 'explore bench/specs/test-and-set.ts -p n=5 -p k=6 --model sc --reporter json';
  const [alone, together] = [1, 3].map((workers) => withoutVarying(`${line} --workers ${workers}`));
  expect(together).toEqual(alone);
  expect(JSON.stringify(alone)).toContain('232897');
});

const CROWD = `import { spec, shared, task, READ_ONCE } from 'kcheck';
export default spec({
  title: 'a crowd',
  versions: { few: { tasks: 2 }, many: { tasks: 40 }, some: { tasks: 3 } },
  models: ['sc', 'tso'],
  system({ tasks }) {
    const x = shared(0);
    for (let i = 0; i < tasks; i++) task(\`T\${i}\`, () => READ_ONCE(x));
  },
  expect: 'pass',
});
`;

test('what kcheck refuses in a thread is told as the user error that it is', () => {
  const directory = directoryWith({ 'spec.ts': CROWD });
  const serial = kcheck('check spec.ts --no-cache --workers 1', directory);
  const parallel = kcheck('check spec.ts --no-cache --workers 3', directory);
  expect(serial.code).toBe(2);
  expect(serial.err).toMatch(/error KC\d{4}: /);
  expect([parallel.code, parallel.err]).toEqual([serial.code, serial.err]);
  expect(parallel.out).toContain('2 runs: 2 as expected');
});

const ENDLESS = `import { spec, shared, service, progress, atomic_inc, atomic_read } from 'kcheck';
export default spec({
  title: 'many states',
  versions: { a: { tasks: 4 }, b: { tasks: 5 }, c: { tasks: 6 } },
  models: ['sc'],
  system({ tasks }) {
    const words = Array.from({ length: tasks }, () => shared(0));
    for (const [i, word] of words.entries()) {
      service(\`S\${i}\`, () => {
        for (;;) {
          progress();
          if (atomic_read(word) < 1000) atomic_inc(word);
        }
      });
    }
  },
  expect: 'pass',
});
`;

test('Ctrl-C stops the threads, and prints what they have', { timeout: 120_000 }, async () => {
  const directory = directoryWith({ 'spec.ts': ENDLESS });
  const args = [EXECUTABLE, 'explore', 'spec.ts', '--workers', '2'];
  const child = spawn(process.execPath, args, { cwd: directory });
  const written = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => void (written.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => void (written.err += text.toString()));
  setTimeout(() => child.kill('SIGINT'), 5000);
  const code = await new Promise((done) => child.on('close', done));
  expect(written.err).toBe('kcheck: interrupted; the figures are partial\n');
  expect(code).toBe(130);
  expect(written.out).toMatch(/searches not complete \(interrupted\): [\d,]{5,} states/);
});

test(
  'every quick run of the specs that come with kcheck is as expected',
  { timeout: 600_000 },
  () => {
    const { code, out } = kcheck('check specs --quick --no-cache');
    expect(out).toMatch(/\n[\d,]+ runs: [\d,]+ as expected\n$/);
    expect(code).toBe(0);
  },
);
