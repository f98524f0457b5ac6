/** What a spec expects is changed by the smallest text that says it. */
import { expect, test } from 'vitest';
import type { Expectation } from '../../src/language/loaded-spec.ts';
import { loadSpecSource } from '../../src/language/loader.ts';
import { updateExpect } from '../../src/language/update-expect.ts';

function specWith(expected: string, configurations = ''): string {
  return `import { spec, task } from 'kcheck';
const S1 = { fails: 'S1' };
const both = (what) => ({ sc: what, tso: what });
export default spec({
  title: 't',
  versions: { V0: {}, V1: {} },${configurations}
  models: ['sc', 'tso'],
  system() { task('t', () => {}); },${expected}
});
`;
}

/** The runs that are to say something else: `V0 sc`, or `V0 fork sc`. */
type Changes = Readonly<Record<string, Expectation>>;

/** What stands in place of the old text from the first letter that changed; null: nothing was written. */
function updated(text: string, changes: Changes): string | null {
  const spec = loadSpecSource(text);
  const runs = spec.versions.flatMap((version) =>
    spec.configurations.flatMap((configuration) =>
      ['sc', 'tso'].map((model) => {
        const run = { version, configuration, model };
        const now = spec.expectation(run);
        const name = [version, configuration, model].filter(Boolean).join(' ');
        return { run, now, then: changes[name] ?? now };
      }),
    ),
  );
  return updateExpect(text, runs, (next) => loadSpecSource(next))?.text ?? null;
}

/** What follows system() in the new text. */
function expectIn(expected: string, changes: Changes, configurations = ''): string | null {
  const text = updated(specWith(expected, configurations), changes);
  return text === null ? null : (/task\('t'.*\n?([^]*)\n\}\);\n$/.exec(text)?.[1] ?? text);
}

const S1 = { fails: ['S1'] };
const CONFIGURATIONS = '\n  configurations: { fork: {}, exit: {} },';

test('a literal gets another verdict', () => {
  expect(expectIn("\n  expect: { V0: 'pass', V1: 'pass' },", { 'V1 sc': S1, 'V1 tso': S1 })).toBe(
    "  expect: { V0: 'pass', V1: { fails: 'S1' } },",
  );
  expect(
    expectIn("\n  expect: { fails: ['S1', 'S2'] },", {
      'V0 sc': S1,
      'V0 tso': S1,
      'V1 sc': S1,
      'V1 tso': S1,
    }),
  ).toBe("  expect: { fails: 'S1' },");
});

test('a literal that spoke of more is split by what tells the runs apart', () => {
  expect(expectIn("\n  expect: { V0: 'pass', V1: 'pass' },", { 'V1 sc': S1 })).toBe(
    "  expect: { V0: 'pass', V1: { sc: { fails: 'S1' }, tso: 'pass' } },",
  );
  expect(expectIn("\n  expect: 'pass',", { 'V1 sc': S1, 'V1 tso': S1 })).toBe(
    "  expect: { V0: 'pass', V1: { fails: 'S1' } },",
  );
  expect(expectIn("\n  expect: 'pass',", { 'V0 sc': S1, 'V1 sc': S1 })).toBe(
    "  expect: { V0: { sc: { fails: 'S1' }, tso: 'pass' }, V1: { sc: { fails: 'S1' }, tso: 'pass' } },",
  );
  expect(expectIn("\n  expect: { V1: 'pass' },", { 'V1 exit sc': S1 }, CONFIGURATIONS)).toBe(
    "  expect: { V1: { fork: 'pass', exit: { sc: { fails: 'S1' }, tso: 'pass' } } },",
  );
});

test('two statements of one run are left to speak of the others', () => {
  expect(expectIn("\n  expect: { V0: 'pass', tso: 'pass' },", { 'V0 tso': S1 })).toBe(
    "  expect: { V0: { sc: 'pass', tso: { fails: 'S1' } }, tso: 'pass' },",
  );
});

test('a constant of the file is changed where it is written', () => {
  expect(updated(specWith('\n  expect: { V0: S1 },'), { 'V0 sc': 'pass', 'V0 tso': 'pass' })).toBe(
    specWith('\n  expect: { V0: S1 },').replace("S1 = { fails: 'S1' }", "S1 = 'pass'"),
  );
});

test('a constant that speaks of others, too, stays', () => {
  const changes = { 'V0 sc': 'pass', 'V0 tso': 'pass' } as const;
  expect(expectIn('\n  expect: { V0: S1, V1: S1 },', changes)).toBeNull();
});

test.each(["\n  expect: both('pass'),", "\n  expect: { V0: both('pass'), V1: 'pass' },"])(
  'what is computed stays: %s',
  (expected) => {
    expect(expectIn(expected, { 'V0 sc': S1 })).toBeNull();
  },
);

test('what can be changed is, beside what is computed', () => {
  const expected = "\n  expect: { V0: both('pass'), V1: 'pass' },";
  expect(expectIn(expected, { 'V0 sc': S1, 'V1 sc': S1, 'V1 tso': S1 })).toBe(
    "  expect: { V0: both('pass'), V1: { fails: 'S1' } },",
  );
});

test('a run of which nothing is said gets an entry', () => {
  const all = { 'V1 sc': 'pass', 'V1 tso': S1 } as const;
  expect(expectIn("\n  expect: { V0: 'pass' },", all)).toBe(
    "  expect: { V0: 'pass', V1: { sc: 'pass', tso: { fails: 'S1' } } },",
  );
  expect(expectIn("\n  expect: { V0: 'pass' },", { 'V1 sc': S1 })).toBe(
    "  expect: { V0: 'pass', V1: { sc: { fails: 'S1' } } },",
  );
  expect(expectIn('', { 'V1 sc': S1 })).toBe("  expect: { V1: { sc: { fails: 'S1' } } },");
  expect(expectIn('\n  expect: {},', { ...all, 'V0 sc': 'pass', 'V0 tso': 'pass' })).toBe(
    "  expect: { V0: 'pass', V1: { sc: 'pass', tso: { fails: 'S1' } } },",
  );
});

test('an entry goes to its level, on a line of its own where the others are', () => {
  const expected = `
  expect: {
    // before the patch
    V0: 'pass', // on both
    V1: {
      sc: 'pass'
    },
  },`;
  expect(expectIn(expected, { 'V1 tso': S1 })).toBe(
    expected.slice(1).replace("sc: 'pass'\n", "sc: 'pass',\n      tso: { fails: 'S1' },\n"),
  );
});

test('a name that is no identifier is quoted', () => {
  const text = specWith("\n  expect: { V0: 'pass' },").replace('V1: {}', "'V 1': {}");
  expect(updated(text, { 'V 1 sc': S1, 'V 1 tso': S1 })).toContain("'V 1': { fails: 'S1' } },");
});
