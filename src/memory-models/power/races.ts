/**
 * R9's race detector. A location that some context accesses plainly has a bit for each kind of access
 * and CPU, a dimension of the views: whoever has it in a view that binds it is ordered behind the last
 * such access. A new access takes its bit out of every view, and only its own CPU has observed it. An
 * access that lacks the bit of a conflicting one is a race.
 */
import { at } from '../../machine/graph.ts';
import { RefutedAssumption } from '../memory-model.ts';
import type { Facts, RaceBits } from './facts.ts';
import type { Accesses } from './state.ts';
import { removal } from './views.ts';
import type { View, Views } from './views.ts';
import type { World } from './world.ts';

export class Races {
  /** The location of a race that was seen; -1: none was. */
  found = -1;
  readonly #facts: Facts;
  readonly #views: Views;

  constructor(facts: Facts, views: Views) {
    this.#facts = facts;
    this.#views = views;
  }

  /** `knows`: what the access's address depends on. */
  read(world: World, cpu: number, location: number, isPlain: boolean, knows: View): World {
    const bits = this.#facts.races[location] ?? null;
    if (bits === null) return world;
    const plain = isPlain || this.#isAssumedOrdered(location);
    const { accesses } = world.location(location);
    const bound = this.#views.join(world.cpu(cpu).bound, knows);
    this.#checkPlainWrite(location, cpu, accesses, bits, bound);
    if (plain) this.#checkAll(location, cpu, accesses.writers, bits.write, bound);
    const mine = 1 << cpu;
    return plain
      ? this.#note(world, cpu, location, at(bits.plainRead, cpu), {
          ...accesses,
          plainReaders: accesses.plainReaders | mine,
        })
      : this.#note(world, cpu, location, at(bits.read, cpu), {
          ...accesses,
          readers: accesses.readers | mine,
        });
  }

  write(world: World, cpu: number, location: number, isPlain: boolean, knows: View): World {
    const bits = this.#facts.races[location] ?? null;
    if (bits === null) return world;
    const plain = isPlain || this.#isAssumedOrdered(location);
    const { accesses } = world.location(location);
    const bound = this.#views.join(world.cpu(cpu).bound, knows);
    this.#checkPlainWrite(location, cpu, accesses, bits, bound);
    this.#checkAll(location, cpu, accesses.plainReaders, bits.plainRead, bound);
    if (!plain) {
      const writers = accesses.writers | (1 << cpu);
      return this.#note(world, cpu, location, at(bits.write, cpu), { ...accesses, writers });
    }
    this.#checkAll(location, cpu, accesses.writers, bits.write, bound);
    this.#checkAll(location, cpu, accesses.readers, bits.read, bound);
    // All earlier accesses are behind this one: to know it is to know them.
    const after = { plainWriter: cpu, plainReaders: 0, writers: 0, readers: 0 };
    const clean = [...bits.plainRead, ...bits.write, ...bits.read].reduce(
      (old, bit) => this.#clear(old, bit),
      world,
    );
    return this.#note(clean, cpu, location, bits.plainWrite, after);
  }

  /** What a marked write's message carries: a release is itself behind what it releases. */
  carriedBy(view: View, cpu: number, location: number, releases: boolean): View {
    const bit = this.#facts.races[location]?.write[cpu] ?? -1;
    return releases && bit >= 0 ? this.#views.raise(view, bit, 1) : view;
  }

  #isAssumedOrdered(location: number): boolean {
    return this.#facts.classes[location] === 'ordered';
  }

  #report(location: number): void {
    if (this.#isAssumedOrdered(location)) throw new RefutedAssumption(location);
    this.found = location;
  }

  #checkPlainWrite(
    location: number,
    cpu: number,
    { plainWriter }: Accesses,
    { plainWrite }: RaceBits,
    bound: View,
  ): void {
    if (plainWriter < 0 || plainWriter === cpu) return;
    if (this.#views.get(bound, plainWrite) === 0) this.#report(location);
  }

  #checkAll(
    location: number,
    cpu: number,
    cpus: number,
    bits: readonly number[],
    bound: View,
  ): void {
    bits.forEach((bit, other) => {
      if (other === cpu || (cpus & (1 << other)) === 0) return;
      if (this.#views.get(bound, bit) === 0) this.#report(location);
    });
  }

  #clear(world: World, bit: number): World {
    return bit < 0 ? world : world.renumbered(removal(bit, 1));
  }

  #note(world: World, cpu: number, location: number, bit: number, accesses: Accesses): World {
    const clean = this.#clear(world, bit);
    const observed = this.#views.raise(clean.cpu(cpu).observed, bit, 1);
    return clean.withCpu(cpu, { observed }).withLocation(location, { accesses });
  }
}
