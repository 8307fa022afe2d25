// SPDX-License-Identifier: Apache-2.0
// The strokes of a series, compared with its data.
import { describe, expect, test } from "vitest";
import type { Series } from "../../src/api/types.ts";
import { type Canvas, drawGaps, drawStrokes, type Look } from "../../src/charts/paint.ts";
import { reduce } from "../../src/charts/reduce.ts";
import { linear, logarithmic } from "../../src/charts/scale.ts";
import {
  extentOfLines,
  gapsOf,
  notNumbersOf,
  partsIn,
  type Range,
  rangeOfX,
  smoothStrokesOf,
  strokesOf,
} from "../../src/charts/strokes.ts";
import { remarks } from "../../src/charts/words.ts";

const many = (size: number, value: (i: number) => number): number[] => Array.from({ length: size }, (_, i) => value(i));
/** The same numbers each time. */
const noise =
  (seed: number) =>
  (i: number): number =>
    ((seed * 7919 + i * 104_729 + ((i * i) % 7919) * 31) % 1000) / 500 - 1;

const data: Record<string, number[]> = {
  none: [],
  "one value": [3],
  "one NaN": [NaN],
  "two values": [1, 2],
  "all the same": many(500, () => 0.25),
  "a spike": many(5000, (i) => (i === 2501 ? 1000 : 1)),
  "a spike down": many(5000, (i) => (i === 17 ? -1000 : 1)),
  "NaN from 401": many(1000, (i) => (i < 401 ? i : NaN)),
  "a stretch of NaN": many(900, (i) => (i > 300 && i < 600 ? NaN : i)),
  "NaN but for a few": many(3000, (i) => (i % 100 === 50 ? i : NaN)),
  "every other NaN": many(4001, (i) => (i % 2 ? NaN : i)),
  "one between NaN": [NaN, 5, NaN],
  infinities: many(100, (i) => [Infinity, -Infinity, i][i % 3]!),
  alternating: many(5000, (i) => (i % 2 ? 1 : -1)),
  large: many(2000, (i) => (i % 2 ? 1e308 : -1e308)),
  small: many(2000, (i) => i * 5e-324),
  "large and small": [1e308, 1e-308, -1e308, 0, NaN, 1],
  noise: many(7777, noise(3)),
  "noise with spikes": many(7777, (i) => noise(5)(i) * (i % 991 === 0 ? 1e6 : 1)),
  "noise with NaN": many(7777, (i) => (noise(7)(i) > 0.9 ? NaN : noise(9)(i))),
};
const seriesOf = (values: readonly number[], most: number): Series =>
  reduce(
    "m",
    values,
    values.map((_, i) => i),
    most,
  );

/** A canvas that records what is drawn on it. */
function recorder() {
  const lines: [number, number][][] = [];
  const dots: [number, number][] = [];
  const bars: number[][] = [];
  const canvas = {
    beginPath() {},
    stroke() {},
    fill() {},
    setLineDash() {},
    moveTo: (x: number, y: number) => void lines.push([[x, y]]),
    lineTo: (x: number, y: number) => void lines.at(-1)!.push([x, y]),
    arc: (x: number, y: number) => void dots.push([x, y]),
    fillRect: (...bar: number[]) => void bars.push(bar),
  } as unknown as Canvas;
  return { canvas, lines, dots, bars };
}

const look: Look = { color: "red", dash: [], width: 1, alpha: 1, dot: 2, dots: false };

/** All that is drawn of a series in a box of 1000 by 1000, with y upwards. */
function drawn(series: Series, range: Range | null = null, log = false) {
  const extent = extentOfLines([series], log, 0, range);
  const [from, to] = range ?? rangeOfX([series]);
  const scale = log ? logarithmic(extent ?? { low: 1, high: 10 }) : linear(extent ?? { low: 0, high: 1 });
  const x = (value: number): number => (1000 * (value - from)) / (to - from);
  const y = (value: number): number => 1000 * scale.at(value);
  const paper = recorder();
  drawStrokes(paper.canvas, strokesOf(series, log, range), { x, y }, look);
  return { ...paper, x, y };
}

const key = (x: number, y: number): string => `${x} ${y}`;

describe.each(Object.entries(data))("of %s", (_name, values) => {
  const whole = seriesOf(values, 10_000);
  test("each part is drawn through its first, lowest, highest and last value, however many parts there are", () => {
    for (const series of [seriesOf(values, 10), seriesOf(values, 400), whole]) {
      const { lines, x, y } = drawn(series);
      const places = new Set(lines.flat().map(([px, py]) => key(px, py)));
      const missing = series.x.flatMap((at, i) => {
        const part = values.slice(at, series.x[i + 1] ?? values.length).filter(Number.isFinite);
        const expected = part.length ? [part[0]!, part.at(-1)!, Math.min(...part), Math.max(...part)] : [];
        return expected.filter((value) => !places.has(key(x(at), y(value)))).map((value) => [at, value]);
      });
      expect(missing).toEqual([]);
      expect(lines.length > 0).toBe(values.some(Number.isFinite));
    }
  });
  test("the axis holds every finite value, of the whole and of any range", () => {
    for (const range of [null, [0, 10], [300, 700], [4999, 5000]] as (Range | null)[])
      for (const log of [false, true]) {
        const inside = values.filter(
          (value, i) => Number.isFinite(value) && (!log || value > 0) && (!range || (i >= range[0] && i <= range[1])),
        );
        const { y } = drawn(whole, range, log);
        expect([range, log, inside.filter((value) => !(y(value) >= 0 && y(value) <= 1000))]).toEqual([range, log, []]);
      }
  });
  test("no line crosses NaN or infinite values, and a single value between them is a dot", () => {
    const { lines, dots, x, y } = drawn(whole);
    const step = (x(1) - x(0)) * 1.001;
    expect(lines.flatMap((line) => line.slice(1).filter(([px], i) => px - line[i]![0] > step))).toEqual([]);
    const alone = values.flatMap((value, i) =>
      Number.isFinite(value) && !Number.isFinite(values[i - 1]) && !Number.isFinite(values[i + 1])
        ? [key(x(i), y(value))]
        : [],
    );
    expect(dots.map(([px, py]) => key(px, py)).join()).toBe(alone.join());
  });
  test("marks stand below all NaN and infinite values and no others", () => {
    const marked = new Array<boolean>(values.length).fill(false);
    for (const [from, to] of gapsOf(whole)) marked.fill(true, from, to + 1);
    expect(marked.join()).toBe(values.map((value) => !Number.isFinite(value)).join());
  });
});

test("a part that holds finite values and others is apart from its neighbors", () => {
  const strokes = strokesOf(
    seriesOf(
      many(10_000, (i) => (i % 2 ? NaN : i)),
      10,
    ),
    false,
  );
  expect(strokes.every((stroke) => new Set(stroke.map(({ x }) => x)).size === 1)).toBe(true);
});

test("a line that crosses a range without a point in it stays in sight", () => {
  const { y, lines } = drawn(seriesOf([0, 100], 10), [0.4, 0.6]);
  expect(lines).toHaveLength(1);
  for (const value of [40, 60]) expect([y(value) >= 0, y(value) <= 1000]).toEqual([true, true]);
});

test("the smooth form of a line has its gaps and is held by its axis", () => {
  const series = seriesOf([0, 100, NaN, 0, Infinity, 50], 10);
  const strokes = smoothStrokesOf(series, 0.9, false);
  expect(strokes.map((stroke) => stroke.map(({ x }) => x))).toEqual([[0, 1], [3], [5]]);
  const extent = extentOfLines([series], false, 0.9, [5, 5])!;
  expect(strokes.at(-1)![0]!.y).toBeGreaterThanOrEqual(extent.low);
  expect(smoothStrokesOf(series, 0.9, true).map((stroke) => stroke.length)).toEqual([1, 1]);
});

test("a part that reaches into a range counts for its axis", () => {
  const series = seriesOf(
    many(1000, (i) => (i === 57 ? 500 : 1)),
    10,
  );
  expect(extentOfLines([series], false, 0, [55, 60])?.high).toBe(500);
  expect(partsIn(series, [55, 60])).toEqual({ begin: 0, end: 2 });
});

test("a mark is one thin bar for a stretch, in its place", () => {
  const paper = recorder();
  drawGaps(paper.canvas, gapsOf(seriesOf(data["NaN from 401"]!, 400)), (x) => x, 220, 2, "red");
  expect(paper.bars).toHaveLength(1);
  expect([paper.bars[0]![0], paper.bars[0]![1], paper.bars[0]![3]]).toEqual([400, 220, 2]);
});

describe("values that a chart cannot show are listed", () => {
  const say = (values: number[], range: Range | null = null, log = false): string[] =>
    remarks(seriesOf(values, 400), "step", log, range);
  test("NaN and infinite values: where the first is, how many, and whether all that follow are", () => {
    expect(say(data["NaN from 401"]!)).toEqual(["NaN from step 401"]);
    expect(say([1, NaN, 2])).toEqual(["NaN at step 1"]);
    expect(say([1, NaN, 2, NaN])).toEqual(["NaN in 2 places, first at step 1"]);
    expect(say([1, Infinity, -Infinity])).toEqual(["infinite from step 1"]);
    expect(say([1, Infinity, 2, NaN])).toEqual(["NaN or infinite in 2 places, first at step 1"]);
    expect(say(data["NaN from 401"]!, [500, 509])[0]).toMatch(/ of the places shown, first at step 5\d\d$/);
    expect([say([1, 2]), say([])]).toEqual([[], []]);
  });
  test("values at or below zero on a log scale", () => {
    expect(say([1, 0, -1], null, true)).toEqual([
      "A log scale cannot show values at or below zero; the first is at step 1",
    ]);
    expect(say([1, 0, -1])).toEqual([]);
  });
  test("what follows is known from counts alone", () =>
    expect(notNumbersOf(seriesOf([NaN, 1, NaN], 9), null)).toEqual({
      kind: "nan",
      count: 2,
      first: 0,
      toTheEnd: false,
    }));
  test("a part with finite values does not say which others it has", () =>
    expect(notNumbersOf({ ...seriesOf([1, 2], 9), nan: [1, 0] }, null)?.kind).toBe("both"));
});
