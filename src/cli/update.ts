/**
 * `--update`: writes the verdicts that were found into the sources of the specs as what they expect. A
 * run that was written of is as expected from then on; where nothing can be written, the lines are told.
 */
import type { KcheckError } from '../errors.ts';
import type { StatedRun } from '../language/update-expect.ts';
import type { Expectation, LoadedSpec, RunName } from '../language/loaded-spec.ts';
import { expectationFound } from '../report/found.ts';
import { groupBy } from '../report/group.ts';
import { entryLines } from '../report/missing.ts';
import type { Run } from '../report/run.ts';
import { count, wrap } from '../report/words.ts';
import type { Engine } from './engine.ts';
import { collecting } from './collecting.ts';
import { causeOf, usageError, writeAdvice } from './errors.ts';
import { readText } from './files.ts';
import { replaceFile } from './write-file.ts';

export interface Updates {
  /** Those that were written of expect what was found. */
  readonly runs: readonly Run[];
  readonly lines: readonly string[];
  readonly errors: readonly KcheckError[];
}

/** `specs` by file; their functions say which runs there are. */
export async function updateSpecs(
  runs: readonly Run[],
  specs: ReadonlyMap<string, LoadedSpec>,
  engine: Engine,
  width: number,
): Promise<Updates> {
  const lines: string[] = [];
  const errors: KcheckError[] = [];
  const updated = new Map<Run, Expectation>();
  const models = await engine.memoryModels();
  const names = [...new Set([...models.values()].map(({ name }) => name))];
  for (const [file, ofSpec] of groupBy(runs, (run) => run.spec)) {
    const found = new Map(
      ofSpec.flatMap((run) => {
        const expectation = expectationFound(run);
        return expectation === null ? [] : [[run, expectation] as const];
      }),
    );
    const spec = specs.get(file);
    if (found.size === 0 || spec === undefined) continue;
    const done = await collectingRuns(errors, () => updateSpec(spec, found, names, engine));
    if (done === null) continue;
    for (const run of done) updated.set(run, found.get(run) ?? 'pass');
    lines.push(...told(file, [...found.keys()], done, width));
  }
  return { runs: runs.map((run) => expecting(run, updated.get(run))), lines, errors };
}

/** The runs that the file says from now on what was found. */
async function updateSpec(
  spec: LoadedSpec,
  found: ReadonlyMap<Run, Expectation>,
  models: readonly string[],
  engine: Engine,
): Promise<readonly Run[]> {
  const [source] = spec.files;
  if (source === undefined) return [];
  const text = readText(source.path);
  const stated = runsOf(spec, models).map((run): StatedRun => {
    const now = spec.expectation(run);
    const at = [...found].find(([each]) => isSame(each, run));
    return { run, now, then: at?.[1] ?? now };
  });
  const updated = await engine.updateExpect(text, source.path, stated);
  if (updated === null) return [];
  write(spec.file, source.path, updated.text);
  return [...found.keys()].filter((run) => updated.runs.some((name) => isSame(run, name)));
}

function runsOf(spec: LoadedSpec, models: readonly string[]): RunName[] {
  const meant = models.filter((model) => spec.models === null || spec.models.includes(model));
  return spec.versions
    .flatMap((version) =>
      spec.configurations.flatMap((configuration) =>
        meant.map((model) => ({ version, configuration, model })),
      ),
    )
    .filter((run) => spec.wants(run));
}

function isSame(a: RunName, b: RunName): boolean {
  return a.version === b.version && a.configuration === b.configuration && a.model === b.model;
}

/** A machine that is staged when it is read stays so. */
function expecting(run: Run, expected: Expectation | undefined): Run {
  if (expected === undefined) return run;
  const properties = Object.getOwnPropertyDescriptors(run);
  return Object.create(Object.prototype, {
    ...properties,
    expected: { value: expected, enumerable: true },
  }) as Run;
}

function told(
  file: string,
  wanted: readonly Run[],
  done: readonly Run[],
  width: number,
): readonly string[] {
  const open = wanted.filter((run) => !done.includes(run));
  const written =
    done.length === 0 ? [] : [`${file}: ${count(done.length, 'expectation')} updated`];
  if (open.length === 0) return written;
  const words = `${file}: what it expects of ${count(open.length, 'run')} is computed; it should say:`;
  return [...written, ...wrap(words, width - 'kcheck: '.length), ...entryLines(open)];
}

/** An error keeps one spec from being written, not the next; null: there was one. */
async function collectingRuns(
  errors: KcheckError[],
  work: () => Promise<readonly Run[]>,
): Promise<readonly Run[] | null> {
  let runs: readonly Run[] | null = null;
  await collecting(errors, async () => {
    runs = await work();
  });
  return runs;
}

function write(file: string, path: string, text: string): void {
  try {
    replaceFile(path, text);
  } catch (error) {
    const advice = `${causeOf(error)}. ${writeAdvice(error, file)}`;
    throw usageError('KC0032', `cannot write ${file}`, advice);
  }
}
