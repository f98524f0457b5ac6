/**
 * What earlier sessions learnt of specs, so that a gate whose verdicts are all known stages nothing: for
 * each spec what it says of its runs, and for each machine its hash and outline.
 *
 * Staging is a function of the files that the spec was loaded from (docs/design/gate.md). A record names
 * them, and their contents, kcheck and the place as one hash; where any of these is another, the record
 * is none. A run whose verdict is not known is staged, and goes by the machine that this gives.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LoadedFile, LoadedSpec } from '../language/loaded-spec.ts';
import { contentHash } from '../machine/hash.ts';
import type { Machine } from '../machine/machine.ts';
import { outlineOfMachine } from '../report/outline.ts';
import type { Outline } from '../report/outline.ts';
import type { Engine } from './engine.ts';
import { usageError } from './errors.ts';
import type { KeptFiles } from './kept-files.ts';
import { Outlines } from './outlines.ts';
import type { OutlineData } from './outlines.ts';
import type { PlannedRun } from './select.ts';
import { dataOf, specOf } from './spec-data.ts';
import type { SpecData } from './spec-data.ts';

/** One file of the cache. */
interface SpecRecord {
  /** Of kcheck, the place, and the files. */
  readonly source: string;
  readonly paths: readonly string[];
  readonly spec: SpecData;
  readonly outlines: OutlineData;
}

export interface KnownMachine {
  readonly hash: string;
  readonly outline: Outline;
}

/** A spec of this session. */
interface Entry {
  /** As the user named it. */
  readonly file: string;
  /** Of its record. */
  readonly name: string;
  readonly source: string;
  readonly paths: readonly string[];
  readonly data: SpecData;
  readonly outlines: Outlines;
  /** Null until something has to be staged. */
  loaded: LoadedSpec | null;
  news: boolean;
}

export class SpecRecords {
  readonly #files: KeptFiles;
  readonly #fingerprint: string;
  readonly #engine: Engine;
  readonly #entries = new Map<LoadedSpec, Entry>();
  readonly #texts = new Map<string, string | null>();

  /** `fingerprint` names all that staging depends on besides the files of a spec. */
  constructor(files: KeptFiles, fingerprint: string, engine: Engine) {
    this.#files = files;
    this.#fingerprint = fingerprint;
    this.#engine = engine;
  }

  /** The spec, as it was recorded or else loaded. @throws KcheckError */
  async open(file: string): Promise<LoadedSpec> {
    const name = await this.#nameOf(file);
    const record = (await this.#files.read(name)) as SpecRecord | null;
    if (record !== null && record.source === (await this.#sourceOf(record.paths))) {
      const { source, paths, spec: data, outlines } = record;
      return this.#enter({ file, name, source, paths, data, loaded: null }, outlines);
    }
    const loaded = await this.#engine.loadSpec(file);
    return (await this.#firstEntry(file, name, loaded)) ?? loaded;
  }

  /** What is known of the machine of a run; null: it has to be staged. */
  known({ spec, version, configuration }: PlannedRun): KnownMachine | null {
    return this.#entries.get(spec)?.outlines.of(version, configuration) ?? null;
  }

  note({ spec, version, configuration }: PlannedRun, machine: Machine, hash: string): void {
    const entry = this.#entries.get(spec);
    if (entry === undefined || entry.outlines.of(version, configuration) !== null) return;
    entry.outlines.add(version, configuration, { hash, outline: outlineOfMachine(machine) });
    entry.news = true;
  }

  /** Makes `machine` of a recorded spec stage. @throws KcheckError also where a file has changed */
  async load(spec: LoadedSpec): Promise<void> {
    const entry = this.#entries.get(spec);
    if (entry === undefined || entry.loaded !== null) return;
    const loaded = await this.#engine.loadSpec(entry.file);
    for (const { path, text } of loaded.files) this.#texts.set(path, text);
    const paths = loaded.files.map(({ path }) => path);
    if (entry.source !== (await this.#sourceOf(paths))) {
      const advice = 'Run it again.';
      throw usageError('KC0041', `${spec.file} has changed while it was checked`, advice);
    }
    entry.loaded = loaded;
  }

  /** Keeps what this session has learnt. */
  async keep(): Promise<void> {
    for (const { name, source, paths, data, outlines, news } of this.#entries.values()) {
      if (!news) continue;
      await this.#files.write(name, { source, paths, spec: data, outlines: outlines.data() });
    }
  }

  /** Null: the spec is not one that can be recorded. */
  async #firstEntry(file: string, name: string, loaded: LoadedSpec): Promise<LoadedSpec | null> {
    const models = await this.#engine.memoryModels();
    const names = new Set([...models.values()].map((model) => model.name));
    const data = dataOf(loaded, [...names]);
    if (data === null || loaded.files.length === 0) return null;
    for (const { path, text } of loaded.files) this.#texts.set(path, text);
    const paths = loaded.files.map(({ path }) => path);
    const source = await this.#sourceOf(paths);
    return this.#enter({ file, name, source, paths, data, loaded }, null);
  }

  #enter(parts: Omit<Entry, 'outlines' | 'news'>, known: OutlineData | null): LoadedSpec {
    const entry: Entry = { ...parts, outlines: new Outlines(known), news: false };
    const fileAt = (path: string): LoadedFile => ({
      path,
      name: path,
      text: this.#textOf(path) ?? '',
    });
    const spec = specOf(entry.data, {
      get files() {
        return entry.loaded?.files ?? entry.paths.map(fileAt);
      },
      machine(parameters) {
        if (entry.loaded === null) throw new Error(`${entry.file} is recorded, not loaded`);
        return entry.loaded.machine(parameters);
      },
    });
    this.#entries.set(spec, entry);
    return spec;
  }

  /** Places of a spec are told relative to the working directory. */
  async #nameOf(file: string): Promise<string> {
    return `${this.#fingerprint}/${await contentHash([process.cwd(), resolve(file)].join('\0'))}`;
  }

  /** Another one as soon as one of the files is another. */
  async #sourceOf(paths: readonly string[]): Promise<string> {
    const parts = paths.flatMap((path) => [path, this.#textOf(path)]);
    return contentHash(JSON.stringify([this.#fingerprint, process.cwd(), ...parts]));
  }

  #textOf(path: string): string | null {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const text = readable(path);
    this.#texts.set(path, text);
    return text;
  }
}

function readable(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
