/**
 * What the overview of many runs needs of each machine: which lines it has, and which properties. It is
 * small enough to be kept beside a verdict, so that a run that is in order needs no machine.
 */
import type { Machine, Site } from '../machine/machine.ts';
import type { Run } from './run.ts';

/** Equal places are one object, whatever machine they are of. */
export type Place = Pick<Site, 'file' | 'line' | 'column' | 'text'>;

export interface Outline {
  /** By the index of a site. */
  readonly places: readonly Place[];
  /** Every property and assertion, with its site. */
  readonly stated: readonly Stated[];
}

export interface Stated {
  readonly property: string;
  readonly site: number;
}

export function outlineOf(run: Pick<Run, 'outline' | 'machine'>): Outline {
  return run.outline ?? outlineOfMachine(run.machine);
}

export function outlineOfMachine(machine: Machine): Outline {
  const known = outlines.get(machine);
  if (known !== undefined) return known;
  const outline = { places: machine.sites.map(placeOnce), stated: statedIn(machine) };
  outlines.set(machine, outline);
  return outline;
}

/** The one object for a place. */
export function placeOnce({ file, line, column, text }: Place): Place {
  const key = `${file}:${line}:${column} ${text}`;
  const known = places.get(key);
  if (known !== undefined) return known;
  const place = { file, line, column, text };
  places.set(key, place);
  return place;
}

const outlines = new WeakMap<Machine, Outline>();
const places = new Map<string, Place>();

function statedIn({ contexts, properties }: Machine): Stated[] {
  const asserted = contexts.flatMap(({ nodes }) =>
    nodes.flatMap((node) =>
      node.kind === 'assert' ? [{ property: node.name, site: node.site }] : [],
    ),
  );
  return [...asserted, ...properties.map(({ name, site }) => ({ property: name, site }))];
}
