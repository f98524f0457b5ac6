/** The sources that the page shows, each once, in the order in which they are first named. */
import type { FileData } from './data.ts';

export class Files {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #indices = new Map<string, number>();

  constructor(sources: ReadonlyMap<string, string>) {
    this.#sources = sources;
  }

  /** Null where the text is not known. */
  indexOf(name: string): number | null {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    if (!this.#sources.has(name)) return null;
    this.#indices.set(name, this.#indices.size);
    return this.#indices.size - 1;
  }

  data(): FileData[] {
    return [...this.#indices.keys()].map((name) => ({
      name,
      lines: (this.#sources.get(name) ?? '').replace(/\n$/, '').split(/\r?\n/),
    }));
  }
}
