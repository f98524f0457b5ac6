/** The JSON report is what the published schema says, and the schema says all that is in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { json } from '../../src/report/json.ts';
import { explored } from '../cli/stage.ts';
import { STORE_BUFFERING } from '../language/bodies.ts';
import { stagedMachine } from '../language/staged.ts';
import { MachineBuilder } from '../machine/builder.ts';
import { plainText } from './data.ts';
import { violations } from './json-schema.ts';
import { gate, runs } from './sessions.ts';

const root = join(import.meta.dirname, '../..');
const schema = JSON.parse(
  readFileSync(join(root, 'schema/kcheck-report.schema.json'), 'utf8'),
) as Record<string, unknown>;

test('reports of every kind, with no field that is not in the schema', () => {
  expect(violations(JSON.parse(json(runs, gate)), schema, true)).toEqual([]);
  expect(violations(JSON.parse(json([], plainText)), schema, true)).toEqual([]);
});

test.each(['sc', 'tso', 'power'])('what the command line writes under %s', async (model) => {
  const b = new MachineBuilder('AB-BA');
  const locks = [b.lockWord('a'), b.lockWord('b')];
  for (const [cpu, order] of [locks, locks.toReversed()].entries()) {
    b.task(`T${cpu}`, cpu, (p) => {
      for (const lock of order) p.lock(lock);
      for (const lock of order) p.unlock(lock);
    });
  }
  const { out } = await explored(b.build(), `--model ${model} --reporter json`);
  expect(JSON.parse(out)).toMatchObject({ runs: [{ verdict: 'fail' }] });
  expect(violations(JSON.parse(out), schema, true)).toEqual([]);
});

test.each(['sc', 'power'])('what is said of reductions under %s', async (model) => {
  const b = new MachineBuilder('two tasks');
  for (const cpu of [0, 1]) b.task(`T${cpu}`, cpu, (p) => p.store(b.location(`own${cpu}`), 1));
  const { out } = await explored(b.build(), `--model ${model} --reduce all --reporter json`);
  const off = [
    ...(model === 'sc' ? [] : [{ name: 'por', reason: 'there is none under power' }]),
    { name: 'symmetry', reason: 'not built yet' },
  ];
  const applied = model === 'sc' ? ['por'] : [];
  expect(JSON.parse(out)).toMatchObject({
    runs: [{ verdict: 'pass', states: model === 'sc' ? 3 : 4, reductions: { applied, off } }],
  });
  expect(violations(JSON.parse(out), schema, true)).toEqual([]);
});

test.each(['tso', 'power'])('what memory did under %s, and why it may', async (model) => {
  const options = `--model ${model} --reporter json`;
  const { out } = await explored(stagedMachine(STORE_BUFFERING), options);
  expect(JSON.parse(out)).toMatchObject({
    runs: [{ failure: { explanation: { kind: 'reordered' } } }],
  });
  expect(out).toContain('"effects": [\n');
  expect(violations(JSON.parse(out), schema, true)).toEqual([]);
});

test.each([
  ['verdict', 'PASS', '$.runs[0].verdict'],
  ['states', -1, '$.runs[0].states'],
  ['expected', { fails: [] }, '$.runs[0].expected'],
  ['machine', 'xyz', '$.runs[0].machine'],
])('the schema refuses a report whose %s is %j', (field, value, path) => {
  const report = JSON.parse(json(runs, gate)) as { runs: Record<string, unknown>[] };
  Object.assign(report.runs[0] ?? {}, { [field]: value });
  expect(violations(report, schema).join('\n')).toContain(path);
});

test('the schema is shipped', () => {
  const { files, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    files: string[];
    exports: Record<string, unknown>;
  };
  expect(files).toContain('schema');
  expect(exports['./schema/*']).toBe('./schema/*');
});
