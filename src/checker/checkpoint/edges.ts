/** Edges in checkpoints, as they are in memory. */
import { getJson, putJson } from '../../memory-models/sink.ts';
import type { Sink, Source } from '../../memory-models/sink.ts';
import type { Edges, HeldEdges } from '../edges/edges.ts';
import { GrowableWords } from '../growable.ts';
import { SharedWords } from '../parallel/shared-words.ts';
import { restoreWords, saveWords } from './words.ts';

interface Header extends Pick<HeldEdges, 'base' | 'counter' | 'length'> {
  /** How long each is. */
  readonly chunks: readonly number[];
}

export function saveEdges(sink: Sink, edges: Edges): void {
  const { blocks, counters, words, ...rest } = edges.held;
  const { chunks, index } = blocks;
  const header: Header = { ...rest, chunks: chunks.map(({ length }) => length) };
  putJson(sink, header);
  for (const chunk of chunks) sink.put(chunk);
  const shared = new SharedWords(index.chunks, index.length);
  const indexed = new GrowableWords();
  for (let i = 0; i < shared.length; i++) indexed.append(shared.get(i));
  for (const each of [indexed, counters, words]) saveWords(sink, each);
}

/** To edges that are empty. */
export function restoreEdges(source: Source, edges: Edges): void {
  const { chunks: lengths, ...rest } = getJson(source) as Header;
  const chunks = lengths.map((length) => {
    const chunk = new Uint8Array(length);
    source.get(chunk);
    return chunk;
  });
  const [index, counters, words] = [new GrowableWords(), new GrowableWords(), new GrowableWords()];
  for (const each of [index, counters, words]) restoreWords(source, each);
  const shared = new SharedWords();
  shared.appendAll(index.words, 0, index.length);
  edges.restore({ ...rest, counters, words, blocks: { chunks, index: shared } });
}
