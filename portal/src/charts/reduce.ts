// SPDX-License-Identifier: Apache-2.0
// Reducing the rows of a table to parts along a column, as the daemon's `series` does for scalars.
import type { Cell, Series } from "../api/types.ts";

const isFinite_ = (value: Cell): value is number => typeof value === "number" && Number.isFinite(value);

/** The positions of points in the order of x. Rows without a number as x or without a value are skipped. */
function inOrder(x: readonly number[], values: readonly Cell[]): number[] {
  const order: number[] = [];
  let sorted = true;
  x.forEach((value, i) => {
    if (!Number.isFinite(value) || (values[i] ?? null) === null) return;
    if (order.length && value < (x[order.at(-1)!] ?? value)) sorted = false;
    order.push(i);
  });
  return sorted ? order : order.sort((a, b) => (x[a]! < x[b]! ? -1 : x[a]! > x[b]! ? 1 : a - b));
}

/** In which of `most` parts of equal width each point lies; few points are a part each. */
function cutter(order: readonly number[], x: readonly number[], most: number): (i: number, rank: number) => number {
  const begin = x[order[0] ?? 0] ?? 0;
  const width = (x[order.at(-1) ?? 0] ?? 0) / most - begin / most; // the whole may be wider than any number
  const far = (value: number): number =>
    Number.isFinite(value - begin) ? (value - begin) / width : value / width - begin / width;
  if (order.length <= most) return (_i, rank) => rank;
  if (width === 0) return (_i, rank) => Math.floor((rank * most) / order.length);
  return (i) => Math.min(most - 1, Math.floor(far(x[i]!)));
}

/**
 * Cuts the points into at most `most` parts of equal width along x. A part is cut again where finite values begin or end, as
 * long as that makes at most twice as many more.
 */
export function reduce(name: string, values: readonly Cell[], x: readonly number[], most: number): Series {
  const order = inOrder(x, values);
  const partOf = cutter(order, x, most);
  const series: Series = {
    name,
    count: order.length,
    numeric: true,
    x: [],
    time: [],
    first: [],
    last: [],
    low: [],
    high: [],
    nan: [],
    n: [],
  };
  let part = -1;
  let cuts = 0;
  order.forEach((i, rank) => {
    const where = partOf(i, rank);
    const turns = rank > 0 && isFinite_(values[i] ?? null) !== isFinite_(values[order[rank - 1]!] ?? null);
    if (where !== part || (turns && cuts < 2 * most)) {
      if (where === part) ++cuts;
      open(series, x[i]!);
    }
    part = where;
    add(series, values[i] as number);
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

function add(series: Series, value: number): void {
  const at = series.x.length - 1;
  const none = series.nan[at] === series.n[at]; // no finite value so far
  const finite = Number.isFinite(value);
  series.n[at]! += 1;
  if (!finite) series.nan[at]! += 1;
  if (none && (finite || series.n[at] === 1)) series.first[at] = value;
  if (finite || none) series.last[at] = value;
  if (!finite) return;
  series.low[at] = Math.min(series.low[at] ?? value, value);
  series.high[at] = Math.max(series.high[at] ?? value, value);
}
