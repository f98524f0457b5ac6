/** Which lines of a spec's files were executed, in how many of the runs that have them. */
import { outlineOf } from '../outline.ts';
import type { Run } from '../run.ts';
import type { FileCoverage } from './data.ts';
import type { Files } from './files.ts';

interface Counts {
  runs: number;
  executed: number;
}

export function coverageData(runs: readonly Run[], files: Files): FileCoverage[] {
  const counts = new Map<string, Map<number, Counts>>();
  for (const run of runs) {
    for (const [file, lines] of linesOf(run)) {
      const ofFile = counts.get(file) ?? new Map<number, Counts>();
      counts.set(file, ofFile);
      for (const [line, executed] of lines) {
        const known = ofFile.get(line) ?? { runs: 0, executed: 0 };
        known.runs++;
        if (executed) known.executed++;
        ofFile.set(line, known);
      }
    }
  }
  return [...counts].flatMap(([name, ofFile]) => {
    const file = files.indexOf(name);
    if (file === null) return [];
    const lines = [...ofFile].toSorted(([a], [b]) => a - b);
    return [
      { file, lines: lines.map(([line, { runs, executed }]) => [line, runs, executed] as const) },
    ];
  });
}

/** By file and line: whether something on it was executed. */
function linesOf(run: Run): ReadonlyMap<string, ReadonlyMap<number, boolean>> {
  const missed = new Set(run.result.unreached);
  const files = new Map<string, Map<number, boolean>>();
  for (const [index, { file, line }] of outlineOf(run).places.entries()) {
    const lines = files.get(file) ?? new Map<number, boolean>();
    files.set(file, lines);
    lines.set(line, lines.get(line) === true || !missed.has(index));
  }
  return files;
}
