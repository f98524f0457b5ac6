/** The `html` reporter: one file to look at failures in, step by step. */
import { chartOf } from '../../machine/print/chart.ts';
import { layOut } from '../../machine/print/layout.ts';
import type { Machine } from '../../machine/machine.ts';
import { coverageLines } from '../coverage.ts';
import { groupBy } from '../group.ts';
import { judge } from '../judgement.ts';
import { describeExpectation, describeVerdict, runWords, shortFailing } from '../outcome.ts';
import { placeOf } from '../describe.ts';
import type { ReportOptions, Reporter, Run } from '../run.ts';
import { count, thousands } from '../words.ts';
import { coverageData } from './coverage.ts';
import type { MachineData, RowData, RunData, SpecData } from './data.ts';
import { Files } from './files.ts';
import { page } from './page.ts';
import { failureData } from './trace.ts';

export const html: Reporter = (runs, options) => {
  const files = new Files(options.sources ?? new Map());
  const machines = new Machines(runs);
  const told = runs.map((run) => runData(run, options, files, machines));
  const indices = new Map(runs.map((run, index) => [run, index]));
  const specs = [...groupBy(runs, ({ spec }) => spec)].map(([file, ofSpec]) =>
    specData(file, ofSpec, indices, files),
  );
  const errors = options.errors.map(({ code, message, place, advice }) => {
    const where = place === null ? '' : `${placeOf(place)}: `;
    return `${where}${code} ${message}. ${advice}`.trim();
  });
  const summary = summaryOf(told);
  const { template } = options;
  if (template === undefined) throw new Error('the page has no template');
  const data = {
    specs,
    runs: told,
    machines: machines.drawn,
    files: files.data(),
    errors,
    summary,
  };
  return page(data, template);
};

function runData(run: Run, { gate }: ReportOptions, files: Files, machines: Machines): RunData {
  const { status, words } = judge(run, gate);
  const { verdict, failures } = run.result;
  const expected = run.expected === null ? 'nothing' : describeExpectation(run.expected);
  return {
    name: runWords(run),
    title: run.title,
    verdict,
    cell: cellOf(run, status),
    status,
    judgement:
      status === 'ok' ? `found: ${describeVerdict(run)}; the spec expects: ${expected}` : words,
    coverage: coverageLines(run, Infinity).map((line) => line.trim()),
    failures: failures.map((failure) => failureData(failure, run.machine, run.model, files)),
    machine: machines.indexOf(run),
  };
}

const MARKS = { ok: '', wrong: ' !', open: '' } as const;

function cellOf(run: Run, status: RunData['status']): string {
  switch (run.result.verdict) {
    case 'pass':
      return `pass${MARKS[status]}`;
    case 'inconclusive':
      return '?';
    case 'fail':
      return `FAIL ${shortFailing(run).join(', ')}${MARKS[status]}`;
  }
}

function specData(
  file: string,
  runs: readonly Run[],
  indices: ReadonlyMap<Run, number>,
  files: Files,
): SpecData {
  const models = [...new Set(runs.map(({ model }) => model))];
  const byRow = groupBy(runs, (run) => JSON.stringify([run.version, run.configuration]));
  const rows = [...byRow.values()].flatMap((inRow): RowData[] => {
    const [first] = inRow;
    if (first === undefined) return [];
    const { version, configuration } = first;
    const found = models.map((model) => inRow.find((run) => run.model === model));
    const numbers = found.map((run) => (run === undefined ? null : (indices.get(run) ?? null)));
    return [{ version, configuration, runs: numbers }];
  });
  const title = runs[0]?.title ?? '';
  return { file, title, models, rows, coverage: coverageData(runs, files) };
}

/**
 * Machines are drawn once each, of failing runs first, as long as the page stays one that a browser
 * opens at once: the drawings of some hundred large machines would be most of it.
 */
class Machines {
  readonly drawn: MachineData[] = [];
  readonly #indices = new Map<string, number>();

  constructor(runs: readonly Run[]) {
    let room = MOST_NODES;
    const failing = (run: Run): number => (run.result.verdict === 'fail' ? 0 : 1);
    for (const run of runs.toSorted((a, b) => failing(a) - failing(b))) {
      const { machineHash } = run.result;
      if (room <= 0) break;
      if (this.#indices.has(machineHash)) continue;
      const machine = machineData(run.machine);
      this.#indices.set(machineHash, this.drawn.push(machine) - 1);
      room -= nodesOf(run.machine);
    }
  }

  indexOf({ result }: Run): number | null {
    return this.#indices.get(result.machineHash) ?? null;
  }
}

const MOST_NODES = 20_000;

function nodesOf({ contexts }: Machine): number {
  return contexts.reduce((sum, { nodes }) => sum + nodes.length, 0);
}

function machineData(machine: Machine): MachineData {
  return { contexts: machine.contexts.map((context) => layOut(chartOf(context, machine))) };
}

function summaryOf(runs: readonly RunData[]): string {
  const many = (status: RunData['status']): number =>
    runs.filter((run) => run.status === status).length;
  const parts = [
    `${thousands(many('ok'))} in order`,
    many('wrong') === 0 ? '' : `${thousands(many('wrong'))} not in order`,
    many('open') === 0 ? '' : `${thousands(many('open'))} inconclusive`,
  ];
  return `${count(runs.length, 'run')}: ${parts.filter((part) => part !== '').join(', ')}`;
}
