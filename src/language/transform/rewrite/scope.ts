/** What the rewriter knows of where it is: nothing here is changed, a nested place gets a new one. */
export interface Where {
  /** The function around, for a reader. */
  readonly functionName: string;
  /** What a bare break, and a bare continue, leave to; null: nothing. */
  readonly breakTo: number | null;
  readonly continueTo: number | null;
  readonly labels: ReadonlyMap<string, number>;
  /** The label directly on the statement that follows. */
  readonly pending: readonly string[];
}

export const TOP: Where = {
  functionName: '',
  breakTo: null,
  continueTo: null,
  labels: new Map(),
  pending: [],
};

export function intoFunction(functionName: string): Where {
  return { ...TOP, functionName };
}

/** Inside a loop with this number; its labels mean the loop. */
export function intoLoop(where: Where, id: number): Where {
  return { ...labelled(where, id), breakTo: id, continueTo: id };
}

export function intoSwitch(where: Where, id: number): Where {
  return { ...labelled(where, id), breakTo: id };
}

export function labelled(where: Where, id: number): Where {
  const labels = new Map(where.labels);
  for (const label of where.pending) labels.set(label, id);
  return { ...where, labels, pending: [] };
}
