/** Messages in coherence order: taking a place (R5), and the acyclicity of co | prop. */
import { at } from '../../machine/graph.ts';
import type { Facts } from './facts.ts';
import type { Message } from './state.ts';
import { insertion } from './views.ts';
import type { Views } from './views.ts';
import type { World } from './world.ts';

export class Coherence {
  readonly #facts: Facts;
  readonly #views: Views;
  readonly #locationOf: readonly number[];

  constructor(facts: Facts, views: Views, locationOf: readonly number[]) {
    this.#facts = facts;
    this.#views = views;
    this.#locationOf = locationOf;
  }

  /**
   * The world with the message in the given place; its views are in positions before that. null: an
   * update has its predecessor there, or co | prop would have a cycle.
   */
  insert(world: World, location: number, place: number, message: Message): World | null {
    const { messages } = world.location(location);
    if (place === messages.length) {
      return world.withLocation(location, { messages: [...messages, message] });
    }
    if (at(messages, place).atomic) return null;
    const by = insertion(at(this.#facts.position, location), place);
    const moved = world.renumbered(by);
    const inserted = moved.location(location).messages.toSpliced(place, 0, {
      ...message,
      view: this.#views.renumber(message.view, by),
      order: this.#views.renumber(message.order, by),
    });
    const after = moved.withLocation(location, { messages: inserted });
    return this.#isOnCycle(after, location, place) ? null : after;
  }

  /** Only the message that is new can have closed a cycle: whether it comes before itself. */
  #isOnCycle(world: World, location: number, position: number): boolean {
    const goal = location * 1024 + position;
    const seen = new Set<number>();
    const work: number[] = [];
    const push = (l: number, p: number): void => {
      const key = l * 1024 + p;
      if (!seen.has(key)) {
        seen.add(key);
        work.push(key);
      }
    };
    this.#before(world, location, position, push);
    for (let key = work.pop(); key !== undefined; key = work.pop()) {
      if (key === goal) return true;
      this.#before(world, Math.floor(key / 1024), key % 1024, push);
    }
    return false;
  }

  /** What co and prop put directly before a message. Position 0 of a view stands for nothing. */
  #before(
    world: World,
    location: number,
    position: number,
    found: (location: number, position: number) => void,
  ): void {
    if (position > 0) found(location, position - 1);
    const { order } = at(world.location(location).messages, position);
    for (let dimension = 0; dimension < this.#views.locations; dimension++) {
      const entry = this.#views.before(order, dimension);
      const other = at(this.#locationOf, dimension);
      if (entry > 0 && !(other === location && entry === position)) found(other, entry);
    }
  }
}
