/**
 * From a parsed test to the machine that specs use: each thread a context on a CPU of its own that
 * must reach its end, each location a word, and the observed registers kept to the end.
 */
import type { Cell, Context, Machine, Program, Site, ValueType } from '../machine/machine.ts';
import { Locations } from './addresses.ts';
import { translatePpc } from './assembly/ppc.ts';
import { registerKey } from './assembly/registers.ts';
import { translateX86 } from './assembly/x86.ts';
import { translateC } from './c/translate.ts';
import { litmusError } from './errors.ts';
import { constant } from './expressions.ts';
import type { LitmusTest, Name, Proposition, Value } from './litmus-test.ts';
import { WORD } from './program-builder.ts';
import { ThreadContext } from './thread-context.ts';
import { resolveCandidates } from './values.ts';

/** A register or location whose final value the test's outcome needs. */
export type Observed = (
  | {
      readonly kind: 'register';
      readonly thread: number;
      /** As the test spells it. */
      readonly name: string;
      /** Of the thread's context; live at its end. */
      readonly register: number;
    }
  | { readonly kind: 'location'; readonly name: string; readonly location: number }
) & {
  /** Shown in states; what only a `filter` names is not. */
  readonly shown: boolean;
};

export interface LitmusProgram {
  readonly test: LitmusTest;
  readonly machine: Machine;
  /** In the order in which states are spelt: registers by thread and name, then locations. */
  readonly observed: readonly Observed[];
}

/** Throws KcheckError (KC0303 to KC0306) where the code holds something that is not modelled. */
export function toMachine(test: LitmusTest): LitmusProgram {
  const shared = { locations: new Locations(), locks: new Set<number>(), sites: [] as Site[] };
  declareLocations(test, shared.locations);
  const threads = translateThreads(test, shared);
  const observed = findObserved(test, threads, shared.locations);
  const cells = toCells(test, shared.locations, shared.locks);
  const programs = resolveCandidates(
    threads.map((thread) => thread.builder.build(thread.site(0, 0))),
    cells.map((cell) => cell.initial),
  );
  checkAddresses(test, programs, shared.sites);
  const machine: Machine = {
    title: test.name,
    locations: cells,
    ghosts: [],
    cpus: programs.map((_, index) => `CPU${index}`),
    contexts: programs.map((program, index) => toContext(program, index, observed)),
    properties: [],
    sites: shared.sites,
  };
  return { test, machine, observed };
}

function declareLocations(test: LitmusTest, locations: Locations): void {
  for (const { name, value } of test.init) {
    if (name.kind === 'location') locations.declare(name.name);
    declareTarget(value, locations);
  }
}

function declareTarget(value: Value | Name, locations: Locations): void {
  if (typeof value === 'object' && 'addressOf' in value) locations.addressOf(value.addressOf);
}

function translateThreads(
  test: LitmusTest,
  shared: { locations: Locations; locks: Set<number>; sites: Site[] },
): ThreadContext[] {
  const start = (index: number): ThreadContext => {
    const thread = new ThreadContext(index, test.source, shared);
    thread.initialise(test.init, test.architecture);
    return thread;
  };
  const { code } = test;
  if (code.kind === 'c') {
    return code.threads.map((parsed, index) => {
      const thread = start(index);
      translateC(thread, parsed);
      return thread;
    });
  }
  return code.threads.map((parsed, index) => {
    const thread = start(index);
    if (test.architecture === 'PPC') translatePpc(thread, parsed);
    else translateX86(thread, parsed, test.architecture === 'X86_64');
    return thread;
  });
}

function toCells(
  test: LitmusTest,
  locations: Locations,
  locks: ReadonlySet<number>,
): readonly Cell[] {
  const initial = new Map<string, number>();
  for (const { name, value } of test.init) {
    if (name.kind !== 'location') continue;
    initial.set(
      name.name,
      typeof value === 'number' ? value : locations.addressOf(value.addressOf),
    );
  }
  const type: ValueType = WORD;
  return locations.names.map((name, index) => {
    return { name, initial: initial.get(name) ?? 0, type, lock: locks.has(index) };
  });
}

function toContext(program: Program, index: number, observed: readonly Observed[]): Context {
  const liveAtEnd = observed.flatMap((item) =>
    item.kind === 'register' && item.thread === index ? [item.register] : [],
  );
  const name = `P${index}`;
  const cpu = constant(index);
  const done = program.nodes.at(-1);
  const site = done?.site ?? 0;
  return { ...program, name, cpu, guard: null, liveness: 'done', site, liveAtEnd };
}

/** What the outcome shows, then what only the filter reads. */
function findObserved(
  test: LitmusTest,
  threads: readonly ThreadContext[],
  locations: Locations,
): Observed[] {
  const { final } = test;
  const shown = [...final.locations, ...namesIn(final.condition)];
  const hidden = final.filter === null ? [] : namesIn(final.filter);
  const found = new Map<string, Observed>();
  const add = (name: Name, isShown: boolean): void => {
    for (const item of resolve(test, name, isShown, threads, locations)) {
      const key = spell(item);
      if (!found.has(key)) found.set(key, item);
    }
  };
  for (const name of shown) add(name, true);
  for (const name of hidden) add(name, false);
  return [...found.values()].toSorted(compareObserved);
}

/** The names that a proposition reads, in order; an address that it compares with is none. */
export function namesIn(proposition: Proposition): Name[] {
  switch (proposition.kind) {
    case 'atom': {
      const { name, value } = proposition;
      return typeof value === 'object' && 'kind' in value ? [name, value] : [name];
    }
    case 'not':
      return namesIn(proposition.operand);
    case 'and':
    case 'or':
      return proposition.operands.flatMap(namesIn);
    case 'implies':
      return [...namesIn(proposition.left), ...namesIn(proposition.right)];
  }
}

function resolve(
  test: LitmusTest,
  name: Name,
  shown: boolean,
  threads: readonly ThreadContext[],
  locations: Locations,
): Observed[] {
  if (name.kind === 'location') {
    const location = locations.find(name.name) ?? locations.declare(name.name);
    return [{ kind: 'location', name: name.name, location, shown }];
  }
  const thread = threads[name.thread];
  if (thread === undefined) {
    const message = `the condition names thread ${name.thread}, and there is none`;
    throw litmusError('KC0305', message, test.source, test.source.text.length);
  }
  const register = thread.builder.register(registerKey(test.architecture, name.name));
  return [{ kind: 'register', thread: name.thread, name: name.name, register, shown }];
}

function spell(item: Observed): string {
  return item.kind === 'register' ? `${item.thread}:${item.name}` : item.name;
}

/** Registers by thread and name, numbers in names counting as numbers; then locations by name. */
function compareObserved(a: Observed, b: Observed): number {
  if (a.kind !== b.kind) return a.kind === 'register' ? -1 : 1;
  if (a.kind === 'register' && b.kind === 'register' && a.thread !== b.thread) {
    return a.thread - b.thread;
  }
  return compareNames(a.name, b.name);
}

function compareNames(a: string, b: string): number {
  const [left, right] = [splitNumber(a), splitNumber(b)];
  if (left.word !== right.word) return left.word < right.word ? -1 : 1;
  return left.number - right.number;
}

function splitNumber(name: string): { word: string; number: number } {
  const match = /^(.*?)(\d*)$/.exec(name);
  return { word: match?.[1] ?? name, number: Number(match?.[2] ?? 0) };
}

function checkAddresses(
  test: LitmusTest,
  programs: readonly Program[],
  sites: readonly Site[],
): void {
  for (const node of programs.flatMap((program) => program.nodes)) {
    if (node.kind !== 'load' && node.kind !== 'store' && node.kind !== 'rmw') continue;
    if (node.address.candidates.length > 0) continue;
    const text = sites[node.site]?.text ?? '';
    const message = `'${text}' never has the address of a location`;
    throw litmusError('KC0306', message, test.source, test.source.text.indexOf(text));
  }
}
