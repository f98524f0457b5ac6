/** Random functions of a, b, c: integers only, every loop ends. */
import fc from 'fast-check';

interface Scope {
  /** Variables that can be read. */
  readonly reads: readonly string[];
  /** Variables that can be assigned. */
  readonly writes: readonly string[];
  /** What may be left: labels of loops around, whether break and continue are possible. */
  readonly loops: readonly string[];
  readonly depth: number;
}

/** Draws from a stream of numbers: a program shrinks as its stream does. */
class Source {
  readonly #draws: readonly number[];
  #next = 0;
  #names = 0;

  constructor(draws: readonly number[]) {
    this.#draws = draws;
  }

  below(n: number): number {
    const draw = this.#draws[this.#next++ % Math.max(1, this.#draws.length)] ?? 0;
    return this.#next > this.#draws.length ? 0 : draw % n;
  }

  pick<T>(all: readonly [T, ...T[]]): T {
    return all[this.below(all.length)] ?? all[0];
  }

  name(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }
}

export const programs: fc.Arbitrary<string> = fc
  .array(fc.nat({ max: 1 << 16 }), { minLength: 5, maxLength: 220 })
  .map((draws) => program(new Source(draws)));

function program(source: Source): string {
  const top: Scope = { reads: ['a', 'b', 'c'], writes: ['a', 'b'], loops: [], depth: 4 };
  const helper: Scope = { reads: ['p', 'q'], writes: ['p'], loops: [], depth: 2 };
  return `function g(p, q) { ${block(source, helper, 3)} return ${integer(source, helper, 2)}; }
function f(a, b, c) { ${block(source, top, 5)} return ${integer(source, top, 2)}; }`;
}

function block(source: Source, scope: Scope, most: number): string {
  let inner = scope;
  const statements: string[] = [];
  for (let n = source.below(most) + 1; n > 0; n--) {
    const [text, next] = statement(source, inner);
    statements.push(text);
    inner = next;
  }
  return statements.join(' ');
}

type Made = readonly [text: string, scope: Scope];

function statement(source: Source, scope: Scope): Made {
  const simple = [declare, assign, emit, leave] as const;
  const nested = [choose, choose, count, drain, endless, once, over, select, labelled] as const;
  const made = scope.depth > 0 && source.below(2) === 1 ? source.pick(nested) : source.pick(simple);
  return made(source, scope);
}

function declare(source: Source, scope: Scope): Made {
  const name = source.name('v');
  const kind = source.below(3);
  const text =
    kind === 0
      ? `const ${name} = ${integer(source, scope, 2)};`
      : `let ${name} = ${integer(source, scope, 2)};`;
  const writes = kind === 0 ? scope.writes : [...scope.writes, name];
  return [text, { ...scope, reads: [...scope.reads, name], writes }];
}

function assign(source: Source, scope: Scope): Made {
  const target = scope.writes[source.below(scope.writes.length)] ?? 'a';
  const form = source.below(4);
  if (form === 0) return [`${target}++;`, scope];
  if (form === 1)
    return [`${target} ${source.pick(['+=', '-=', '^='])} ${integer(source, scope, 1)};`, scope];
  return [`${target} = ${integer(source, scope, 2)};`, scope];
}

function emit(source: Source, scope: Scope): Made {
  return [
    `emit(${source.below(3) === 0 ? condition(source, scope, 1) : integer(source, scope, 2)});`,
    scope,
  ];
}

/** Break, continue, return; guarded, so that not everything behind it is dead. */
function leave(source: Source, scope: Scope): Made {
  const label = scope.loops[source.below(Math.max(1, scope.loops.length))];
  const ways = [
    'return ' + integer(source, scope, 1),
    ...(label === undefined ? [] : [`break ${label}`, `continue ${label}`]),
  ];
  const way = ways[source.below(ways.length)] ?? 'return 0';
  const bare = source.below(8) === 7;
  return [bare ? `if (true) ${way};` : `if (${condition(source, scope, 1)}) ${way};`, scope];
}

function deeper(scope: Scope, label?: string): Scope {
  return {
    ...scope,
    depth: scope.depth - 1,
    loops: label === undefined ? scope.loops : [...scope.loops, label],
  };
}

function choose(source: Source, scope: Scope): Made {
  const inner = deeper(scope);
  const otherwise = source.below(2) === 0 ? '' : ` else { ${block(source, inner, 3)} }`;
  return [`if (${condition(source, scope, 2)}) { ${block(source, inner, 3)} }${otherwise}`, scope];
}

function count(source: Source, scope: Scope): Made {
  const [i, label] = [source.name('i'), source.name('L')];
  const inner = deeper({ ...scope, reads: [...scope.reads, i] }, label);
  const end = source.below(2) === 0 ? '3' : `(${integer(source, scope, 1)} & 3)`;
  return [
    `${label}: for (let ${i} = 0; ${i} < ${end}; ${i}++) { ${block(source, inner, 3)} }`,
    scope,
  ];
}

/** `end` may change in the loop: a second counter bounds it. */
function drain(source: Source, scope: Scope): Made {
  const [n, label] = [source.name('n'), source.name('L')];
  const inner = deeper({ ...scope, reads: [...scope.reads, n] }, label);
  const body = `${n}--; ${block(source, inner, 3)}`;
  const test = source.below(2) === 0 ? `${n} > 0` : `${n} > 0 && ${condition(source, inner, 1)}`;
  return [
    `let ${n} = ${integer(source, scope, 1)} & 3; ${label}: while (${test}) { ${body} }`,
    scope,
  ];
}

function endless(source: Source, scope: Scope): Made {
  const [n, label] = [source.name('n'), source.name('L')];
  const inner = deeper({ ...scope, reads: [...scope.reads, n] }, label);
  const body = `if (${n}-- <= 0) break; ${block(source, inner, 3)}`;
  return [`let ${n} = ${integer(source, scope, 1)} & 3; ${label}: while (true) { ${body} }`, scope];
}

function once(source: Source, scope: Scope): Made {
  const [n, label] = [source.name('n'), source.name('L')];
  const inner = deeper({ ...scope, reads: [...scope.reads, n] }, label);
  return [
    `let ${n} = ${integer(source, scope, 1)} & 3; ${label}: do { ${block(source, inner, 3)} } while (${n}-- > 0);`,
    scope,
  ];
}

function over(source: Source, scope: Scope): Made {
  const [x, label] = [source.name('x'), source.name('L')];
  const inner = deeper({ ...scope, reads: [...scope.reads, x] }, label);
  const list = [0, 1, 2].map(() => integer(source, scope, 1)).join(', ');
  return [`${label}: for (const ${x} of [${list}]) { ${block(source, inner, 3)} }`, scope];
}

function select(source: Source, scope: Scope): Made {
  const inner = deeper(scope);
  const cases = [0, 1, 2].map((i) => {
    const label =
      i === source.below(4)
        ? 'default:'
        : `case ${source.below(2) === 0 ? i : integer(source, scope, 1)}:`;
    return `${label} { ${block(source, inner, 2)} ${source.below(2) === 0 ? 'break;' : ''} }`;
  });
  const one = cases.filter(
    (text, i) =>
      !text.startsWith('default') || cases.findIndex((t) => t.startsWith('default')) === i,
  );
  return [`switch (${integer(source, scope, 1)} & 3) { ${one.join(' ')} }`, scope];
}

function labelled(source: Source, scope: Scope): Made {
  const label = source.name('B');
  const inner = deeper(scope);
  const jump = `if (${condition(source, scope, 1)}) break ${label};`;
  return [`${label}: { ${block(source, inner, 2)} ${jump} ${block(source, inner, 2)} }`, scope];
}

function integer(source: Source, scope: Scope, depth: number): string {
  const atom = (): string =>
    source.below(3) === 0
      ? String(source.below(5))
      : (scope.reads[source.below(scope.reads.length)] ?? '0');
  if (depth === 0 || source.below(3) === 0) return atom();
  const deep = (): string => integer(source, scope, depth - 1);
  switch (source.below(7)) {
    case 0:
      return `(${condition(source, scope, depth - 1)} ? ${deep()} : ${deep()})`;
    case 1:
      return `(${deep()} ${source.pick(['&&', '||'])} ${deep()})`;
    case 2:
      return scope.reads.includes('p') ? atom() : `g(${deep()}, ${deep()})`;
    case 3:
      return scope.writes[0] === undefined ? atom() : `(${scope.writes[0]} = ${deep()})`;
    default:
      return `((${deep()} ${source.pick(['+', '-', '*', '&', '|', '^'])} ${deep()}) & 15)`;
  }
}

function condition(source: Source, scope: Scope, depth: number): string {
  const deep = (): string => condition(source, scope, depth - 1);
  const kind = source.below(depth > 0 ? 5 : 2);
  if (kind === 2) return `(${deep()} && ${deep()})`;
  if (kind === 3) return `(${deep()} || ${deep()})`;
  if (kind === 4) return `!(${deep()})`;
  if (kind === 1) return `(${integer(source, scope, 1)} > ${integer(source, scope, 1)})`;
  return `(${integer(source, scope, 1)} ${source.pick(['<', '===', '!==', '>='])} ${source.below(4)})`;
}
