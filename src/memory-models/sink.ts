/** Data one behind the other, as checkpoints keep it: what is put first is got first. */
export interface Sink {
  put(data: Uint8Array): void;
}

export interface Source {
  /** Fills `data` with what comes next. */
  get(data: Uint8Array): void;
}

const LENGTH_BYTES = 8;

export function putJson(sink: Sink, value: unknown): void {
  const text = new TextEncoder().encode(JSON.stringify(value));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setFloat64(0, text.length);
  sink.put(length);
  sink.put(text);
}

/** What putJson() has put. */
export function getJson(source: Source): unknown {
  const length = new Uint8Array(LENGTH_BYTES);
  source.get(length);
  const text = new Uint8Array(new DataView(length.buffer).getFloat64(0));
  source.get(text);
  return JSON.parse(new TextDecoder().decode(text));
}

/** The bytes of words, which are the same memory. */
export function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
