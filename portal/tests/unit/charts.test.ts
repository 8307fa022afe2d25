// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { matrixOf, share } from "../../src/charts/confusion.tsx";
import { accuracyTableOf, areaUnder, binsOf, curveOf, predictionsOf } from "../../src/charts/documents.ts";
import { csv, csvCell, join, nearest, smooth } from "../../src/charts/lines.ts";
import { reduce } from "../../src/charts/reduce.ts";
import { lineOf } from "../../src/charts/table_chart.tsx";
import { parseLoosely } from "../../src/format/json.ts";

const indices = (values: readonly unknown[]): number[] => values.map((_, i) => i);

describe("reducing", () => {
  test("few points stand for themselves", () => {
    const found = reduce("m", [5, 3, 4], [0, 1, 2], 10);
    expect(found).toMatchObject({
      count: 3,
      numeric: true,
      x: [0, 1, 2],
      first: [5, 3, 4],
      last: [5, 3, 4],
      n: [1, 1, 1],
    });
  });
  test("parts keep the first, last, lowest and highest value, and every point is in one", () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i * 37) % 101);
    const found = reduce("m", values, indices(values), 10);
    expect(found.n.reduce((a, b) => a + b)).toBe(1000);
    expect(found.x).toHaveLength(10);
    found.x.forEach((x, i) => {
      const part = values.slice(x, found.x[i + 1] ?? 1000);
      expect([found.first[i], found.last[i], found.low[i], found.high[i]]).toEqual([
        part[0],
        part.at(-1),
        Math.min(...part),
        Math.max(...part),
      ]);
    });
  });
  test("NaN and infinite values are counted and kept, but are neither lowest nor highest", () => {
    const found = reduce("m", [1, NaN, Infinity, 2], [0, 1, 2, 3], 10);
    expect(found).toMatchObject({ last: [1, NaN, Infinity, 2], low: [1, null, null, 2], nan: [0, 1, 1, 0] });
  });
  test("finite values and others are in parts of their own, as long as these are few", () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i < 401 ? 1 : NaN));
    const found = reduce("m", values, indices(values), 10);
    expect([
      found.x.find((_, i) => found.nan[i]! > 0),
      found.nan.every((nan, i) => nan === 0 || nan === found.n[i]),
    ]).toEqual([401, true]);
    const mixed = Array.from({ length: 10_000 }, (_, i) => (i % 2 ? NaN : i));
    expect(reduce("m", mixed, indices(mixed), 10).x).toHaveLength(30);
  });
  test("a row without a value is skipped; any range of x is cut", () => {
    expect(reduce("m", [1, null, 2], [0, 1, 2], 10)).toMatchObject({ count: 2, x: [0, 2] });
    const many = indices(new Array(100).fill(0));
    expect(
      reduce(
        "m",
        many,
        many.map(() => 5),
        10,
      ).n,
    ).toEqual(new Array(10).fill(10));
    expect(
      reduce(
        "m",
        many,
        many.map((i) => (i ? 1.7e308 : -1.7e308)),
        10,
      ).n,
    ).toEqual([1, 99]);
  });
  test("points that come out of order along x are put in order", () =>
    expect(reduce("m", [1, 2, 3], [2, 0, 1], 10)).toMatchObject({ x: [0, 1, 2], last: [2, 3, 1] }));
});

describe("lines", () => {
  test("of many runs share places, moved by less than a pixel; of few runs, or on request, they stay exact", () => {
    const line = (shift: number) => ({
      x: Array.from({ length: 800 }, (_, i) => i + shift),
      ys: [Array.from({ length: 800 }, (_, i) => i)],
    });
    const lines = Array.from({ length: 10 }, (_, n) => line(n / 10));
    const [x, ...columns] = join(lines, 2000);
    expect([x.length <= 2000, columns.map((column) => column.filter((value) => value !== undefined).length)]).toEqual([
      true,
      Array(10).fill(800),
    ]);
    for (const [i, value] of x.entries())
      for (const [n, column] of columns.entries())
        if (column[i] !== undefined) expect(Math.abs(value - (column[i]! + n / 10))).toBeLessThan(0.21);
    expect(join(lines, Infinity)[0]).toHaveLength(8000);
  });
  test("smoothing of a constant is that constant, from its beginning, and gaps stay", () =>
    expect(smooth([4, 4, null, 4], 0.9)).toEqual([expect.closeTo(4), expect.closeTo(4), null, expect.closeTo(4)]));
  test("smoothing follows later the heavier it is", () => {
    const step = [0, 0, 0, 1];
    expect(smooth(step, 0)).toEqual(step);
    expect(smooth(step, 0.5).at(-1)!).toBeGreaterThan(smooth(step, 0.9).at(-1)!);
  });
  test("lines share one x; a gap is null, no point at all is undefined", () =>
    expect(
      join([
        { x: [0, 2], ys: [[1, null]] },
        { x: [1, 2], ys: [[5, 6]] },
      ]),
    ).toEqual([
      [0, 1, 2],
      [1, undefined, null],
      [undefined, 5, 6],
    ]));
  test("the nearest point is found on either side", () => {
    expect([-9, 0.4, 0.6, 7, 99].map((x) => nearest([0, 1, 5, 10], x))).toEqual([0, 0, 1, 2, 3]);
    expect(nearest([], 1)).toBe(-1);
  });
});

describe("CSV of a chart", () => {
  test("has a column a line, empty where it has no point", () => {
    const line = (label: string, x: number[], values: number[]) => ({
      key: label,
      label,
      color: 0,
      series: reduce(label, values, x, 99),
    });
    expect(csv("step", [line("a", [0, 1], [1, 2]), line("b,c", [1], [3])])).toBe('step,a,"b,c"\r\n0,1,\r\n1,2,3\r\n');
  });
  test("has the values of the parts of a reduced line, every value of a repeated x, and NaN as text", () => {
    const line = (values: number[], x: number[], most: number) => ({
      key: "a",
      label: "a",
      color: 0,
      series: reduce("a", values, x, most),
    });
    expect(csv("step", [line([3, 1, 9, 5], [0, 1, 2, 3], 1)])).toBe(
      "step,a (first),a (lowest),a (highest),a (last)\r\n0,3,1,9,5\r\n",
    );
    expect(csv("step", [line([1, NaN, 2], [0, 0, 1], 9)])).toBe("step,a\r\n0,1\r\n0,NaN\r\n1,2\r\n");
  });
  test("a name that a spreadsheet would calculate is defused", () =>
    expect(csvCell("=HYPERLINK(1)")).toBe("'=HYPERLINK(1)"));
});

describe("tables and matrices", () => {
  test("the first two columns are a line when both are numbers", () => {
    const table = (columns: Record<string, (number | string)[]>) =>
      lineOf({ kind: "table", name: "t", columns, rows: 2 });
    expect(table({ a: [0, 1], b: [2, 3], c: ["x", "y"] })).toMatchObject({
      x: "a",
      y: "b",
      series: { x: [0, 1], last: [2, 3] },
    });
    expect(table({ a: ["x", "y"], b: [2, 3] })).toBeNull();
    expect(table({ a: [1, 2] })).toBeNull();
  });
  test("a matrix needs rows of numbers; labels are made up where there are none", () => {
    expect(
      matrixOf({
        data: {
          matrix: [
            [1, 2],
            [3, 4],
          ],
          class_labels: ["a"],
        },
      }),
    ).toEqual({
      rows: [
        [1, 2],
        [3, 4],
      ],
      labels: ["a", "1"],
      columns: ["a", "1"],
    });
    for (const wrong of [null, {}, { data: { matrix: "x" } }, { data: { matrix: [["<b>"]] } }])
      expect(matrixOf(wrong)).toBeNull();
    expect([share([3, 1], 0), share([0, 0], 0)]).toEqual([0.75, 0]);
  });
  test("a matrix that is not square has a head for each of its columns, and its own cells only", () => {
    expect(matrixOf({ data: { matrix: [[1, 2, 3], [4]], class_labels: ["a", "b"] } })).toEqual({
      rows: [[1, 2, 3], [4]],
      labels: ["a", "b"],
      columns: ["a", "b", "2"],
    });
    expect(matrixOf({ data: { matrix: [[1], [2]], class_labels: ["a", "b"] } })?.columns).toEqual(["a"]);
  });
});

describe("documents", () => {
  // One class: 2 of 4 samples are of it, found at thresholds that take all, three, one and none.
  const decisions = [
    [2, 2, 0, 0],
    [2, 1, 1, 0],
    [1, 0, 2, 1],
    [0, 0, 2, 2],
  ];
  const document = { data: { class_labels: ["cat"], probability_tables: [decisions], percentile_tables: [decisions] } };
  const table = accuracyTableOf(document)!;
  test("an accuracy table gives the curves of each class, from left to right", () => {
    expect(curveOf(table, "roc", 0)).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 0.5 },
      { x: 0.5, y: 1 },
      { x: 1, y: 1 },
    ]);
    expect(areaUnder(curveOf(table, "roc", 0))).toBe(0.875);
    expect(curveOf(table, "precision", 0)).toEqual([
      { x: 0.5, y: 1 },
      { x: 1, y: 0.5 },
      { x: 1, y: 2 / 3 },
    ]);
    expect(curveOf(table, "gain", 0)).toEqual([
      { x: 0, y: 0 },
      { x: 0.25, y: 0.5 },
      { x: 0.75, y: 1 },
      { x: 1, y: 1 },
    ]);
    expect(curveOf(table, "lift", 0).map(({ y }) => y)).toEqual([2, 4 / 3, 1]);
  });
  test("bins need one edge more than counts; a bin that is empty has no average", () => {
    const bins = { bin_edges: [0, 1, 2], bin_counts: [3, 0] };
    expect(binsOf({ data: bins })).toEqual({ edges: [0, 1, 2], counts: [3, 0] });
    expect(binsOf({ data: { ...bins, bin_edges: [0, 1] } })).toBeNull();
    expect(predictionsOf({ data: { ...bins, bin_averages: [0.5, null], bin_errors: [0.1, null] } })?.averages).toEqual([
      0.5,
      null,
    ]);
    expect(predictionsOf({ data: { ...bins, bin_averages: [0.5], bin_errors: [0.1] } })).toBeNull();
  });
  test("of another form are not drawn as figures", () => {
    for (const other of [
      null,
      3,
      [],
      {},
      { data: null },
      { data: { probability_tables: [[[1, 2, 3]]], bin_edges: "x", bin_counts: [] } },
    ])
      expect([accuracyTableOf(other), binsOf(other), predictionsOf(other)]).toEqual([null, null, null]);
  });
  test("may contain NaN as Python writes it, and strings that contain it stay", () => {
    expect(parseLoosely('{"a": [NaN, -Infinity, 1.5], "NaN": "x \\" NaN"}')).toEqual({
      a: [null, null, 1.5],
      NaN: 'x " NaN',
    });
    expect(parseLoosely("no JSON")).toBeUndefined();
  });
});
