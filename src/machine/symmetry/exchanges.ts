/**
 * Ways to exchange contexts that are worth a try: two of them whose programs have one shape, those of two
 * CPUs, and all of a shape in turn.
 */
import { at, nodeAt, reachable } from '../graph.ts';
import type { Context, Machine } from '../machine.ts';

export function exchanges(machine: Machine): readonly (readonly number[])[] {
  const shapes = machine.contexts.map(shapeOf);
  const classes = classesOf(shapes);
  const byCpu = machine.cpus.map((_, cpu) =>
    machine.contexts.flatMap((context, index) =>
      context.cpu.op === 'const' && context.cpu.value === cpu ? [index] : [],
    ),
  );
  const identity = machine.contexts.map((_, index) => index);
  const swaps = classes.flatMap((members) =>
    pairsOf(members).map((pair) => swapped(identity, [pair])),
  );
  const cpuPairs = pairsOf(identityOf(byCpu.length)).flatMap(([a, b]) => {
    const pairs = matched(at(byCpu, a), at(byCpu, b), shapes);
    return pairs === null || pairs.length < 2 ? [] : [swapped(identity, pairs)];
  });
  const turns = classes.map((members) => turned(identity, [members]));
  const together = turned(
    identity,
    classes.filter(({ length }) => length > 1),
  );
  return distinct([...swaps, ...cpuPairs, together, ...turns]).filter((contexts) =>
    contexts.some((to, from) => to !== from),
  );
}

/** Equal for contexts whose programs may be the same but for names: what their nodes are, in order. */
function shapeOf(context: Context): string {
  const kinds = reachable(context).map((node) => nodeAt(context, node).kind);
  return [context.liveness, context.guard === null, ...kinds].join(' ');
}

function classesOf(shapes: readonly string[]): readonly (readonly number[])[] {
  const classes = new Map<string, number[]>();
  shapes.forEach((shape, index) => {
    const members = classes.get(shape) ?? [];
    members.push(index);
    classes.set(shape, members);
  });
  return [...classes.values()];
}

type Pair = readonly [number, number];

/** Neighbours first: they are enough to generate all permutations. */
function pairsOf(members: readonly number[]): readonly Pair[] {
  const pairs: Pair[] = [];
  for (let distance = 1; distance < members.length; distance++) {
    for (let i = 0; i + distance < members.length; i++) {
      pairs.push([at(members, i), at(members, i + distance)]);
    }
  }
  return pairs;
}

function identityOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The contexts of two CPUs, each with one of its shape; null: they are not alike. */
function matched(
  some: readonly number[],
  others: readonly number[],
  shapes: readonly string[],
): readonly Pair[] | null {
  const left = [...others];
  const pairs: Pair[] = [];
  for (const one of some) {
    const place = left.findIndex((other) => shapes[other] === shapes[one]);
    if (place < 0) return null;
    pairs.push([one, at(left, place)]);
    left.splice(place, 1);
  }
  return left.length === 0 ? pairs : null;
}

function swapped(identity: readonly number[], pairs: readonly Pair[]): readonly number[] {
  const contexts = [...identity];
  for (const [a, b] of pairs) [contexts[a], contexts[b]] = [b, a];
  return contexts;
}

/** Each member of a class becomes the next one. */
function turned(
  identity: readonly number[],
  classes: readonly (readonly number[])[],
): readonly number[] {
  const contexts = [...identity];
  for (const members of classes) {
    members.forEach((member, i) => (contexts[member] = at(members, (i + 1) % members.length)));
  }
  return contexts;
}

function distinct(all: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return [...new Map(all.map((contexts) => [contexts.join(' '), contexts])).values()];
}
