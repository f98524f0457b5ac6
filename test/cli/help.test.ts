import { expect, test } from 'vitest';
import { kcheck } from './stage.ts';

test.each([
  '--help',
  'explore --help',
  'check --help',
  'graph --help',
  'litmus --help',
  'replay --help',
  'sim --help',
  'step --help',
  'explain --help',
  'init --help',
])('kcheck %s teaches within 80 columns', async (line) => {
  const { code, out, err } = await kcheck(line);
  expect(code).toBe(0);
  expect(err).toBe('');
  expect(out).toContain('Examples:');
  expect(Math.max(...out.split('\n').map((text) => text.length))).toBeLessThanOrEqual(80);
});

test('help lists the exit codes and what a verdict means', async () => {
  const { out } = await kcheck('--help');
  for (const code of [0, 1, 2, 3, 125, 130]) expect(out).toMatch(new RegExp(`\\b${code} {2,}\\w`));
  expect(out).toContain('inconclusive');
});

test.each(['--version', '-V'])('kcheck %s is the version of kcheck', async (line) => {
  const { code, out } = await kcheck(line);
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('kcheck alone shows its help and is a usage error', async () => {
  const { code, err } = await kcheck('');
  expect(code).toBe(2);
  expect(err).toContain('Usage: kcheck');
});
