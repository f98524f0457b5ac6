/** The command line on a stage: specs as data, verdicts as told, and what was written where. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { CheckOptions } from '../../src/checker/options.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import { engine } from '../../src/cli/engine.ts';
import type { Engine } from '../../src/cli/engine.ts';
import { run } from '../../src/cli/main.ts';
import type { Expectation, LoadedSpec, RunName } from '../../src/language/loaded-spec.ts';
import { machineHash } from '../../src/machine/hash.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import { failure, machine, result, step, store } from '../report/data.ts';

const sc: MemoryModel = { name: 'sc', compile: neverCompiled };
const power: MemoryModel = { name: 'power', choosesAtLoads: true, compile: neverCompiled };
const MODELS = new Map([
  ['sc', sc],
  ['power', power],
  ['weak', power],
]);

export interface Stage {
  /** By path relative to the stage; a missing one cannot be loaded. */
  readonly specs?: Readonly<Record<string, Partial<LoadedSpec>>>;
  /** What exploring a run gives; a pass unless told. */
  readonly verdict?: (
    name: RunName,
    options: CheckOptions,
    machineHash: string,
  ) => CheckResult | Promise<CheckResult>;
  /** Check as many at a time as the command line wants; one after the other unless told. */
  readonly threads?: boolean;
  /** What kept verdicts depend on besides their runs; none are kept unless told. */
  readonly fingerprint?: string;
  /** Stay in this directory; in one of its own unless told. */
  readonly directory?: string;
  readonly progressColumns?: number;
  readonly jobSummaryFile?: string;
  /** Explore with the checker itself, under every memory model. */
  readonly real?: boolean;
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The runs that were explored, as `version configuration model`. */
  readonly explored: readonly string[];
}

const stages: string[] = [];

afterEach(() => {
  for (const directory of stages.splice(0)) rmSync(directory, { recursive: true });
});

/** A directory with these files, gone after the test. */
export function directoryWith(
  files: Readonly<Record<string, string>>,
  directory = newDirectory(),
): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kcheck-'));
  stages.push(directory);
  return directory;
}

/** Runs `kcheck <line>`, where `@` stands for the stage's directory; it is `@` in outputs too. */
export async function kcheck(line: string, stage: Stage = {}): Promise<Outcome> {
  const specs = stage.specs ?? { 'spec.ts': {} };
  const files = Object.fromEntries(Object.keys(specs).map((path) => [path, '']));
  const directory = directoryWith(files, stage.directory);
  const explored: string[] = [];
  const written = { out: '', err: '' };
  const code = await run(
    line.replaceAll('@', directory).split(' ').filter(Boolean),
    engineOf(stage, directory, explored),
    {
      out: (text) => void (written.out += text),
      err: (text) => void (written.err += text),
      colour: false,
      columns: null,
      progressColumns: stage.progressColumns ?? null,
      jobSummaryFile: stage.jobSummaryFile,
    },
  );
  const shown = (text: string): string => text.replaceAll(directory, '@');
  return { code, out: shown(written.out), err: shown(written.err), explored };
}

/** Explores a machine with the checker itself. */
export async function explored(of: Machine, options: string): Promise<Outcome> {
  const spec = {
    title: of.title,
    versions: ['V0'],
    models: null,
    expectation: () => null,
    parameters: () => ({}),
    machine: () => of,
  };
  return kcheck(`explore @/spec.ts ${options}`, { specs: { 'spec.ts': spec }, real: true });
}

export function failing(property: string): CheckResult {
  const trace = [step(1, 0, 'T0', store('x', 1))];
  return result({ failures: [failure({ property, message: `${property} does not hold`, trace })] });
}

export function expecting(
  expected: Readonly<Record<string, Expectation>>,
): (name: RunName) => Expectation | null {
  return ({ version }) => expected[version] ?? null;
}

function engineOf(stage: Stage, directory: string, explored: string[]): Engine {
  const loadSpec = async (path: string): Promise<LoadedSpec> => {
    const parts = stage.specs?.[path.slice(directory.length + 1)] ?? {};
    return { ...passing(path), ...parts };
  };
  if (stage.real === true) return { ...engine, loadSpec };
  const check: Engine['check'] = async (machine, model, options) => {
    const { title } = machine;
    const [version = '', configuration = ''] = title.split(' ');
    const name = { version, configuration, model: model.name };
    explored.push([version, configuration, model.name].filter(Boolean).join(' '));
    return stage.verdict?.(name, options, await machineHash(machine)) ?? result();
  };
  return {
    loadSpec,
    loadConfig: engine.loadConfig,
    updateExpect: engine.updateExpect,
    memoryModels: async () => MODELS,
    check,
    threads: async (width) => {
      if (stage.threads !== true) return null;
      return { width, check, close: async () => {} };
    },
    fingerprint: async () => stage.fingerprint ?? null,
    stagingFingerprint: async () => null,
    explain: async () => null,
    printMachine: async (_machine, format) => `a machine as ${format}`,
  };
}

/** Two versions that must pass. */
function passing(file: string): LoadedSpec {
  return {
    file,
    files: [],
    title: 'a spec',
    versions: ['V0', 'V1'],
    configurations: [''],
    models: ['sc'],
    table: null,
    expectation: () => 'pass',
    acceptedUnreached: () => [],
    wants: () => true,
    quick: () => true,
    fairness: () => null,
    parameters: (version, configuration, overrides) => ({
      version,
      configuration,
      cpus: 2,
      fixup: true,
      ...overrides,
    }),
    machine: ({ version, configuration }) =>
      machine({ title: `${String(version)} ${String(configuration)}` }),
  };
}

function neverCompiled(): never {
  throw new Error('the stage explores nothing');
}
