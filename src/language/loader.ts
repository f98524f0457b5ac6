/**
 * From a file to a spec: it and what it imports are rewritten and run, each file once. A spec runs
 * anywhere on disk: `kcheck` is this very package, whatever stands beside the file.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { KcheckError } from '../errors.ts';
import { checked } from './config.ts';
import { confined, shareUnchanged, unconfined } from './confined.ts';
import { refuse, suggestion } from './errors.ts';
import * as api from './index.ts';
import { Spec } from './spec.ts';
import { buildMachine } from './staging/build.ts';
import { primitive } from './staging/known.ts';
import { callStack, here, placeAt } from './staging/places.ts';
import { runtimeFor } from './staging/runtime.ts';
import { transform } from './transform/index.ts';
import type { Place } from '../errors.ts';
import type { Config } from './config.ts';
import type { LoadedFile, LoadedSpec } from './loaded-spec.ts';
import type { SourceFile } from './staging/places.ts';

for (const exported of Object.values(api)) {
  if (typeof exported === 'function') primitive(exported);
}
shareUnchanged(Object.values(api));

/** @throws KcheckError. `onFile` is told of every file that is read, whatever comes of it. */
export function loadSpec(path: string, onFile?: (path: string) => void): LoadedSpec {
  const absolute = resolve(path);
  onFile?.(absolute);
  const text = readSource(absolute, path, null);
  return new Loading(onFile).load({ name: displayName(absolute), text }, absolute);
}

/** A spec from its text; relative imports are looked for beside `fileName`. */
export function loadSpecSource(text: string, fileName = 'spec.ts'): LoadedSpec {
  return new Loading().load({ name: fileName, text }, resolve(fileName));
}

/** The spec that a file would be if this were its text. @throws KcheckError */
export function loadSpecAs(text: string, path: string): LoadedSpec {
  const absolute = resolve(path);
  return new Loading().load({ name: displayName(absolute), text }, absolute);
}

/** `kcheck.config.ts`, which is read as a spec is: it may import files beside it, and names no global. */
export function loadConfig(path: string): Config {
  const absolute = resolve(path);
  const file = { name: displayName(absolute), text: readSource(absolute, path, null) };
  const { default: config } = new Loading().exportsOf(file, absolute);
  return blamingExport(file, () => guarded(() => checked(config)));
}

/** What is wrong with a configuration that defineConfig() did not make is wrong with what is exported. */
function blamingExport(file: SourceFile, work: () => Config): Config {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KcheckError) || error.place) throw error;
    const line = file.text.split('\n').findIndex((text) => text.startsWith('export default')) + 1;
    const place = placeAt(file, Math.max(1, line), 1);
    throw new KcheckError(error.code, error.message, place, error.advice);
  }
}

const PACKAGE = join(import.meta.dirname, '..', '..');
const MODELS = join(PACKAGE, 'src', 'models');

type Exports = Readonly<Record<string, unknown>>;

/** The module's exports, or the one of that name. */
type Import = (specifier: string, line: number, column: number, name?: string) => unknown;

interface Module {
  readonly exports: Exports;
  done: boolean;
}

/** One loadSpec(): the files that it evaluates. */
class Loading {
  readonly #modules = new Map<string, Module>();
  readonly #files: LoadedFile[] = [];
  readonly #onFile: ((path: string) => void) | undefined;

  constructor(onFile?: (path: string) => void) {
    this.#onFile = onFile;
  }

  exportsOf(file: SourceFile, path: string): Exports {
    return this.#evaluate(file, path);
  }

  load(file: SourceFile, path: string): LoadedSpec {
    const spec = this.exportsOf(file, path)['default'];
    if (!(spec instanceof Spec)) {
      refuse(
        'KC0105',
        spec === undefined ? 'the file has no default export' : 'the default export is no spec',
        'Write export default spec({ … }).',
        placeAt(file, 1, 1),
      );
    }
    return loadedSpec(file.name, spec, this.#files);
  }

  #evaluate(file: SourceFile, path: string): Exports {
    const module: Module = { exports: Object.create(null) as Exports, done: false };
    this.#modules.set(path, module);
    this.#files.push({ path, ...file });
    const code = unconfined(() => transform(file));
    const run = compileFunction(code, ['$k', '$import', '$exports'], { filename: path });
    const importModule: Import = (specifier, line, column, name) => {
      const place = placeAt(file, line, column);
      const exports = this.#import(specifier, path, place);
      return name === undefined ? exports : exportNamed(exports, specifier, name, place);
    };
    guarded(() => void run(runtimeFor(file), importModule, module.exports));
    module.done = true;
    return module.exports;
  }

  #import(specifier: string, fromPath: string, place: Place): Exports {
    if (specifier === 'kcheck') return api;
    const path = resolveImport(specifier, fromPath, place);
    const known = this.#modules.get(path);
    if (known?.done === true) return known.exports;
    if (known) refuseCycle(specifier, place);
    this.#onFile?.(path);
    const text = readSource(path, specifier, place);
    return this.#evaluate({ name: displayName(path), text }, path);
  }
}

function loadedSpec(file: string, spec: Spec, files: readonly LoadedFile[]): LoadedSpec {
  return {
    file,
    files,
    title: spec.title,
    versions: spec.versions,
    configurations: spec.configurations,
    models: spec.models,
    table: spec.table,
    expectation: (run) => spec.expectation(run),
    acceptedUnreached: (run) => guarded(() => spec.acceptedUnreached(run)),
    wants: (run) => guarded(() => spec.wants(run)),
    quick: (run) => guarded(() => spec.quick(run)),
    fairness: (run) => guarded(() => spec.fairness(run)),
    parameters: (version, configuration, overrides) =>
      spec.parameters(version, configuration, overrides),
    machine: (parameters) =>
      guarded(() =>
        buildMachine(spec.title, () => {
          spec.declare(parameters);
        }),
      ),
  };
}

/** Runs code of a spec: what it throws is the spec's error, with its place. */
function guarded<T>(run: () => T): T {
  callStack.length = 0;
  try {
    return confined(run);
  } catch (error) {
    throw asKcheckError(error);
  } finally {
    callStack.length = 0;
  }
}

function asKcheckError(error: unknown): unknown {
  if (error instanceof KcheckError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // A defect of ours, not of the spec.
  if (message.startsWith('staging: ')) return error;
  const endless = error instanceof RangeError && message.includes('call stack');
  const wrapped = endless
    ? new KcheckError(
        'KC0117',
        'calls are nested too deep',
        here(),
        'Functions are inlined while the spec loads, so a recursion must end on an ordinary value.',
      )
    : new KcheckError('KC0129', message, here(), 'The spec threw this while it was staged.');
  wrapped.cause = error;
  return wrapped;
}

function resolveImport(specifier: string, fromPath: string, place: Place | null): string {
  const model = /^kcheck\/models\/([\w-]+)$/.exec(specifier);
  if (model) return join(MODELS, `${model[1] ?? ''}.ts`);
  if (!/^\.\.?\//.test(specifier)) {
    return refuse(
      'KC0103',
      `'${specifier}' is imported`,
      "A spec imports 'kcheck', 'kcheck/models/…' and files beside it: './file.ts'.",
      place,
    );
  }
  const path = join(dirname(fromPath), specifier);
  if (specifier.endsWith('.ts')) return path;
  if (/\.\w+$/.test(specifier)) {
    return refuse(
      'KC0103',
      `'${specifier}' is imported`,
      'A spec imports TypeScript files, by their names.',
      place,
    );
  }
  return `${path}.ts`;
}

function refuseCycle(specifier: string, place: Place | null): never {
  return refuse(
    'KC0104',
    `'${specifier}' imports, by way of others, the file that imports it`,
    'Move what both need to a third file.',
    place,
  );
}

function exportNamed(exports: Exports, specifier: string, name: string, place: Place): unknown {
  if (name in exports) return exports[name];
  return refuse(
    'KC0106',
    `'${specifier}' exports no '${name}'`,
    suggestion(name, Object.keys(exports)),
    place,
  );
}

function readSource(path: string, named: string, place: Place | null): string {
  try {
    if (statSync(path).isDirectory()) return refuseFile(`${named} is a directory`, place);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof KcheckError) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return refuseFile(missing ? `no such file: ${named}` : `cannot read ${named}`, place);
  }
}

function refuseFile(message: string, place: Place | null): never {
  return refuse('KC0101', message, 'Check the path.', place);
}

/** As the user names it: relative to the working directory where that is shorter. */
function displayName(path: string): string {
  const fromHere = relative(process.cwd(), path);
  const outside = fromHere.startsWith('..') || isAbsolute(fromHere);
  if (outside && path.startsWith(`${MODELS}/`)) return `kcheck/models/${relative(MODELS, path)}`;
  return fromHere.length < path.length ? fromHere : path;
}
