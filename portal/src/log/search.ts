// SPDX-License-Identifier: Apache-2.0
// Finding text in a log of any size: it flows by, and where the text stands is remembered.

const encoder = new TextEncoder();
const mostHits = 10_000;

/** Byte offsets of the lines in which `needle` stands, whatever the case; the piece begins at `offset` and a line. */
export function hitsIn(bytes: Uint8Array, offset: number, needle: string): number[] {
  const text = new TextDecoder().decode(bytes), low = text.toLowerCase(), wanted = needle.toLowerCase();
  const hits: number[] = [];
  // Case may change a text's length in a few languages; then lines are looked for one by one.
  if (low.length !== text.length) return hitsByLine(text, offset, wanted);
  let seen = 0, at = offset;
  for (let found = low.indexOf(wanted); found >= 0; found = low.indexOf(wanted, found + 1)) {
    const begin = text.lastIndexOf("\n", found) + 1;
    at += encoder.encode(text.slice(seen, begin)).length;
    seen = begin;
    if (hits.at(-1) !== at) hits.push(at);
  }
  return hits;
}

function hitsByLine(text: string, offset: number, wanted: string): number[] {
  let at = offset;
  return text.split("\n").flatMap((line) => {
    const here = at;
    at += encoder.encode(line).length + 1;
    return line.toLowerCase().includes(wanted) ? [here] : [];
  });
}

/** Searches a stream from its beginning; yields what was found so far, and how far that is. */
export async function* search(stream: AsyncIterable<Uint8Array>, needle: string): AsyncGenerator<{ hits: number[]; done: number }> {
  const hits: number[] = [];
  let rest = new Uint8Array(), offset = 0;
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
