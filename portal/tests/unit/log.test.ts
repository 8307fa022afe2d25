// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { classesOf, collapse, pieces, plain } from "../../src/log/ansi.ts";
import { Lines } from "../../src/log/lines.ts";
import { hitsIn, search } from "../../src/log/search.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const shown = (line: string): [string, string][] =>
  pieces(line, plain).pieces.map(({ text, style }) => [text, classesOf(style)]);
const all = (lines: Lines): string[] => Array.from({ length: lines.count }, (_, i) => lines.line(i)!.text);

describe("terminal colors", () => {
  test("are classes of pieces", () =>
    expect(shown("a\x1b[1;31mb\x1b[0mc")).toEqual([
      ["a", ""],
      ["b", "b k1"],
      ["c", ""],
    ]));
  test("bright, 256 and true colors find the nearest of sixteen", () =>
    expect(
      ["\x1b[92mx", "\x1b[38;5;9mx", "\x1b[38;2;0;0;255mx", "\x1b[48;5;2mx"].map((line) => shown(line)[0]![1]),
    ).toEqual(["k10", "k9", "k12", "g2"]));
  test("links, titles and cursor movements leave only their text", () =>
    expect(
      shown("\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07\x1b[2K\x1b[1A!")
        .map(([text]) => text)
        .join(""),
    ).toBe("click!"));
  test("go on in the next line until they are ended", () =>
    expect(classesOf(pieces("\x1b[32mgreen", plain).style)).toBe("k2"));
  test("markup is text", () =>
    expect(shown("<b>\x1b[31m<script>")).toEqual([
      ["<b>", ""],
      ["<script>", "k1"],
    ]));
});

test("text that a carriage return overwrites is gone", () =>
  expect(["a\rb\rc", "10%\r20%\r", "end\r", "x"].map(collapse)).toEqual(["c", "20%", "end", "x"]));

describe("lines of a log", () => {
  test("know where they begin, in bytes, also between pieces that cut a character", () => {
    const bytes = utf8("é1\n实验\nlast");
    for (let cut = 0; cut <= bytes.length; ++cut) {
      const lines = new Lines(100);
      lines.append(bytes.subarray(0, cut));
      lines.append(bytes.subarray(cut));
      expect(all(lines)).toEqual(["é1", "实验", "last"]);
      expect([0, 1, 2].map((i) => lines.line(i)!.offset)).toEqual([100, 104, 111]);
      expect([lines.from, lines.to]).toEqual([100, 115]);
    }
  });
  test("what comes before them is put before them", () => {
    const lines = new Lines(4);
    lines.append(utf8("cd\n"));
    expect(lines.prepend(utf8("a\nb\n"))).toBe(2);
    expect([all(lines), lines.from]).toEqual([["a", "b", "cd"], 0]);
  });
  test("only a limited number is kept, and their range is known", () => {
    const lines = new Lines(0, 10);
    const gone = lines.append(utf8("x\n".repeat(25)));
    expect([lines.count + gone, lines.from]).toEqual([25, 2 * gone]);
    expect(lines.count).toBeLessThanOrEqual(10);
  });
  test("the line of a byte is found", () => {
    const lines = new Lines(10);
    lines.append(utf8("aa\nbb\ncc"));
    expect([10, 12, 13, 16, 99].map((offset) => lines.indexOf(offset))).toEqual([0, 0, 1, 2, 2]);
  });
});

describe("searching", () => {
  test("gives the bytes at which lines begin, each once, whatever the case", () =>
    expect(hitsIn(utf8("实验\nError, error\nfine\nERROR"), 50, "error")).toEqual([57, 75]));
  test("counts in bytes, also where they are no UTF-8 and where case changes a text's length", () => {
    const bytes = new Uint8Array([
      0xef,
      0xbb,
      0xbf,
      0xff,
      0xfe,
      10,
      0xe5,
      0xae,
      10,
      ...utf8("\u0130\u0130 needle\nneedle\n"),
      0xff,
      ...utf8("NEEDLE"),
    ]);
    expect(hitsIn(bytes, 100, "Needle")).toEqual([109, 121, 128]);
  });
  test("finds what lies across pieces, and the end without a line end", async () => {
    const text = "one\ntwo needle\nthree\nneedle";
    for (const size of [1, 3, 7, 100]) {
      const stream = (async function* () {
        for (let i = 0; i < text.length; i += size) yield utf8(text.slice(i, i + size));
      })();
      let last = { hits: [] as number[], done: 0 };
      for await (const found of search(stream, "Needle")) last = found;
      expect(last).toEqual({ hits: [4, 21], done: text.length });
    }
  });
});
