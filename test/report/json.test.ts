import { expect, test } from 'vitest';
import { json } from '../../src/report/json.ts';
import { bool, event, failure, load, machine, plainText, result, run, site } from './data.ts';
import { step, store } from './data.ts';

const broken = failure({
  kind: 'livelock',
  property: 'livelock',
  message: 'CPU0 spins',
  trace: [
    step(
      1,
      0,
      'T0',
      store('x', 1, { site: 0 }),
      event('set', { variable: { name: 'idle', type: bool }, after: 1 }),
    ),
  ],
  cycle: [step(2, 0, 'T0', load('x', 1, { site: 0, note: 'latest' }))],
  waiting: [{ context: 'T1', cpu: 1, site: 0, on: 'lock', what: 'l', holder: 'T0' }],
  doomedFrom: 0,
});

test('the whole of a failing run', () => {
  const failing = run({
    configuration: 'fork',
    params: { cpus: 2 },
    expected: { fails: ['livelock'] },
    machine: machine({ sites: [site(7, 'WRITE_ONCE(x, 1)', 'mm_get_cid'), site(8, 'y')] }),
    result: result({ failures: [broken], unreached: [1] }),
  });
  expect(JSON.parse(json([failing], plainText))).toMatchInlineSnapshot(`
    {
      "errors": [],
      "runs": [
        {
          "asExpected": true,
          "boundReached": false,
          "cached": false,
          "configuration": "fork",
          "depth": 21,
          "expected": {
            "fails": [
              "livelock",
            ],
          },
          "failure": {
            "context": null,
            "cycle": [
              {
                "action": "x -> 1",
                "after": null,
                "at": "spec.ts:7:3",
                "before": 1,
                "context": "T0",
                "cpu": 0,
                "effects": [],
                "function": "mm_get_cid",
                "kind": "load",
                "note": "latest",
                "step": 2,
                "value": 1,
                "variable": "x",
              },
            ],
            "explanation": null,
            "kind": "livelock",
            "message": "CPU0 spins",
            "property": "livelock",
            "trace": [
              {
                "action": "x = 1",
                "after": 1,
                "at": "spec.ts:7:3",
                "before": null,
                "context": "T0",
                "cpu": 0,
                "effects": [],
                "function": "mm_get_cid",
                "kind": "store",
                "note": "",
                "step": 1,
                "value": 1,
                "variable": "x",
              },
              {
                "action": "idle := true",
                "after": true,
                "at": null,
                "before": null,
                "context": "T0",
                "cpu": 0,
                "effects": [],
                "function": "",
                "kind": "set",
                "note": "",
                "step": 1,
                "value": true,
                "variable": "idle",
              },
            ],
            "waiting": [
              {
                "at": "spec.ts:7:3",
                "context": "T1",
                "cpu": 1,
                "holder": "T0",
                "on": "lock",
                "what": "l",
              },
            ],
          },
          "failures": [
            {
              "context": null,
              "cycle": [
                {
                  "action": "x -> 1",
                  "after": null,
                  "at": "spec.ts:7:3",
                  "before": 1,
                  "context": "T0",
                  "cpu": 0,
                  "effects": [],
                  "function": "mm_get_cid",
                  "kind": "load",
                  "note": "latest",
                  "step": 2,
                  "value": 1,
                  "variable": "x",
                },
              ],
              "explanation": null,
              "kind": "livelock",
              "message": "CPU0 spins",
              "property": "livelock",
              "trace": [
                {
                  "action": "x = 1",
                  "after": 1,
                  "at": "spec.ts:7:3",
                  "before": null,
                  "context": "T0",
                  "cpu": 0,
                  "effects": [],
                  "function": "mm_get_cid",
                  "kind": "store",
                  "note": "",
                  "step": 1,
                  "value": 1,
                  "variable": "x",
                },
                {
                  "action": "idle := true",
                  "after": true,
                  "at": null,
                  "before": null,
                  "context": "T0",
                  "cpu": 0,
                  "effects": [],
                  "function": "",
                  "kind": "set",
                  "note": "",
                  "step": 1,
                  "value": true,
                  "variable": "idle",
                },
              ],
              "waiting": [
                {
                  "at": "spec.ts:7:3",
                  "context": "T1",
                  "cpu": 1,
                  "holder": "T0",
                  "on": "lock",
                  "what": "l",
                },
              ],
            },
          ],
          "fairness": null,
          "limits": [],
          "livelocks": true,
          "machine": "0123456789abcdef",
          "memoryBytes": 1500000,
          "missProbability": 3.1e-13,
          "model": "sc",
          "overrides": {},
          "params": {
            "cpus": 2,
          },
          "reductions": {
            "applied": [],
            "off": [],
          },
          "seconds": 0.5,
          "spec": "spec.ts",
          "states": 1200,
          "title": "a spec",
          "transitions": 3400,
          "unevaluated": [],
          "unreached": [
            "spec.ts:8 y",
          ],
          "vacuous": false,
          "verdict": "fail",
          "version": "V0",
        },
      ],
      "schemaVersion": 1,
    }
  `);
});

test('a passing run has no failure, an unstated one no comparison', () => {
  const report = JSON.parse(json([run()], plainText)) as { runs: Record<string, unknown>[] };
  expect(report.runs[0]).toMatchObject({
    verdict: 'pass',
    failure: null,
    failures: [],
    expected: null,
    asExpected: null,
  });
});
