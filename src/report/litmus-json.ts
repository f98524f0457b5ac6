/** The `json` reporter of litmus tests, for scripts. */
import type { LitmusReporter, LitmusRun } from './litmus.ts';

/** Rises when a field changes its meaning or goes away; new fields leave it alone. */
const SCHEMA_VERSION = 1;

export interface JsonLitmusReport {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tests: readonly JsonLitmusTest[];
}

interface JsonLitmusTest {
  readonly name: string;
  readonly model: string;
  /** Null where there is an error. */
  readonly observation: 'Never' | 'Sometimes' | 'Always' | null;
  readonly positive: number;
  readonly negative: number;
  readonly states: readonly string[];
  /** Separated by spaces. */
  readonly flags: string;
  readonly explored: number;
  readonly seconds: number;
  readonly error: string | null;
}

/** One test a line, so that a report of thousands can be searched and compared line by line. */
export const litmusJson: LitmusReporter = {
  each: () => '',
  end(runs) {
    const tests = runs.map((run) => `    ${JSON.stringify(jsonTest(run))}`).join(',\n');
    return `{\n  "schemaVersion": ${SCHEMA_VERSION},\n  "tests": [\n${tests}\n  ]\n}\n`;
  },
  summarises: false,
};

function jsonTest(run: LitmusRun): JsonLitmusTest {
  const { name, model, outcome, explored, seconds, error } = run;
  return {
    name,
    model,
    observation: outcome?.observation ?? null,
    positive: outcome?.positive ?? 0,
    negative: outcome?.negative ?? 0,
    states: outcome?.states ?? [],
    flags: outcome?.flags.join(' ') ?? '',
    explored,
    seconds: Math.round(seconds * 1e6) / 1e6,
    error,
  };
}
