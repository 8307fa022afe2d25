// SPDX-License-Identifier: Apache-2.0
// Reducing the rows of a table to parts along a column, as the daemon's `series` does for scalars.
import type { Cell, Series } from "../api/types.ts";

const isFinite_ = (value: Cell): value is number => typeof value === "number" && Number.isFinite(value);

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

/** Cuts the points into at most `most` parts of equal width along x; few points stand for themselves. */
export function reduce(name: string, values: readonly Cell[], x: readonly number[], most: number): Series {
  const order = inOrder(x);
  const series: Series = { name, count: values.length, numeric: true, x: [], time: [], first: [], last: [], low: [], high: [], nan: [], n: [] };
  const begin = x[order[0] ?? 0] ?? 0;
  const width = ((x[order.at(-1) ?? 0] ?? 0) - begin) / most;
  let part = -1;
  order.forEach((i, place) => {
    const where = order.length <= most || width === 0 ? place : Math.min(most - 1, Math.floor((x[i]! - begin) / width));
    if (where !== part) open(series, x[i]!);
    part = where;
    add(series, values[i] ?? null);
  });
  return series;
}

function open(series: Series, x: number): void {
  series.x.push(x);
  series.time.push(NaN);
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
