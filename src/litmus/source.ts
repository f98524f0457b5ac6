/** A litmus file's text, and where in it an offset is. */
import type { Place } from '../errors.ts';

export class Source {
  readonly file: string;
  readonly text: string;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  place(offset: number): Place {
    const before = this.text.slice(0, offset);
    const start = before.lastIndexOf('\n') + 1;
    const end = this.text.indexOf('\n', offset);
    return {
      file: this.file,
      line: before.split('\n').length,
      column: offset - start + 1,
      source: this.text.slice(start, end === -1 ? undefined : end),
    };
  }
}
