/** What a line typed in `kcheck step` asks for. */
import { closest } from '../suggest.ts';

export type StepCommand =
  | { readonly kind: 'take'; readonly number: number }
  | { readonly kind: 'only' }
  | { readonly kind: 'back' | 'next'; readonly count: number }
  | { readonly kind: 'focus' | 'drain' | 'until' | 'jump' | 'save'; readonly word: string }
  | { readonly kind: 'memory' | 'views' | 'where' | 'trace' | 'list' | 'help' | 'quit' }
  | { readonly kind: 'unknown'; readonly message: string };

const NAMES = [
  'back',
  'next',
  'focus',
  'drain',
  'until',
  'jump',
  'save',
  'memory',
  'views',
  'where',
  'trace',
  'list',
  'help',
  'quit',
] as const;

type Name = (typeof NAMES)[number];

/** A number takes that step, an empty line the only one; else a word or its first letter. */
export function parseCommand(line: string): StepCommand {
  const [first = '', ...rest] = line.trim().split(/\s+/);
  if (first === '') return { kind: 'only' };
  if (/^\d+$/.test(first)) return { kind: 'take', number: Number(first) };
  const name = NAMES.find((each) => each === first || each[0] === first);
  if (name === undefined) return unknown(first);
  return withWord(name, rest.join(' '));
}

function withWord(name: Name, word: string): StepCommand {
  switch (name) {
    case 'back':
    case 'next':
      return counted(name, word);
    case 'focus':
    case 'drain':
    case 'until':
    case 'jump':
    case 'save':
      return { kind: name, word };
    case 'memory':
    case 'views':
    case 'where':
    case 'trace':
    case 'list':
    case 'help':
    case 'quit':
      return { kind: name };
  }
}

function counted(kind: 'back' | 'next', word: string): StepCommand {
  const count = word === '' ? 1 : Number(word);
  if (Number.isSafeInteger(count) && count > 0) return { kind, count };
  return { kind: 'unknown', message: `${kind} takes a number of steps, not ${word}` };
}

function unknown(word: string): StepCommand {
  const close = closest(word, NAMES);
  const advice = close === null ? 'h lists the commands' : `did you mean ${close}?`;
  return { kind: 'unknown', message: `there is no command ${word}; ${advice}` };
}

export const COMMANDS = `
  3            take step 3 of the list; an empty line takes the only one
  b [n]        back: take the last n steps back       n [n]  and again
  f [who]      focus: list only a CPU's steps, or a context's; f alone: all
  d [cpu]      drain: memory takes the steps that it can, of a CPU or of all
  u <where>    until: the shortest way to where a line (25, mp.ts:25), a
               context (reader) or a value (flag = 1) comes up; with a focus
               only its steps are taken
  m            memory and ghosts; * marks what the last step changed
  v            views: store buffers, accesses put off, coherence order
  w            where everybody stands, and who waits for what
  t            the walk so far, in columns
  j [name]     jump: explore, and go to the end of a counterexample; b goes
               back along it, n forward
  s <file>     save the walk, for kcheck replay
  l  h  q      list the steps, help, quit
`;
