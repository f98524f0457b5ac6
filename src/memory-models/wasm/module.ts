/** The binary format of a WebAssembly module: imports, functions, globals and exports around code. */
import { TYPES, encode, unsigned } from './code.ts';
import type { Code, Locals, Type } from './code.ts';

interface Signature {
  readonly parameters: number;
  readonly result: boolean;
}

interface Definition {
  readonly locals: Locals;
  readonly body: Code;
}

/** Of memory, and what 32 bits address. */
export const PAGE_BYTES: number = 1 << 16;
export const MOST_PAGES: number = 1 << 16;

/** All parameters and results are i32. Imports must be declared before functions. */
export class ModuleBuilder {
  readonly #signatures: Signature[] = [];
  readonly #imports: string[] = [];
  readonly #types: number[] = [];
  readonly #definitions: (Definition | null)[] = [];
  readonly #exports: (readonly [name: string, kind: number, index: number])[] = [];
  readonly #globals: Type[] = [];

  import(name: string, parameters: number, result: boolean): number {
    this.#imports.push(name);
    return this.#declare(parameters, result);
  }

  /** A function that is defined later. */
  declare(parameters: number, result: boolean): number {
    this.#definitions.push(null);
    return this.#declare(parameters, result);
  }

  define(index: number, locals: Locals, body: Code): void {
    this.#definitions[index - this.#imports.length] = { locals, body };
  }

  /** A variable of the module, 0 at first. All are exported: what a search holds can be written down. */
  global(exported?: string): number {
    this.#globals.push('i32');
    const index = this.#globals.length - 1;
    this.#exports.push([exported ?? `variable ${index}`, 3, index]);
    return index;
  }

  export(name: string, index: number): void {
    this.#exports.push([name, 0, index]);
  }

  /** Its memory is imported as `env.memory`, its functions from `env` too; `shared`: threads share the memory. */
  bytes(shared: boolean): Uint8Array<ArrayBuffer> {
    const types = this.#signatures.map(({ parameters, result }) => [
      0x60,
      ...unsigned(parameters),
      ...Array.from({ length: parameters }, () => TYPES.i32),
      ...(result ? [1, TYPES.i32] : [0]),
    ]);
    const env = text('env');
    const limits = shared ? [3, 1, ...unsigned(MOST_PAGES)] : [0, 1];
    const memory = [...env, ...text('memory'), 2, ...limits];
    const imports = this.#imports.map((name, i) => [
      ...env,
      ...text(name),
      0,
      ...unsigned(this.#types[i] ?? 0),
    ]);
    const functions = this.#types.slice(this.#imports.length).map(unsigned);
    const globals = this.#globals.map((type) => [TYPES[type], 1, 0x41, 0, 0x0b]);
    const exports = this.#exports.map(([name, kind, i]) => [...text(name), kind, ...unsigned(i)]);
    return joined([
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, types.length, types),
      ...section(2, imports.length + 1, [memory, ...imports]),
      ...section(3, functions.length, functions),
      ...section(6, globals.length, globals),
      ...section(7, exports.length, exports),
      ...section(10, this.#definitions.length, this.#definitions.flatMap(body)),
    ]);
  }

  #declare(parameters: number, result: boolean): number {
    const known = this.#signatures.findIndex(
      (signature) => signature.parameters === parameters && signature.result === result,
    );
    if (known < 0) this.#signatures.push({ parameters, result });
    this.#types.push(known < 0 ? this.#signatures.length - 1 : known);
    return this.#types.length - 1;
  }
}

type Bytes = readonly number[];

function section(id: number, count: number, parts: readonly Bytes[]): readonly Bytes[] {
  const counted = unsigned(count);
  const size = parts.reduce((sum, part) => sum + part.length, counted.length);
  return [[id], unsigned(size), counted, ...parts];
}

function body(definition: Definition | null): readonly Bytes[] {
  if (definition === null) throw new Error('a function of the module is not defined');
  const bytes: number[] = [...definition.locals.declarations];
  encode(definition.body, bytes);
  bytes.push(0x0b);
  return [unsigned(bytes.length), bytes];
}

function joined(parts: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function text(name: string): readonly number[] {
  return [...unsigned(name.length), ...Buffer.from(name)];
}
