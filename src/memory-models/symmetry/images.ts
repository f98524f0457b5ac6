/**
 * The images of a state under a group of symmetries, and the least of them. Words are compared in order.
 * Images that begin with the same words, of the same origin, follow each other, so that all of them are
 * passed over at once where one of those words is too large: a search through a tree of prefixes.
 *
 * HOT CODE: canonicalise() runs once a transition. The WebAssembly engine does the same, canonical.ts.
 */
import { at } from '../../machine/graph.ts';
import type { Automorphism, Values } from '../../machine/symmetry/automorphism.ts';
import type { WordImage } from './word-images.ts';

export class Images {
  /** In the order in which they are tried. */
  readonly elements: readonly Automorphism[];
  readonly identity: number;
  /** The words that some element moves, ascending. */
  readonly words: readonly number[];
  /** By element and moved word. */
  readonly images: readonly (readonly WordImage[])[];
  /** By element and moved word the first element behind it that differs up to this word. */
  readonly skips: readonly (readonly number[])[];
  readonly #best: Int32Array;

  constructor(elements: readonly Automorphism[], states: readonly (readonly WordImage[])[]) {
    const [first = []] = states;
    const words = first.flatMap((_, word) =>
      states.some((images) => !isSame(at(images, word), word)) ? [word] : [],
    );
    const spelling = new Spelling();
    const spelt = elements.map((element, e) => {
      const names = words.map((word) => spelling.of(at(at(states, e), word)));
      const images = names.map((name) => spelling.image(name));
      return { element, images, names, identity: e === 0 };
    });
    const sorted = spelt.toSorted((a, b) => compare(a.names, b.names));
    this.elements = sorted.map(({ element }) => element);
    this.identity = sorted.findIndex(({ identity }) => identity);
    this.words = words;
    this.images = sorted.map(({ images }) => images);
    this.skips = skipsOf(sorted.map(({ names }) => names));
    this.#best = new Int32Array(words.length);
  }

  /** Replaces a state by the least of its images; which element has made it. */
  canonicalise(states: Int32Array, from: number): number {
    const best = this.#best;
    const { words } = this;
    for (let i = 0; i < words.length; i++) best[i] = states[from + (words[i] as number)] as number;
    let found = this.identity;
    for (let element = 0; element < this.elements.length;) {
      const next = this.#compare(states, from, element);
      if (next < 0) found = element;
      element = next < 0 ? element + 1 : next;
    }
    for (let i = 0; i < words.length; i++) states[from + (words[i] as number)] = best[i] as number;
    return found;
  }

  /** Whether all images of a state are the state. */
  fix(state: Int32Array): boolean {
    return this.images.every((images) =>
      images.every((image, i) => valueOf(image, state, 0) === state[at(this.words, i)]),
    );
  }

  /** The element to be tried next; -1: its image is less than the best one, and is that now. */
  #compare(states: Int32Array, from: number, element: number): number {
    const images = this.images[element] as readonly WordImage[];
    const best = this.#best;
    for (let i = 0; i < images.length; i++) {
      const word = valueOf(images[i] as WordImage, states, from);
      if (word > (best[i] as number)) return at(at(this.skips, element), i);
      if (word < (best[i] as number)) {
        for (let j = 0; j < images.length; j++) {
          best[j] = valueOf(images[j] as WordImage, states, from);
        }
        return -1;
      }
    }
    return element + 1;
  }
}

function valueOf(image: WordImage, states: Int32Array, from: number): number {
  const value = states[from + image.from] as number;
  const { by } = image;
  const values = by === null ? image.values : by.values.get(states[from + by.word] as number);
  return values === undefined || values.size === 0 ? value : (values.get(value) ?? value);
}

function isSame({ from, values, by }: WordImage, word: number): boolean {
  return from === word && values.size === 0 && by === null;
}

/** Numbers for images of words: equal for equal ones. */
class Spelling {
  readonly #numbers = new Map<string, number>();
  readonly #images: WordImage[] = [];

  of(image: WordImage): number {
    const { from, values, by } = image;
    const renamings = by === null ? [] : [...by.values].map(([held, each]) => [held, pairs(each)]);
    const key = JSON.stringify([from, pairs(values), by?.word ?? -1, renamings]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#images.length);
    return this.#images.push(image) - 1;
  }

  image(number: number): WordImage {
    return at(this.#images, number);
  }
}

function pairs(values: Values): readonly (readonly [number, number])[] {
  return [...values].toSorted(([a], [b]) => a - b);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((name, i) => name !== b[i]);
  return differing < 0 ? 0 : at(a, differing) - at(b, differing);
}

function skipsOf(names: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const skips: number[][] = names.map((each) => each.map(() => names.length));
  for (let element = names.length - 2; element >= 0; element--) {
    const [own, next] = [at(names, element), at(names, element + 1)];
    const shared = own.findIndex((name, i) => name !== next[i]);
    own.forEach((_, i) => {
      const inside = shared < 0 || i < shared;
      at(skips, element)[i] = inside ? at(at(skips, element + 1), i) : element + 1;
    });
  }
  return skips;
}
