/** The places of a file that the runtime can name: rewritten constructs carry their number. */
import type { types as t } from '@babel/core';
import type { SiteTuple } from '../../staging/runtime.ts';

export class Sites {
  readonly tuples: SiteTuple[] = [];

  add(node: t.Node, functionName: string): number {
    const { line = 1, column = 0 } = node.loc?.start ?? {};
    this.tuples.push([line, column + 1, node.start ?? 0, node.end ?? 0, functionName]);
    return this.tuples.length - 1;
  }
}
