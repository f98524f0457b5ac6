/** A walk by hand at the terminal: what each command does, and says. */
import { coherenceOf, pendingOf, valuesOf } from '../../checker/hand/contents.ts';
import type { Value } from '../../checker/hand/contents.ts';
import type { Choice, HandWalk } from '../../checker/hand/hand-walk.ts';
import { nearest } from '../../checker/hand/nearest.ts';
import type { Way } from '../../checker/rerun/ways.ts';
import type { TraceStep } from '../../checker/result.ts';
import type { Fails } from '../../checker/rerun/fails.ts';
import { nodeAt } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import { inFunction, lineOf, siteAt } from '../../report/describe.ts';
import {
  choiceLines,
  coherenceLines,
  failsLines,
  pendingLines,
  stepWords,
  valueLines,
  waitingLines,
  walkLines,
} from '../../report/step-text.ts';
import { count, listWithin, wrap } from '../../report/words.ts';
import { closest } from '../suggest.ts';
import { COMMANDS } from './commands.ts';
import type { StepCommand } from './commands.ts';
import { targetOf } from './until.ts';

export interface Counterexample {
  readonly way: Way;
  /** What it fails. */
  readonly title: string;
}

/** What a walk needs of the world outside. */
export interface Outside {
  readonly width: number;
  readonly model: string;
  /** How long a search may take; null: as it likes. */
  readonly seconds: number | null;
  say(lines: readonly string[]): void;
  /** A counterexample as a way of this walk's interpreter; a string says why there is none. */
  counterexample(property: string): Promise<Counterexample | string>;
  /** Writes the walk; what to say. */
  save(file: string, steps: readonly TraceStep[], fails: Fails | null): Promise<string>;
  /** Runs what Ctrl-C may stop. */
  stoppable<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

/** Time that `until` takes, unless the user says. */
const UNTIL_SECONDS = 10;

/** Memory that takes so many steps one after the other has a loop in it. */
const MOST_DRAINS = 1000;

export class StepWalker {
  readonly #walk: HandWalk;
  readonly #outside: Outside;
  readonly #machine: Machine;
  /** A CPU or a context whose steps alone are listed; null: all are. */
  #focus: string | null = null;

  constructor(walk: HandWalk, outside: Outside) {
    this.#walk = walk;
    this.#outside = outside;
    this.#machine = walk.machine;
  }

  get prompt(): string {
    return `${this.#walk.length}${this.#focus === null ? '' : ` ${this.#focus}`}> `;
  }

  /** false: it is over. */
  async run(command: StepCommand): Promise<boolean> {
    switch (command.kind) {
      case 'take':
        this.#take(command.number);
        break;
      case 'only':
        this.#takeOnly();
        break;
      case 'back':
        this.#back(command.count);
        break;
      case 'next':
        this.#next(command.count);
        break;
      case 'focus':
        this.#refocus(command.word);
        break;
      case 'drain':
        this.#drain(command.word);
        break;
      case 'until':
        await this.#until(command.word);
        break;
      case 'jump':
        await this.#jump(command.word);
        break;
      case 'save':
        await this.#save(command.word);
        break;
      case 'memory':
        this.#memory();
        break;
      case 'views':
        this.#views();
        break;
      case 'where':
        this.#where();
        break;
      case 'trace':
        this.#say(walkLines(this.#walk.steps, this.#machine, this.#outside.width));
        break;
      case 'list':
        this.list();
        break;
      case 'help':
        this.#say(COMMANDS.split('\n').filter((line) => line !== ''));
        break;
      case 'unknown':
        this.#say([command.message]);
        break;
      case 'quit':
        return false;
    }
    return true;
  }

  /** What fails here, what can happen next, and who waits. */
  list(): void {
    const { width } = this.#outside;
    this.#say(failsLines(this.#walk.fails, width));
    const listed = this.#listed();
    this.#say(
      listed.flatMap((choice, index) =>
        choiceLines(index + 1, this.#walk.shown(choice), this.#machine, width),
      ),
    );
    if (listed.length === 0) this.#say([this.#nothingWords()]);
    this.#say(waitingLines(this.#walk.waiting, this.#machine, width));
  }

  #nothingWords(): string {
    const all = this.#walk.choices.length;
    if (all === 0) return 'nobody can step; b goes back';
    return `nothing of ${this.#focus ?? ''} can step; f lists ${count(all, 'other step')}`;
  }

  #listed(): readonly Choice[] {
    const focus = this.#focus;
    return this.#walk.choices.filter((choice) => focus === null || this.#isOf(choice, focus));
  }

  /** A context by its name, a CPU by its own: with its memory. */
  #isOf({ mover, result }: Choice, focus: string): boolean {
    if (this.#machine.cpus[result.cpu] === focus) return true;
    return mover >= 0 && this.#machine.contexts[mover]?.name === focus;
  }

  #take(number: number): void {
    const choice = this.#listed()[number - 1];
    if (choice === undefined) this.#say([`there is no step ${number} in the list; l shows it`]);
    else this.#takeChoice(choice);
  }

  #takeOnly(): void {
    const listed = this.#listed();
    const [only] = listed;
    if (only !== undefined && listed.length === 1) this.#takeChoice(only);
    else this.list();
  }

  #takeChoice(choice: Choice): void {
    this.#walk.take(choice);
    this.#told(this.#walk.length - 1);
    this.list();
  }

  /** The steps behind the first so many. */
  #told(from: number): void {
    const { width } = this.#outside;
    const steps = this.#walk.steps.slice(from);
    this.#say(
      steps.flatMap((step) =>
        wrap(`step ${step.step}  ${stepWords(step, this.#machine)}`, width, 8),
      ),
    );
  }

  #back(steps: number): void {
    const done = this.#walk.back(steps);
    this.#say([done === 0 ? 'this is the start' : `back at step ${this.#walk.length}`]);
    if (done > 0) this.list();
  }

  #next(steps: number): void {
    const from = this.#walk.length;
    if (this.#walk.forward(steps) === 0) {
      this.#say(['no step was taken back; a number takes one']);
      return;
    }
    this.#told(from);
    this.list();
  }

  #refocus(word: string): void {
    const names = [...this.#machine.cpus, ...this.#machine.contexts.map(({ name }) => name)];
    const wanted = /^\d+$/.test(word) ? (this.#machine.cpus[Number(word)] ?? word) : word;
    if (wanted !== '' && !names.includes(wanted)) {
      this.#say([this.#unknownWords(wanted, names)]);
      return;
    }
    this.#focus = wanted === '' ? null : wanted;
    this.list();
  }

  #unknownWords(word: string, names: readonly string[]): string {
    const close = closest(word, names);
    const advice = close === null ? `there is ${listWithin(names, 40)}` : `did you mean ${close}?`;
    return `no CPU and no context is named ${word}: ${advice}`;
  }

  #drain(word: string): void {
    const { cpus } = this.#machine;
    const wanted = /^\d+$/.test(word) ? (cpus[Number(word)] ?? word) : word;
    if (wanted !== '' && !cpus.includes(wanted)) {
      this.#say([this.#unknownWords(wanted, cpus)]);
      return;
    }
    const from = this.#walk.length;
    for (let step = 0; step < MOST_DRAINS; step++) {
      const choice = this.#walk.choices.find(
        ({ mover, result }) => mover < 0 && (wanted === '' || cpus[result.cpu] === wanted),
      );
      if (choice === undefined) break;
      this.#walk.take(choice);
    }
    if (this.#walk.length === from) this.#say(['memory has no step to take']);
    else this.#told(from);
    this.list();
  }

  async #until(word: string): Promise<void> {
    const target = targetOf(word, this.#machine);
    if (target.kind === 'none') {
      this.#say([target.message]);
      return;
    }
    const focus = this.#focus;
    const { way, complete, states } = await this.#outside.stoppable((signal) =>
      nearest(this.#walk.interpreter, this.#walk.way, {
        isThere: target.isThere,
        may: (choice) => focus === null || this.#isOf(choice, focus),
        seconds: this.#outside.seconds ?? UNTIL_SECONDS,
        signal,
      }),
    );
    if (way === null) {
      const looked = `in ${count(states, 'state')} from here`;
      const only = focus === null ? '' : ` with steps of ${focus} alone`;
      this.#say([
        complete ? `${word} is not to be reached${only}` : `${word} was not met ${looked}${only}`,
      ]);
      return;
    }
    const from = this.#walk.length;
    this.#walk.place(way);
    this.#told(from);
    this.list();
  }

  async #jump(word: string): Promise<void> {
    const found = await this.#outside.counterexample(word);
    if (typeof found === 'string') {
      this.#say([found]);
      return;
    }
    this.#walk.place(found.way);
    this.#say(wrap(`the counterexample of ${found.title}`, this.#outside.width, 4));
    this.#say(walkLines(this.#walk.steps, this.#machine, this.#outside.width));
    this.list();
  }

  async #save(file: string): Promise<void> {
    if (file === '') {
      this.#say(['save takes the name of a file']);
      return;
    }
    const [fails = null] = this.#walk.fails;
    this.#say([await this.#outside.save(file, this.#walk.steps, fails)]);
  }

  #memory(): void {
    const now = valuesOf(this.#machine, this.#walk.state);
    const { before: state } = this.#walk;
    const before = state === null ? null : valuesOf(this.#machine, state);
    const lines = (
      values: readonly Value[],
      was: readonly Value[] | undefined,
    ): readonly string[] => valueLines(values, was ?? null, this.#machine);
    this.#say(lines(now.memory, before?.memory));
    if (now.ghosts.length > 0) this.#say(['ghosts:', ...lines(now.ghosts, before?.ghosts)]);
  }

  #views(): void {
    const { width, model } = this.#outside;
    const { interpreter, state } = this.#walk;
    if (model === 'sc') {
      this.#say(['sc has one memory, and nothing besides']);
      return;
    }
    this.#say(pendingLines(pendingOf(interpreter, state), model, this.#machine, width));
    const coherence = coherenceOf(interpreter, state);
    if (coherence.length === 0) return;
    this.#say(['coherence order, from the initial value:']);
    this.#say(coherenceLines(coherence, this.#machine, width));
  }

  #where(): void {
    const { state } = this.#walk;
    const lines = this.#machine.contexts.map((context, index) => {
      const node = nodeAt(context, state.nodes[index] ?? context.entry);
      const site = siteAt(node.site, this.#machine);
      if (node.kind === 'done') return `   ${context.name}  at its end`;
      const place = site === null ? '' : `${lineOf(site)}${inFunction(site)}: ${site.text}`;
      return `   ${context.name}  ${place}`;
    });
    const { width } = this.#outside;
    this.#say(lines.flatMap((line) => wrap(line, width, 7)));
    this.#say(waitingLines(this.#walk.waiting, this.#machine, width));
  }

  #say(lines: readonly string[]): void {
    if (lines.length > 0) this.#outside.say(lines);
  }
}
