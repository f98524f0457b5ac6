/** Edges in checkpoints, as they are in memory. */
import { bytesOf, getJson, putJson } from '../../memory-models/sink.ts';
import type { Sink, Source } from '../../memory-models/sink.ts';
import type { Edges, HeldEdges } from '../edges/edges.ts';
import { SharedWords } from '../parallel/shared-words.ts';

interface Header extends Pick<HeldEdges, 'base' | 'counter' | 'length'> {
  readonly counters: number;
  readonly words: number;
  /** The length of each. */
  readonly chunks: readonly number[];
  readonly index: number;
}

export function saveEdges(sink: Sink, edges: Edges): void {
  const { blocks, counters, words, ...rest } = edges.held;
  const { chunks, index } = blocks;
  const header: Header = {
    ...rest,
    counters: counters.length,
    words: words.length,
    chunks: chunks.map(({ length }) => length),
    index: index.length,
  };
  putJson(sink, header);
  sink.put(bytesOf(counters));
  sink.put(bytesOf(words));
  for (const chunk of chunks) sink.put(chunk);
  const indexed = new Int32Array(index.length);
  new SharedWords(index.chunks, index.length).copyTo(indexed, 0, 0, index.length);
  sink.put(bytesOf(indexed));
}

/** To edges that are empty. */
export function restoreEdges(source: Source, edges: Edges): void {
  const { counters, words, chunks, index, ...rest } = getJson(source) as Header;
  const wordsOf = (length: number): Int32Array => {
    const read = new Int32Array(length);
    source.get(bytesOf(read));
    return read;
  };
  edges.restore({
    ...rest,
    counters: wordsOf(counters),
    words: wordsOf(words),
    blocks: {
      chunks: chunks.map((length) => {
        const chunk = new Uint8Array(length);
        source.get(chunk);
        return chunk;
      }),
      index: sharedOf(wordsOf(index)),
    },
  });
}

function sharedOf(words: Int32Array): SharedWords {
  const shared = new SharedWords();
  shared.appendAll(words, 0, words.length);
  return shared;
}
