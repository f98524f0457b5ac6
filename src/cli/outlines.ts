/**
 * The outlines of a spec's machines as compact data. Machines of one spec have most of their lines in
 * common, so each line is written once and a machine is a list of numbers.
 */
import { placeOnce } from '../report/outline.ts';
import type { Outline, Place } from '../report/outline.ts';
import type { KnownMachine } from './spec-records.ts';

export interface OutlineData {
  readonly places: readonly (readonly [file: string, line: number, column: number, text: string])[];
  readonly properties: readonly string[];
  readonly machines: readonly MachineData[];
}

interface MachineData {
  readonly version: string;
  readonly configuration: string;
  readonly hash: string;
  /** Of each site, its place. */
  readonly places: readonly number[];
  /** Property and site, in turn. */
  readonly stated: readonly number[];
}

export class Outlines {
  readonly #machines = new Map<string, MachineData>();
  readonly #known = new Map<string, KnownMachine>();
  readonly #places: Numbered<Place>;
  readonly #properties: Numbered<string>;

  constructor(data: OutlineData | null) {
    const { places = [], properties = [], machines = [] } = data ?? {};
    this.#places = new Numbered(
      places.map(([file, line, column, text]) => placeOnce({ file, line, column, text })),
    );
    this.#properties = new Numbered(properties);
    for (const machine of machines) {
      this.#machines.set(keyOf(machine.version, machine.configuration), machine);
    }
  }

  of(version: string, configuration: string): KnownMachine | null {
    const key = keyOf(version, configuration);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const machine = this.#machines.get(key);
    if (machine === undefined) return null;
    const read = { hash: machine.hash, outline: this.#outlineOf(machine) };
    this.#known.set(key, read);
    return read;
  }

  add(version: string, configuration: string, { hash, outline }: KnownMachine): void {
    const places = outline.places.map((place) => this.#places.of(place));
    const stated = outline.stated.flatMap(({ property, site }) => [
      this.#properties.of(property),
      site,
    ]);
    const machine = { version, configuration, hash, places, stated };
    this.#machines.set(keyOf(version, configuration), machine);
  }

  data(): OutlineData {
    const places = this.#places.all.map(
      ({ file, line, column, text }) => [file, line, column, text] as const,
    );
    return { places, properties: this.#properties.all, machines: [...this.#machines.values()] };
  }

  #outlineOf({ places, stated }: MachineData): Outline {
    return {
      places: places.flatMap((index) => this.#places.all[index] ?? []),
      stated: stated.flatMap((property, index) => {
        const name = index % 2 === 0 ? this.#properties.all[property] : undefined;
        return name === undefined ? [] : [{ property: name, site: stated[index + 1] ?? 0 }];
      }),
    };
  }
}

/** A list in which each item is once. */
class Numbered<Item> {
  readonly all: Item[];
  readonly #indices: Map<Item, number>;

  constructor(items: readonly Item[]) {
    this.all = [...items];
    this.#indices = new Map(items.map((item, index) => [item, index]));
  }

  of(item: Item): number {
    const known = this.#indices.get(item);
    if (known !== undefined) return known;
    this.#indices.set(item, this.all.length);
    return this.all.push(item) - 1;
  }
}

function keyOf(version: string, configuration: string): string {
  return JSON.stringify([version, configuration]);
}
