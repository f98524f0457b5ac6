/** The table of docs/mechanisms/smp-call.md that says how long preemption is off, version by version. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadSpec } from '../../src/language/loader.ts';
import { longestSection } from './preempt-off.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SPEC = path.join(ROOT, 'specs/smp-call/spec.ts');
const PAGE = path.join(ROOT, 'docs/mechanisms/smp-call.md');

const VERSIONS = ['D0', 'D1', 'D2', 'D3', 'Dxa'];
const SCENES = ['call', 'call3', 'two', 'both'];

test('the longest sections with preemption off are those of the page', { timeout: 180_000 }, () => {
  const spec = loadSpec(SPEC);
  const rows = VERSIONS.map((version) => [
    version,
    ...SCENES.map((scene) => {
      const machine = spec.machine(spec.parameters(version, scene, {}));
      const section = longestSection(machine, 'A');
      return section === null
        ? 'none'
        : `${section.steps} steps, ${section.waits} ${section.waits === 1 ? 'wait' : 'waits'}`;
    }),
  ]);
  expect(rows).toMatchInlineSnapshot(`
    [
      [
        "D0",
        "10 steps, 1 wait",
        "18 steps, 2 waits",
        "16 steps, 1 wait",
        "29 steps, 2 waits",
      ],
      [
        "D1",
        "9 steps, 0 waits",
        "16 steps, 0 waits",
        "14 steps, 1 wait",
        "25 steps, 2 waits",
      ],
      [
        "D2",
        "9 steps, 0 waits",
        "16 steps, 0 waits",
        "12 steps, 1 wait",
        "22 steps, 2 waits",
      ],
      [
        "D3",
        "9 steps, 0 waits",
        "16 steps, 0 waits",
        "12 steps, 1 wait",
        "22 steps, 2 waits",
      ],
      [
        "Dxa",
        "none",
        "none",
        "none",
        "none",
      ],
    ]
  `);
  const page = cells(readFileSync(PAGE, 'utf8'));
  for (const row of rows) expect(page).toContain(row.join('|'));
});

/** The rows of every table, without padding. */
function cells(page: string): string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .replaceAll(/ *\| */g, '|')
        .trim(),
    );
}
