// SPDX-License-Identifier: Apache-2.0
// The axes of a plot: their ticks, and how wide their texts are.
import type uPlot from "uplot";
import type { XAxis } from "../api/metrics.ts";
import { number } from "../format/number.ts";
import { duration } from "../format/time.ts";
import { type Scale, ticks } from "./scale.ts";

/** About as many pixels as the y axis takes from the width of a plot. */
const widthOfY = 60;

/** Round numbers, as many as have room in a plot of that width. uPlot has axes of its own for the time of day. */
export function axisX(x: XAxis, width: () => number): uPlot.Axis {
  if (x === "time") return { size: 48 };
  const counts = x === "index" || x === "step";
  const text = (value: number): string => (x === "relative" ? duration(value) : number(value, 7));
  const textAtEnd = (end: number): string => text(counts ? Math.round(end) : Number(end.toPrecision(4)));
  const room = (low: number, high: number): number => {
    const letters = Math.max(x === "relative" ? 11 : 0, textAtEnd(low).length, textAtEnd(high).length);
    return Math.max(50, 7 * letters + 16);
  };
  return {
    size: 32,
    incrs: (_u, _i, low, high) => [Math.max(5, high - low)], // any: the ticks are ours
    splits: (_u, _i, low, high) => {
      const count = Math.max(1, Math.floor((width() - widthOfY) / room(low, high)));
      return ticks(low, high, count).filter((tick) => !counts || Number.isInteger(tick));
    },
    values: (_u, splits) => splits.map(text),
  };
}

/** The ticks of a scale. The axis is as wide as its longest text, and a tick. */
export function axisY(scale: () => Scale): uPlot.Axis {
  return {
    incrs: [1],
    splits: () => scale().ticks.map(scale().at),
    values: () => scale().ticks.map(scale().text),
    size: (u, values, i) => {
      const { font } = u.axes[i] as { font?: string[] | string };
      u.ctx.font = (Array.isArray(font) ? font[0] : font) ?? u.ctx.font;
      const widths = ((values ?? []) as unknown as string[]).map((text) => u.ctx.measureText(text).width);
      return 20 + Math.max(20, ...widths.map((width) => width / devicePixelRatio));
    },
  };
}
