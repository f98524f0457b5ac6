/**
 * The named cycles of diy (Alglave, Maranget, Sarkar, Sewell: "Litmus: running tests against
 * hardware", TACAS 2011): two letters are a thread with two accesses, which an edge of the name
 * orders; Rfe, Coe and Fre lead from one thread to the next. Names and thread order are diy's.
 */

export type Kind = 'R' | 'W';
export type External = 'Rfe' | 'Coe' | 'Fre';

export const SHAPES: ReadonlyMap<string, string> = new Map([
  ['SB', 'WR Fre WR Fre'],
  ['MP', 'WW Rfe RR Fre'],
  ['LB', 'RW Rfe RW Rfe'],
  ['S', 'WW Rfe RW Coe'],
  ['R', 'WW Coe WR Fre'],
  ['2+2W', 'WW Coe WW Coe'],
  ['WRC', 'Rfe RW Rfe RR Fre'],
  ['RWC', 'Rfe RR Fre WR Fre'],
  ['WWC', 'Rfe RW Rfe RW Coe'],
  ['W+RWC', 'WW Rfe RR Fre WR Fre'],
  ['WRR+2W', 'Rfe RR Fre WW Coe'],
  ['WRW+2W', 'Rfe RW Coe WW Coe'],
  ['WRW+WR', 'Rfe RW Coe WR Fre'],
  ['ISA2', 'WW Rfe RW Rfe RR Fre'],
  ['IRIW', 'Rfe RR Fre Rfe RR Fre'],
  ['IRRWIW', 'Rfe RR Fre Rfe RW Coe'],
  ['IRWIW', 'Rfe RW Coe Rfe RW Coe'],
  ['Z6.0', 'WW Rfe RW Coe WR Fre'],
  ['Z6.1', 'WW Coe WW Rfe RW Coe'],
  ['Z6.2', 'WW Rfe RW Rfe RW Coe'],
  ['Z6.3', 'WW Coe WW Rfe RR Fre'],
  ['Z6.4', 'WW Coe WR Fre WR Fre'],
  ['Z6.5', 'WW Coe WW Coe WR Fre'],
  ['3.SB', 'WR Fre WR Fre WR Fre'],
  ['3.LB', 'RW Rfe RW Rfe RW Rfe'],
  ['3.2W', 'WW Coe WW Coe WW Coe'],
]);

/** Coherence: the same, with both accesses of a thread to the one location. */
export const COHERENCE_SHAPES: ReadonlyMap<string, string> = new Map([
  ['CoRR', 'Rfe RR Fre'],
  ['CoMP', 'WW Rfe RR Fre'],
  ['CoLB', 'RW Rfe RW Rfe'],
  ['CoSB', 'WR Fre WR Fre'],
  ['CoWR0', 'WR Fre Coe'],
  ['CoRW2', 'Rfe RW Coe'],
  ['CoRWC', 'Rfe RR Fre WR Fre'],
  ['CoWRC', 'Rfe RW Rfe RR Fre'],
  ['CoIRIW', 'Rfe RR Fre Rfe RR Fre'],
]);

const SOURCES: Readonly<Record<External, Kind>> = { Rfe: 'W', Coe: 'W', Fre: 'R' };

/** The kinds of the first and the last access of each thread; one access if they are one. */
export function threadKinds(shape: string): (readonly [Kind] | readonly [Kind, Kind])[] {
  const threads: (readonly [Kind] | readonly [Kind, Kind])[] = [];
  let inner: readonly [Kind, Kind] | null = null;
  for (const edge of shape.split(' ')) {
    if (isExternal(edge)) {
      threads.push(inner ?? [SOURCES[edge]]);
      inner = null;
    } else {
      inner = [toKind(edge.charAt(0)), toKind(edge.charAt(1))];
    }
  }
  return threads;
}

function isExternal(edge: string): edge is External {
  return edge === 'Rfe' || edge === 'Coe' || edge === 'Fre';
}

function toKind(letter: string): Kind {
  return letter === 'R' ? 'R' : 'W';
}
