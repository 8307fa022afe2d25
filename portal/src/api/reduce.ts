// SPDX-License-Identifier: Apache-2.0
// Reducing a metric's points to parts, and to a few facts, as the daemon's `series` and `values=0` do: for a daemon that
// answers with every value.
import type { Cell, Scalar, Series } from "./types.ts";

/** A scalar with all its values, as the daemon lists it. Times in ISO 8601, steps with null where there was none. */
export interface Values {
  name: string;
  values: Cell[];
  steps: (number | null)[] | null;
  times?: string[];
}

export interface Range {
  from?: number | undefined;
  to?: number | undefined;
  points: number;
}

const isNumber = (value: Cell): value is number => typeof value === "number";
const isFinite_ = (value: Cell): value is number => isNumber(value) && Number.isFinite(value);

/** Count, last, smallest and largest value. */
export function factsOf(metric: Values): Scalar {
  let min = Infinity, max = -Infinity;
  for (const value of metric.values) {
    if (!isFinite_(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return {
    kind: "scalar", name: metric.name, count: metric.values.length, last: metric.values.at(-1) ?? null,
    min: min <= max ? min : null, max: min <= max ? max : null,
    numeric: metric.values.every((value) => isNumber(value) || value === null) && metric.values.some(isNumber),
    stepped: metric.steps !== null,
  };
}

/** The positions of points in the order of x; points whose x is no number are left out. */
function inOrder(x: readonly number[]): number[] {
  const order: number[] = [];
  let sorted = true;
  x.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    if (order.length && value < (x[order.at(-1)!] ?? value)) sorted = false;
    order.push(i);
  });
  return sorted ? order : order.sort((a, b) => x[a]! - x[b]! || a - b);
}

/** The part of an order that lies in a range, with one point more on each side. */
function within(order: number[], x: readonly number[], { from, to }: Range): number[] {
  let begin = 0, end = order.length;
  if (from !== undefined) while (begin < end && x[order[begin]!]! < from) ++begin;
  if (to !== undefined) while (end > begin && x[order[end - 1]!]! > to) --end;
  return order.slice(Math.max(0, begin - 1), end + 1);
}

/** Cuts the points into at most `range.points` parts of equal width; few points stand for themselves. */
export function reduce(metric: Values, x: readonly number[], times: readonly number[], range: Range): Series {
  const order = within(inOrder(x), x, range);
  const series: Series = {
    name: metric.name, count: metric.values.length, numeric: factsOf(metric).numeric,
    x: [], time: [], first: [], last: [], low: [], high: [], nan: [], n: [],
  };
  const begin = x[order[0] ?? 0] ?? 0;
  const width = ((x[order.at(-1) ?? 0] ?? 0) - begin) / range.points;
  let part = -1;
  order.forEach((i, place) => {
    const where = order.length <= range.points || width === 0 ? place : Math.min(range.points - 1, Math.floor((x[i]! - begin) / width));
    if (where !== part) open(series, x[i]!, times[i] ?? NaN);
    part = where;
    add(series, metric.values[i] ?? null);
  });
  return series;
}

function open(series: Series, x: number, time: number): void {
  series.x.push(x);
  series.time.push(time);
  for (const list of [series.first, series.last, series.low, series.high]) list.push(null);
  series.nan.push(0);
  series.n.push(0);
}

function add(series: Series, value: Cell): void {
  const at = series.x.length - 1;
  series.n[at]! += 1;
  if (!isFinite_(value)) {
    series.nan[at]! += 1;
    return;
  }
  series.first[at] ??= value;
  series.last[at] = value;
  series.low[at] = Math.min(series.low[at] ?? value, value);
  series.high[at] = Math.max(series.high[at] ?? value, value);
}
