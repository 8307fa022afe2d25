// SPDX-License-Identifier: Apache-2.0
// The point of a line nearest to an x.
import { type Line, nearest } from "./lines.ts";
import type { Range } from "./strokes.ts";

export interface Point {
  x: number;
  /** The last value of its part, which may be NaN or infinite. */
  value: number | null;
  time: number;
  /** The lowest and highest value of a part that has several. */
  span: Range | null;
}

/** The value of a line nearest to x, and where it stands; null for a line without points. */
export function pointAt({ series }: Line, x: number): Point | null {
  const i = nearest(series.x, x);
  if (i < 0) return null;
  const low = series.low[i] ?? null;
  const high = series.high[i] ?? null;
  return {
    x: series.x[i]!,
    value: series.last[i] ?? null,
    time: series.time[i]!,
    span: low !== null && high !== null && low < high ? [low, high] : null,
  };
}
