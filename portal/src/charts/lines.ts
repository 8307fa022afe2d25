// SPDX-License-Identifier: Apache-2.0
// Lines of a chart: smoothing, joining along x, nearest points, rows of a spreadsheet. Pure.
import type { Series } from "../api/types.ts";
import { t } from "../text/text.ts";

export interface Line {
  key: string;
  label: string;
  /** The number of its color. */
  color: number;
  series: Series;
}

export type Value = number | null | undefined;

/**
 * Exponential smoothing: `weight` 0 leaves the values, towards 1 it follows ever more slowly. The beginning is not drawn
 * towards zero, and gaps stay gaps.
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let mean = 0;
  let seen = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = weight * mean + (1 - weight) * value;
    seen = weight * seen + (1 - weight);
    return mean / seen;
  });
}

/** Columns over an x of their own. */
export interface Columns {
  x: readonly number[];
  ys: readonly (readonly (number | null)[])[];
}

/** For the dots at the cursor, all that uPlot draws of the lines: those of many runs share so many positions along x. */
const mostPositions = 2000;

/**
 * All columns along one common x. A gap is null; where a column has no point at all, undefined. Lines of many runs have
 * hardly a position in common: there are at most `most`, to which points are moved by less than can be seen.
 */
export function join(lines: readonly Columns[], most = mostPositions): [number[], ...Value[][]] {
  if (lines.length === 1) return [[...lines[0]!.x], ...lines[0]!.ys.map((y) => [...y])];
  const exact = [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
  const snap = exact.length > most ? snapTo(exact.at(0)!, exact.at(-1)!, most) : (value: number): number => value;
  const x = exact.length > most ? [...new Set(exact.map(snap))] : exact;
  const rowOf = new Map(x.map((value, i) => [value, i]));
  const columns = lines.flatMap((line) =>
    line.ys.map((y) => {
      const column: Value[] = new Array<Value>(x.length).fill(undefined);
      for (const [i, value] of line.x.entries()) column[rowOf.get(snap(value))!] = y[i] ?? null;
      return column;
    }),
  );
  return [x, ...columns];
}

/** Moves a value to the nearest of so many positions between two ends. */
function snapTo(low: number, high: number, count: number): (value: number) => number {
  const step = (high - low) / (count - 1);
  return (value) => low + Math.round((value - low) / step) * step;
}

/** The index of the number nearest to `value` in an ascending list; -1 in an empty one. */
export function nearest(sorted: readonly number[], value: number): number {
  if (sorted.length === 0) return -1;
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - sorted[low - 1]! <= sorted[low]! - value ? low - 1 : low;
}

interface Cells {
  title: string;
  values: readonly (number | null)[];
}

/** Columns of a line in a spreadsheet: its values, or the first, lowest, highest and last value of its parts. */
function columnsOf({ label, series }: Line): Cells[] {
  if (series.n.every((n) => n < 2)) return [{ title: label, values: series.last }];
  return (["first", "low", "high", "last"] as const).map((which) => ({
    title: `${label} (${t.charts.ofPart[which]})`,
    values: series[which],
  }));
}

/** Rows for a spreadsheet: x, then each line's values. An x that a line has several times is as many rows. */
export function csv(xTitle: string, lines: readonly Line[]): string {
  /** By x and by how often the line had this x before. */
  const rows = new Map<string, { x: number; time: number; cells: string[] }>();
  const columns = lines.map(columnsOf);
  const titles = columns.flat().map(({ title }) => title);
  let begin = 0;
  lines.forEach(({ series }, n) => {
    let time = 0;
    series.x.forEach((x, i) => {
      time = i > 0 && series.x[i - 1] === x ? time + 1 : 0;
      const key = `${x} ${time}`;
      const row = rows.get(key) ?? { x, time, cells: new Array<string>(titles.length).fill("") };
      rows.set(key, row);
      for (const [offset, { values }] of columns[n]!.entries()) row.cells[begin + offset] = String(values[i] ?? "");
    });
    begin += columns[n]!.length;
  });
  const sorted = [...rows.values()].sort((a, b) => a.x - b.x || a.time - b.time);
  const table = [[xTitle, ...titles].map(csvCell), ...sorted.map(({ x, cells }) => [String(x), ...cells])];
  return table.map((row) => `${row.join(",")}\r\n`).join("");
}

/** Quoted where needed; a text that a spreadsheet would calculate gets a mark before it. */
export function csvCell(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
