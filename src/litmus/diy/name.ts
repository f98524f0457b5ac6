/**
 * Names to threads: `WRC+lwsync+data-rfi-addr` is the shape WRC, a thread that lwsync orders and one
 * whose edges are data, rfi and addr, with further accesses between them. One edge with an s stands for
 * the same in every thread (`SB+mfences`); no edge at all means po everywhere.
 */
import { KcheckError } from '../../errors.ts';
import { COHERENCE_SHAPES, SHAPES, threadKinds, type Kind } from './shapes.ts';

const EDGES = ['po', 'pos', 'rfi', 'coi', 'addr', 'data', 'ctrl', 'ctrlisync'] as const;
const FENCES = ['sync', 'lwsync', 'eieio', 'isync', 'mfence'] as const;

/** `poana`, diy's name for program order behind a locked exchange; `locked` is the same. */
const LOCKED = ['poana', 'locked'] as const;

export type EdgeName = (typeof EDGES)[number] | (typeof FENCES)[number] | (typeof LOCKED)[number];

export interface PlannedThread {
  readonly kinds: readonly Kind[];
  /** `edges[k]` leads from access k to the next. */
  readonly edges: readonly EdgeName[];
}

/** @throws KcheckError KC0308 if the name is not of this form. */
export function planThreads(name: string): PlannedThread[] {
  const { shape, labels, coherence } = splitName(name);
  const kinds = threadKinds(shape);
  const doubles = kinds.filter((thread) => thread.length === 2).length;
  const all = spreadLabels(name, labels, doubles, coherence);
  let used = 0;
  return kinds.map((thread) => {
    const [first, last] = thread;
    if (last === undefined) return { kinds: [first], edges: [] };
    return planThread(name, first, last, all[used++] ?? 'po');
  });
}

function splitName(name: string): { shape: string; labels: string[]; coherence: boolean } {
  const coherent = COHERENCE_SHAPES.get(name);
  if (coherent !== undefined) return { shape: coherent, labels: [], coherence: true };
  const bases = [...SHAPES.keys()].toSorted((a, b) => b.length - a.length);
  const base = bases.find((candidate) => name === candidate || name.startsWith(`${candidate}+`));
  const shape = SHAPES.get(base ?? '');
  if (base === undefined || shape === undefined) throw unknown(name, 'no shape has this name');
  const labels = name.slice(base.length).split('+').slice(1);
  return { shape, labels, coherence: false };
}

function spreadLabels(
  name: string,
  labels: readonly string[],
  threads: number,
  coherence: boolean,
): readonly string[] {
  const [only] = labels;
  if (only === undefined) return Array.from({ length: threads }, () => (coherence ? 'pos' : 'po'));
  if (labels.length === threads) return labels;
  if (labels.length === 1 && only.endsWith('s')) {
    return Array.from({ length: threads }, () => only.slice(0, -1));
  }
  throw unknown(name, `it has ${threads} threads that an edge orders`);
}

function planThread(name: string, first: Kind, last: Kind, label: string): PlannedThread {
  const parts = label.split('-').map((part) => parseEdge(name, part));
  const kinds = parts.map((part, index) => {
    if (index === parts.length - 1) return last;
    return part.target ?? targetOf(part.edge) ?? sourceOf(parts[index + 1]?.edge) ?? 'R';
  });
  return { kinds: [first, ...kinds], edges: parts.map((part) => part.edge) };
}

/** An edge, with the kind of access it leads to where the name says so: `addrW`. */
function parseEdge(name: string, part: string): { edge: EdgeName; target: Kind | null } {
  const known: readonly EdgeName[] = [...EDGES, ...FENCES, ...LOCKED];
  const plain = known.find((edge) => edge === part);
  if (plain !== undefined) return { edge: plain, target: null };
  const edge = known.find((candidate) => candidate === part.slice(0, -1));
  const suffix = part.at(-1);
  if (edge === undefined || (suffix !== 'R' && suffix !== 'W')) {
    throw unknown(name, `'${part}' is not an edge`);
  }
  return { edge, target: suffix };
}

/** The kind of access that an edge must lead to; null: either. */
function targetOf(edge: EdgeName): Kind | null {
  if (edge === 'data' || edge === 'coi') return 'W';
  return edge === 'rfi' ? 'R' : null;
}

function sourceOf(edge: EdgeName | undefined): Kind | null {
  if (edge === 'rfi' || edge === 'coi') return 'W';
  return edge === undefined || edge.startsWith('po') ? null : 'R';
}

function unknown(name: string, why: string): KcheckError {
  const advice = 'Names are a shape and an edge a thread, as in MP+lwsync+addr.';
  return new KcheckError('KC0308', `'${name}' is not a cycle's name: ${why}`, null, advice);
}
