// SPDX-License-Identifier: Apache-2.0
// Points and charts as text.
import type { XAxis } from "../api/metrics.ts";
import type { Series } from "../api/types.ts";
import { cell, number } from "../format/number.ts";
import { duration, isoOf, localTime } from "../format/time.ts";
import { t } from "../text/text.ts";
import type { Line } from "./lines.ts";
import { type Point, pointAt } from "./point.ts";
import { extentOf } from "./scale.ts";
import { firstNotPositive, notNumbersOf, type Range } from "./strokes.ts";

export const xText = (x: XAxis, value: number): string =>
  x === "time" ? localTime(isoOf(value)) : x === "relative" ? duration(value) : number(value, 7);

export const xTitle = (x: XAxis): string =>
  x.startsWith("metric.") ? x.slice("metric.".length) : t.charts.x[x as keyof typeof t.charts.x];

const where = (x: XAxis, value: number): string =>
  x.startsWith("metric.")
    ? t.charts.where.metric(xText(x, value), xTitle(x))
    : t.charts.where[x as "index"](xText(x, value));

/** The value of a point; of a part with several, also its lowest and highest. */
export const valueText = ({ value, span }: Point): string =>
  cell(value) + (span ? ` (${t.charts.span(number(span[0]), number(span[1]))})` : "");

/** A line's point nearest to x. */
export function pointText(line: Line, x: XAxis, at: number, named: boolean): string {
  const point = pointAt(line, at);
  return point ? `${named ? `${line.label}, ` : ""}${xText(x, point.x)}: ${valueText(point)}` : "";
}

/** A chart as text, for screen readers. */
export function spoken(title: string, lines: readonly Line[]): string {
  const facts = lines.map(({ label, series }) => {
    const extent = extentOf([...series.low, ...series.high].filter((value) => value !== null));
    if (!extent) return `${label}: ${t.charts.empty}`;
    return t.charts.spoken(label, series.count, cell(series.last.at(-1)), number(extent.low), number(extent.high));
  });
  return `${title}. ${facts.join(". ")}. ${t.charts.keys}`;
}

/** The values of a line that its chart cannot show: NaN and infinite ones and, on a log scale, those at or below zero. */
export function remarks(series: Series, x: XAxis, log: boolean, range: Range | null): string[] {
  const found = notNumbersOf(series, range);
  const low = log ? firstNotPositive(series) : null;
  const said: string[] = [];
  if (found) {
    const what = t.charts.notNumbers[found.kind];
    const first = where(x, found.first);
    if (range) said.push(t.charts.someShown(what, found.count, first));
    else if (found.count === 1) said.push(t.charts.oneAt(what, first));
    else said.push(found.toTheEnd ? t.charts.allFrom(what, first) : t.charts.some(what, found.count, first));
  }
  if (low !== null) said.push(t.charts.notPositive(where(x, low)));
  return said;
}
