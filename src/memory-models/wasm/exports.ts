/** What every module exports, whoever explores with it. */
import type { Variable } from './snapshot.ts';

export interface ModuleExports {
  readonly slots: Variable;
  readonly limit: Variable;
  readonly size: Variable;
  readonly bounded: Variable;
  readonly event: Variable;
  readonly edge: Variable;
  readonly edgeCount: Variable;
  readonly met: Variable;
  readonly next: Variable;
  readonly write: Variable;
  readonly writeEnd: Variable;
  run(from: number, count: number, most: number): number;
  start(): void;
}
