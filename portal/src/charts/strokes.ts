// SPDX-License-Identifier: Apache-2.0
// What a chart draws of a series: strokes, the range of its values, and where values are NaN or infinite. Pure.
// uPlot does not draw the lines: it has one value for each x, and a part of a line has four.
import type { Series } from "../api/types.ts";
import { smooth } from "./lines.ts";
import { between, type Extent, extentOf } from "./scale.ts";

export interface Vertex {
  x: number;
  y: number;
}

/** The vertices of an unbroken line. A stroke of one vertex is a dot. */
export type Stroke = Vertex[];

export type Range = [number, number];

/** From the first to the last x of some lines. */
export function rangeOfX(lines: readonly Series[]): Range {
  const { low, high } = extentOf(lines.flatMap(({ x }) => (x.length ? [x[0]!, x.at(-1)!] : []))) ?? { low: 0, high: 1 };
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** The parts [begin, end) in a range of x, and one more on each side. */
export function partsIn({ x }: Series, range: Range | null): { begin: number; end: number } {
  if (!range) return { begin: 0, end: x.length };
  const first = x.findIndex((value) => value >= range[0]);
  const after = x.findIndex((value) => value > range[1]);
  const begin = first < 0 ? x.length : first;
  return { begin: Math.max(0, begin - 1), end: after < 0 ? x.length : after + 1 };
}

/** The first, lowest, highest and last value of a part, in the order of the line; equal neighbors are one value. */
function valuesOf(series: Series, i: number): number[] {
  const first = series.first[i]!;
  const last = series.last[i]!;
  const low = series.low[i]!;
  const high = series.high[i]!;
  const all = last >= first ? [first, low, high, last] : [first, high, low, last];
  return all.filter((value, index) => index === 0 || value !== all[index - 1]);
}

/**
 * The strokes of a line. One ends at values that are NaN or infinite, or, on a logarithmic scale, not above zero; the
 * next begins after them. A part that has such values and others is a stroke of its own.
 */
export function strokesOf(series: Series, log: boolean, range: Range | null = null): Stroke[] {
  const strokes: Stroke[] = [];
  let open: Stroke | null = null;
  const { begin, end } = partsIn(series, range);
  for (let i = begin; i < end; ++i) {
    if (series.low[i] === null) {
      open = null;
      continue;
    }
    const all = valuesOf(series, i);
    const drawn = log ? all.filter((value) => value > 0) : all;
    const mixed = series.nan[i]! > 0 || drawn.length < all.length;
    if (drawn.length === 0 || mixed) open = null;
    if (drawn.length === 0) continue;
    if (!open) {
      open = [];
      strokes.push(open);
    }
    for (const y of drawn) open.push({ x: series.x[i]!, y });
    if (mixed) open = null;
  }
  return strokes;
}

/** The smooth form of a line: through the last value of each part. */
export function smoothStrokesOf(series: Series, weight: number, log: boolean): Stroke[] {
  const strokes: Stroke[] = [];
  let open: Stroke | null = null;
  const drawn = series.last.map((value, i) =>
    value === null || series.low[i] === null || (log && value <= 0) ? null : value,
  );
  for (const [i, y] of smooth(drawn, weight).entries()) {
    if (y === null) {
      open = null;
      continue;
    }
    if (!open) {
      open = [];
      strokes.push(open);
    }
    open.push({ x: series.x[i]!, y });
  }
  return strokes;
}

/** The values that strokes show within a range, including those where they cross its edges. */
export function* valuesWithin(strokes: readonly Stroke[], range: Range | null): Generator<number> {
  for (const stroke of strokes)
    for (const [i, { x, y }] of stroke.entries()) {
      if (!range || (x >= range[0] && x <= range[1])) yield y;
      const before = stroke[i - 1];
      for (const edge of range ?? [])
        if (before && before.x < edge && x > edge) yield between(before.y, y, (edge - before.x) / (x - before.x));
    }
}

/** The values of a part that begins before a range and reaches into it. */
function* reachingIn(series: Series, log: boolean, range: Range): Generator<number> {
  const { begin } = partsIn(series, range);
  const i = series.x[begin] !== undefined && series.x[begin]! < range[0] ? begin : -1;
  if (i >= 0 && series.n[i]! > 1 && series.low[i] !== null)
    yield* valuesOf(series, i).filter((value) => !log || value > 0);
}

/** The extent of what is drawn of some lines within a range of x; null when nothing is drawn. */
export function extentOfLines(
  lines: readonly Series[],
  log: boolean,
  smoothing: number,
  range: Range | null,
): Extent | null {
  return extentOf(
    (function* () {
      for (const series of lines) {
        yield* valuesWithin(strokesOf(series, log, range), range);
        if (range) yield* reachingIn(series, log, range);
        if (smoothing > 0) yield* valuesWithin(smoothStrokesOf(series, smoothing, log), range);
      }
    })(),
  );
}

/** Ranges of x in which values are NaN or infinite, each from the first to the last of neighboring parts. */
export function gapsOf(series: Series): Range[] {
  const gaps: Range[] = [];
  series.nan.forEach((count, i) => {
    if (count === 0) return;
    const x = series.x[i]!;
    const last = gaps.at(-1);
    if (last && series.nan[i - 1]! > 0) last[1] = x;
    else gaps.push([x, x]);
  });
  return gaps;
}

/** The NaN and infinite values of a line: kind, number, the x of the first, and whether no finite value follows. */
export interface NotNumbers {
  kind: "nan" | "infinite" | "both";
  count: number;
  first: number;
  toTheEnd: boolean;
}

/** Null: there are none in the range. */
export function notNumbersOf(series: Series, range: Range | null): NotNumbers | null {
  const marked = series.nan.flatMap((count, i) =>
    count > 0 && (!range || (series.x[i]! >= range[0] && series.x[i]! <= range[1])) ? [i] : [],
  );
  const first = marked[0];
  if (first === undefined) return null;
  // A part that has finite values too does not say which others it has.
  const words = new Set(
    marked.flatMap((i) =>
      series.low[i] === null
        ? [series.first[i], series.last[i]].map((value) => (Math.abs(value!) === Infinity ? "infinite" : "nan"))
        : ["nan", "infinite"],
    ),
  );
  return {
    kind: words.size > 1 ? "both" : words.has("nan") ? "nan" : "infinite",
    count: marked.reduce((sum, i) => sum + series.nan[i]!, 0),
    first: series.x[first]!,
    toTheEnd: series.nan.every((count, i) => i < first || count === series.n[i]),
  };
}

/** The x of the first part with a value at or below zero, which a logarithmic scale cannot show. Null: none has. */
export function firstNotPositive(series: Series): number | null {
  const i = series.low.findIndex((low) => low !== null && low <= 0);
  return i < 0 ? null : series.x[i]!;
}
