// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { diff } from "../../src/format/diff.ts";
import { changes, nearChanges } from "../../src/pages/source_diff.tsx";

describe("a diff", () => {
  const script = (a: string, b: string): string[] =>
    diff(a, b).map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`);
  test("shows removed and added lines in place", () =>
    expect(script("a\nb\nc\n", "a\nx\nc\nd\n")).toEqual([" a", "-b", "+x", " c", "+d"]));
  test("numbers the lines of both sides", () =>
    expect(diff("a\nb", "b\nc").map((line) => [line.old, line.new])).toEqual([
      [1, null],
      [2, 1],
      [null, 2],
    ]));
  test("leads from one text to the other, and is the shortest", () => {
    const random = (n: number): string =>
      Array.from({ length: 12 }, (_, i) => "abc"[(n * 7919 + i * i * 31 + ((n >> i) & 3)) % 3]).join("\n");
    for (let n = 0; n < 60; ++n) {
      const a = random(n);
      const b = random(n + 1);
      const lines = diff(a, b);
      expect(
        lines
          .filter((line) => line.kind !== "added")
          .map((line) => line.text)
          .join("\n"),
      ).toBe(a);
      expect(
        lines
          .filter((line) => line.kind !== "removed")
          .map((line) => line.text)
          .join("\n"),
      ).toBe(b);
      expect(lines.filter((line) => line.kind === "same")).toHaveLength(longestCommon(a.split("\n"), b.split("\n")));
    }
  });
  test("of empty texts is empty; of one empty text it is the whole other text", () => {
    expect(diff("", "")).toEqual([]);
    expect(script("", "a\n")).toEqual(["+a"]);
  });
  test("skips lines far from any change", () => {
    const text = Array.from({ length: 20 }, (_, i) => String(i)).join("\n");
    expect(nearChanges(diff(text, text.replace("10", "ten"))).map((line) => line?.text ?? null)).toEqual([
      null,
      "7",
      "8",
      "9",
      "10",
      "ten",
      "11",
      "12",
      "13",
      null,
    ]);
  });
});

function longestCommon(a: string[], b: string[]): number {
  const rows = [...a, ""].map(() => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; --i)
    for (let j = b.length - 1; j >= 0; --j)
      rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
  return rows[0]![0]!;
}

test("snapshots differ by files that were added, removed or changed", () => {
  const file = (path: string, sha256: string) => ({ path, type: "file" as const, size: 1, sha256 });
  expect(
    changes([file("a", "1"), file("b", "1"), file("c", "1")], [file("b", "2"), file("c", "1"), file("d", "1")]),
  ).toEqual([
    { path: "a", kind: "removed" },
    { path: "b", kind: "changed" },
    { path: "d", kind: "added" },
  ]);
});
