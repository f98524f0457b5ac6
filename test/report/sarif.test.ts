import { expect, test } from 'vitest';
import { sarif } from '../../src/report/sarif.ts';
import { failure, machine, plainText, result, run, site } from './data.ts';
import { violations } from './json-schema.ts';
import { SARIF } from './sarif-schema.ts';
import { gate, runs } from './sessions.ts';

interface Place {
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number };
  };
  readonly message?: { readonly text: string };
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind?: string;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Place[];
  readonly relatedLocations?: readonly Place[];
  readonly suppressions?: readonly unknown[];
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly {
      readonly id: string;
      readonly locations: readonly { readonly location: Place; readonly executionOrder: number }[];
    }[];
  }[];
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly Result[];
}

function onlyRun(text: string): SarifRun {
  const [first] = (JSON.parse(text) as { readonly runs: readonly SarifRun[] }).runs;
  if (first === undefined) throw new Error('no run');
  return first;
}

const lineOf = ({ physicalLocation: at }: Place): string =>
  at === undefined ? '-' : `${at.artifactLocation.uri}:${at.region.startLine}`;

test('the rules of the format', () => {
  expect(violations(JSON.parse(sarif(runs, gate)), SARIF)).toEqual([]);
  expect(violations(JSON.parse(sarif([], plainText)), SARIF)).toEqual([]);
});

test('what is a result, how grave it is, and where', () => {
  const { results } = onlyRun(sarif(runs, gate));
  const words = results.map(
    ({ ruleId, level, kind = 'fail', suppressions = [], locations, message }) =>
      [
        ruleId,
        level,
        kind,
        suppressions.length > 0 ? 'suppressed' : '',
        locations.map(lineOf),
        message.text,
      ].join(' | '),
  );
  expect(words).toMatchInlineSnapshot(`
    [
      "assertion | error | fail |  | spec.ts:8 | a spec version V1 model sc: S4: <x> & "y" {{0}} does not hold (3 steps)",
      "livelock | note | fail | suppressed | spec.ts:8 | a spec version V2 model sc: livelock: T1 can never finish (2 steps)",
      "expectation | error | fail |  | spec.ts:1 | a spec version V3 model sc: the spec expects 'S4' to fail, and it does not",
      "inconclusive | none | open |  | spec.ts:1 | a spec version V4 model sc: inconclusive: --timeout 5",
      "vacuous | warning | fail |  | spec.ts:8 | a spec version V5 model sc: passes, and never evaluates 'S9'",
      "expectation | error | fail |  | b%20%232/spec.ts:1 | a spec version V6 configuration fork model sc: found pass, the spec expects nothing",
    ]
  `);
});

test('every result is of a rule, at its index', () => {
  const { tool, results } = onlyRun(sarif(runs, gate));
  const rules = tool.driver.rules.map(({ id }) => id);
  expect(results.map(({ ruleIndex }) => rules[ruleIndex])).toEqual(
    results.map(({ ruleId }) => ruleId),
  );
});

test('a trace is a thread flow a context, in the order of execution', () => {
  const [first] = onlyRun(sarif(runs, gate)).results;
  const flows = first?.codeFlows?.[0]?.threadFlows.map(({ id, locations }) => ({
    id,
    steps: locations.map(
      ({ location, executionOrder }) =>
        `${executionOrder}: ${lineOf(location)} ${location.message?.text}`,
    ),
  }));
  expect(flows).toMatchInlineSnapshot(`
    [
      {
        "id": "T0",
        "steps": [
          "1: spec.ts:7 1. CPU0 x = 1",
        ],
      },
      {
        "id": "memory of CPU0",
        "steps": [
          "2: - 2. CPU0 x = 1",
        ],
      },
      {
        "id": "T1",
        "steps": [
          "3: spec.ts:8 3. CPU1 x -> 1",
        ],
      },
    ]
  `);
});

test('a race is at its first access, the second is related', () => {
  const race = failure({
    kind: 'race',
    property: 'race',
    message: 'data race on x',
    sites: [0, 1],
  });
  const staged = machine({ sites: [site(3, 'x.value = 1'), site(9, 'x.value')] });
  const [only] = onlyRun(
    sarif([run({ machine: staged, result: result({ failures: [race] }) })], plainText),
  ).results;
  expect(only?.locations.map(lineOf)).toEqual(['spec.ts:3']);
  expect(only?.relatedLocations?.map(lineOf)).toEqual(['spec.ts:9']);
});
