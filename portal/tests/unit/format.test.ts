// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { parseCsv } from "../../src/format/csv.ts";
import { indented } from "../../src/format/json.ts";
import { bytes, cell, number, quoted, word } from "../../src/format/number.ts";
import { age, duration, isoOf, localTime, utcTime } from "../../src/format/time.ts";

describe("numbers", () => {
  test("keep five significant digits, and integers whole", () => {
    expect([0, 3, 1234567, 0.1, 1 / 3, 123456.789].map((value) => number(value))).toEqual([
      "0",
      "3",
      "1234567",
      "0.1",
      "0.33333",
      "123460",
    ]);
  });
  test("very large and very small ones have an exponent", () => {
    expect([1.5e-9, 2.25e12 + 0.5, 1e20].map((value) => number(value))).toEqual(["1.5e-9", "2.25e+12", "1e+20"]);
  });
  test("have a true minus sign", () => expect([-1.5, -3].map((each) => number(each))).toEqual(["−1.5", "−3"]));
  test("that are NaN or infinite are named", () =>
    expect([NaN, Infinity, -Infinity].map((value) => number(value))).toEqual(["NaN", "∞", "−∞"]));
  test("a cell that is absent is a dash, others are words", () =>
    expect([null, undefined, "adam", true].map(cell)).toEqual(["–", "–", "adam", "true"]));
  test("sizes go up in steps of a thousand", () =>
    expect([0, 999, 1000, 1536, 999_600, 12_345_678, 1e9].map(bytes)).toEqual([
      "0 B",
      "999 B",
      "1 kB",
      "1.54 kB",
      "1 MB",
      "12.3 MB",
      "1 GB",
    ]));
});

describe("words", () => {
  test("text that is no UTF-8 is shown with marks", () => expect(word({ base64: btoa("a\xffb") })).toBe("a\ufffdb"));
  test("are quoted for a shell only where they must be", () =>
    expect(["--alpha", "0.5", "a b", "it's", "$HOME"].map(quoted)).toEqual([
      "--alpha",
      "0.5",
      "'a b'",
      "'it'\\''s'",
      "'$HOME'",
    ]));
});

describe("times", () => {
  test("a duration has two units at most", () =>
    expect([0.001, 0.04, 0.4, 3.21, 12.7, 60, 185, 7800, 273_600, null].map(duration)).toEqual([
      "0 s",
      "0.04 s",
      "0.4 s",
      "3.2 s",
      "12 s",
      "1 min",
      "3 min 5 s",
      "2 h 10 min",
      "3 d 4 h",
      "–",
    ]));
  test("an age has one, and is never below zero", () => {
    const iso = "2026-11-24T01:02:03.000000Z";
    const at = Date.parse(iso);
    expect([-5000, 1000, 59_000, 61_000, 7_200_000].map((later) => age(iso, at + later))).toEqual([
      "just now",
      "just now",
      "59 s ago",
      "1 min ago",
      "2 h ago",
    ]);
  });
  test("UTC is as the daemon said it", () =>
    expect(utcTime("2026-11-24T01:02:03.000004Z")).toBe("2026-11-24 01:02:03 UTC"));
});

describe("CSV", () => {
  test("quotes hold separators, quotes and line ends", () =>
    expect(parseCsv('a,"b,c"\r\n"say ""x""","two\nlines"\n', ",", 10).rows).toEqual([
      ["a", "b,c"],
      ['say "x"', "two\nlines"],
    ]));
  test("rows beyond the limit are skipped and reported", () => {
    expect(parseCsv("h\n1\n2\n3\n", ",", 2)).toEqual({ rows: [["h"], ["1"], ["2"]], more: true });
    expect(parseCsv("h\n1\n2", ",", 2)).toEqual({ rows: [["h"], ["1"], ["2"]], more: false });
  });
});

test("a time outside the calendar is a dash", () => {
  expect([isoOf(0), isoOf(8.64e12)]).toEqual(["1970-01-01T00:00:00.000Z", "+275760-09-13T00:00:00.000Z"]);
  expect([8.7e12, -9e12, NaN, Infinity].map((value) => localTime(isoOf(value)))).toEqual(["–", "–", "–", "–"]);
});

describe("indented JSON", () => {
  test("keeps numbers and order as they were written", () =>
    expect(indented('{"10":1234567890123456789,"2":[1.0,-0,1e400,true],"a\\":\\"[":{"b":null}}')).toBe(
      '{\n  "10": 1234567890123456789,\n  "2": [\n    1.0,\n    -0,\n    1e400,\n    true\n  ],\n  "a\\":\\"[": {\n    "b": null\n  }\n}',
    ));
  test("looks as any other", () => {
    for (const value of [{}, [], 'x\\"y', 3, [[], {}, [1]], { a: { b: [{ c: "{}" }] } }])
      for (const space of [0, 1, 2])
        expect(indented(JSON.stringify(value, null, space))).toBe(JSON.stringify(value, null, 2));
    expect(indented("[ ]\n")).toBe("[]");
  });
  test("stays as it is when it is no JSON, or would be far longer", () => {
    for (const text of ["", "{", "[NaN]", `${"[".repeat(100_000)}${"]".repeat(100_000)}`])
      expect(indented(text)).toBe(text);
    const long = `"${"y".repeat(4_900_000)}"`;
    expect(indented(long) === long).toBe(true);
  });
});
