/** Lines that a person types, or that come from a pipe. */
import { createInterface } from 'node:readline';

export interface LineInput {
  /** A person is there: a prompt is shown by the terminal, and lines need not be repeated. */
  readonly interactive: boolean;
  /** The next line; null: there is none. */
  next(prompt: string): Promise<string | null>;
  close(): void;
}

/** The process's standard input. */
export function processInput(): LineInput {
  const { stdin, stdout } = process;
  const interactive = stdin.isTTY && stdout.isTTY;
  const lines = createInterface({
    input: stdin,
    ...(interactive ? { output: stdout, terminal: true } : {}),
  });
  // A terminal in raw mode sends no signal: the search that listens for one is told, else input ends.
  lines.on('SIGINT', () => {
    if (process.listenerCount('SIGINT') > 0) process.emit('SIGINT');
    else lines.close();
  });
  const waiting: ((line: string | null) => void)[] = [];
  const read: (string | null)[] = [];
  const give = (line: string | null): void => {
    const taker = waiting.shift();
    if (taker === undefined) read.push(line);
    else taker(line);
  };
  lines.on('line', give);
  lines.on('close', () => give(null));
  return {
    interactive,
    async next(prompt) {
      const known = read.shift();
      if (known !== undefined) return known;
      if (interactive) {
        lines.setPrompt(prompt);
        lines.prompt();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    close: () => lines.close(),
  };
}
