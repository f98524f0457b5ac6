/**
 * The least image of a successor as WebAssembly: what Images.canonicalise() does. A row of a table for each
 * element says for each moved word where it comes from, how it is renamed, and which element is next if it
 * is too large.
 *
 * HOT CODE, once a transition of a search that uses symmetries (`npm run bench`).
 */
import { at } from '../../machine/graph.ts';
import * as wasm from '../wasm/code.ts';
import type { Code } from '../wasm/code.ts';
import { setWord, wordAt } from '../wasm/environment.ts';
import type { Base, Environment } from '../wasm/environment.ts';
import { copyState } from '../wasm/memory.ts';
import type { Images } from './images.ts';
import { Rows } from './rows.ts';

export interface CanonicalCode {
  /** () → the element whose image of the successor in the making is the least, which it becomes. */
  readonly canonicalise: number;
  readonly rows: Rows;
}

export function defineCanonical(environment: Environment, images: Images): CanonicalCode {
  const rows = new Rows(environment, images);
  const rename = defineRename(environment);
  const choose = defineChoose(environment);
  const best = environment.reserve(environment.record);
  const place: Place = { environment, images, rows, rename, choose, best };
  const apply = defineApply(place);
  return { canonicalise: defineCanonicalise(place, apply), rows };
}

interface Place {
  readonly environment: Environment;
  readonly images: Images;
  readonly rows: Rows;
  readonly rename: number;
  readonly choose: number;
  /** Address of the least image so far. */
  readonly best: number;
}

/** (renaming, value) → the value renamed. */
function defineRename({ module }: Environment): number {
  const index = module.declare(2, true);
  const [table, value] = [wasm.get(0), wasm.get(1)];
  const locals = new wasm.Locals(2);
  const place = locals.add();
  module.define(index, locals, [
    wasm.when(table, [
      wasm.set(place, wasm.subtract(value, wasm.load(table, 0))),
      wasm.when(wasm.lessUnsigned(wasm.get(place), wasm.load(table, 4)), [
        wasm.load(wasm.add(table, wasm.shiftLeft(wasm.get(place), wasm.i32(2))), 8),
        wasm.RETURN,
      ]),
    ]),
    value,
  ]);
  return index;
}

/** (renamings, what the word holds on which they depend) → the renaming, or 0. */
function defineChoose({ module }: Environment): number {
  const index = module.declare(2, true);
  const [table, held] = [wasm.get(0), wasm.get(1)];
  const inside = wasm.lessUnsigned(held, wasm.load(table, 0));
  const found = wasm.load(wasm.add(table, wasm.shiftLeft(held, wasm.i32(2))), 4);
  module.define(index, new wasm.Locals(2), [
    wasm.when(wasm.and(wasm.unequal(table, wasm.i32(0)), inside), [found, wasm.RETURN]),
    wasm.i32(0),
  ]);
  return index;
}

/** The i-th moved word of the image of the state at an address, as the row says. */
function imageOf(
  { environment, images, rows, rename, choose }: Place,
  i: number,
  state: Code,
  row: Code,
): Code {
  const { packing } = environment;
  const field = at(rows.fields, i);
  const word = at(images.words, i);
  const stored = (offset: number, like: number): Code => {
    const from: Base = { address: wasm.add(state, wasm.load16(row, offset)), packing };
    return valueAt(from, like);
  };
  const value = stored(field.from, word);
  if (field.renaming === null) return value;
  const renaming = wasm.load(row, field.renaming);
  if (field.by === null) return wasm.call(rename, renaming, value);
  const held = stored(field.by, field.byWord);
  return wasm.call(rename, wasm.call(choose, renaming, held), value);
}

/** The word of this width that begins at the address. */
function valueAt({ address, packing }: Base, like: number): Code {
  const { bytes, signed } = at(packing.widths, like);
  if (bytes === 4) return wasm.load(address, 0);
  if (bytes === 2) return (signed ? wasm.loadSigned16 : wasm.load16)(address, 0);
  return (signed ? wasm.loadSigned8 : wasm.load8)(address, 0);
}

/** (row): the image is the least so far. */
function defineApply(place: Place): number {
  const { environment, images, best } = place;
  const { module, next, packing } = environment;
  const index = module.declare(1, false);
  const target: Base = { address: wasm.i32(best), packing };
  module.define(
    index,
    new wasm.Locals(1),
    images.words.map((word, i) =>
      setWord(target, word, 0, imageOf(place, i, wasm.global(next), wasm.get(0))),
    ),
  );
  return index;
}

function defineCanonicalise(place: Place, apply: number): number {
  const { environment, images, rows, best } = place;
  const { module, next, packing, record } = environment;
  const locals = new wasm.Locals(0);
  const [to, row, element, found] = [locals.add(), locals.add(), locals.add(), locals.add()];
  const [one, other] = [locals.add(), locals.add()];
  const [each, advance, end] = [wasm.label(), wasm.label(), wasm.label()];
  const least: Base = { address: wasm.i32(best), packing };
  const count = wasm.i32(images.elements.length);
  const more = wasm.lessUnsigned(wasm.get(element), count);
  const compared = images.words.map((word, i) => [
    wasm.set(one, imageOf(place, i, wasm.get(to), wasm.get(row))),
    wasm.set(other, wordAt(least, word, 0)),
    wasm.when(wasm.unequal(wasm.get(one), wasm.get(other)), [
      wasm.when(wasm.less(wasm.get(one), wasm.get(other)), [
        wasm.call(apply, wasm.get(row)),
        wasm.set(found, wasm.get(element)),
        wasm.branch(advance),
      ]),
      wasm.set(element, wasm.load16(wasm.get(row), at(rows.fields, i).skip)),
      wasm.set(row, rows.addressOf(wasm.get(element))),
      wasm.branchIf(more, each),
      wasm.branch(end),
    ]),
  ]);
  const index = module.declare(0, true);
  module.define(index, locals, [
    wasm.set(to, wasm.global(next)),
    copyState(wasm.get(to), wasm.i32(best), record),
    wasm.set(found, wasm.i32(images.identity)),
    wasm.set(element, wasm.i32(0)),
    wasm.set(row, wasm.i32(rows.address)),
    wasm.block(
      end,
      wasm.loop(each, [
        wasm.block(advance, compared),
        wasm.set(element, wasm.add(wasm.get(element), wasm.i32(1))),
        wasm.set(row, wasm.add(wasm.get(row), wasm.i32(rows.bytes))),
        wasm.branchIf(more, each),
      ]),
    ),
    wasm.when(
      wasm.unequal(wasm.get(found), wasm.i32(images.identity)),
      copyState(wasm.i32(best), wasm.get(to), record),
    ),
    wasm.get(found),
  ]);
  return index;
}
