/** Colours by meaning. A reporter pads its text first and paints it last. */
import { Chalk } from 'chalk';

export interface Paint {
  readonly pass: (text: string) => string;
  readonly fail: (text: string) => string;
  readonly unknown: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

export function createPaint(colour: boolean): Paint {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return {
    pass: (text) => chalk.green(text),
    fail: (text) => chalk.red(text),
    unknown: (text) => chalk.yellow(text),
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
  };
}
