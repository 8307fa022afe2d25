// SPDX-License-Identifier: Apache-2.0
// Finds text in a log of any size: the log is streamed, and only the offsets of hits are kept.

const mostHits = 10_000; // a search ends soon after this many

/** Byte offsets of the lines that contain `needle`, in any case. `bytes` begin at `offset`, where a line begins. */
export function hitsIn(bytes: Uint8Array, offset: number, needle: string): number[] {
  const low = new TextDecoder().decode(bytes).toLowerCase();
  const sought = needle.toLowerCase();
  const hits: number[] = [];
  // Offsets count bytes, not characters: decoding and lower case change the length of a text.
  let line = 0;
  let begin = 0; // of the same line, in the text and in the bytes
  for (let found = low.indexOf(sought); found >= 0; ) {
    let end = low.indexOf("\n", line);
    for (; end >= 0 && end < found; end = low.indexOf("\n", line)) {
      line = end + 1;
      begin = bytes.indexOf(10, begin) + 1;
    }
    hits.push(offset + begin);
    found = end < 0 ? -1 : low.indexOf(sought, end + 1);
  }
  return hits;
}

/** Searches a stream from its beginning. Yields all hits so far, and how many bytes have been searched (`done`). */
export async function* search(
  stream: AsyncIterable<Uint8Array>,
  needle: string,
): AsyncGenerator<{ hits: number[]; done: number }> {
  const hits: number[] = [];
  let rest = new Uint8Array();
  let offset = 0;
  const look = (bytes: Uint8Array): void => void hits.push(...hitsIn(bytes, offset, needle));
  for await (const bytes of stream) {
    const all = new Uint8Array(rest.length + bytes.length);
    all.set(rest);
    all.set(bytes, rest.length);
    const end = all.lastIndexOf(10) + 1;
    look(all.subarray(0, end));
    offset += end;
    rest = all.slice(end);
    yield { hits, done: offset };
    if (hits.length >= mostHits) return;
  }
  look(rest);
  yield { hits, done: offset + rest.length };
}
