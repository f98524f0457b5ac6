/** What the exit code says; `kcheck --help` and docs/cli.md list the same. */
import type { Session } from './session.ts';
import { outcome } from '../report/outcome.ts';
import type { Run } from '../report/run.ts';

export const ExitCode = {
  asExpected: 0,
  differs: 1,
  usage: 2,
  internal: 3,
  /** What `git bisect run` takes as "skip this commit". */
  inconclusive: 125,
  /** 128 + SIGINT, as a shell says it. */
  interrupted: 130,
} as const;

/** `gate`: a run without expectation is an error of its own. */
export function exitCodeOf(session: Session, gate: boolean): number {
  if (session.interrupted) return ExitCode.interrupted;
  if (session.errors.length > 0) return ExitCode.usage;
  if (session.runs.some((run) => differs(run, gate))) return ExitCode.differs;
  const open = session.runs.some((run) => outcome(run) === 'inconclusive');
  return open ? ExitCode.inconclusive : ExitCode.asExpected;
}

/** A run that the spec says nothing of should at least pass. */
function differs(run: Run, gate: boolean): boolean {
  const known = outcome(run);
  return known === 'differs' || (known === 'unstated' && (gate || run.result.verdict === 'fail'));
}
