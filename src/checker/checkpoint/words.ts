/** Words that grow, in checkpoints. */
import { bytesOf, getJson, putJson } from '../../memory-models/sink.ts';
import type { Sink, Source } from '../../memory-models/sink.ts';
import type { GrowableWords } from '../growable.ts';

const PIECE = 1 << 20;

export function saveWords(sink: Sink, words: GrowableWords): void {
  putJson(sink, words.length);
  for (let from = 0; from < words.length; from += PIECE) {
    sink.put(bytesOf(words.words.subarray(from, Math.min(from + PIECE, words.length))));
  }
}

/** To words that are empty. */
export function restoreWords(source: Source, words: GrowableWords): void {
  const length = getJson(source) as number;
  const piece = new Int32Array(Math.min(PIECE, length));
  while (words.length < length) {
    const part = piece.subarray(0, length - words.length);
    source.get(bytesOf(part));
    words.appendAll(part, 0, part.length);
  }
}
