// SPDX-License-Identifier: Apache-2.0
// Colors by the metric, from the worst to the best of a set of trials, in the current theme.
import { css } from "../charts/color.ts";
import type { Placed } from "./dimension.ts";
import type { Goal } from "./trial.ts";

type Rgb = [number, number, number];

/** So many colors are told apart; lines of one color are drawn together. */
export const rampSteps = 24;

const stops = ["--ramp-0", "--ramp-1", "--ramp-2"] as const;

/** "#0b5fc0" as three numbers. */
export const rgbOf = (hex: string): Rgb => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as Rgb;

/** The color at a share of the way through some colors, which are evenly spaced. */
export function mixed(colors: readonly Rgb[], share: number): string {
  const position = Math.max(0, Math.min(1, share)) * (colors.length - 1);
  const first = Math.min(colors.length - 2, Math.floor(position));
  const parts = colors[first]!.map((part, i) => part + (position - first) * (colors[first + 1]![i]! - part));
  return `rgb(${parts.map(Math.round).join(" ")})`;
}

/** The colors from worst to best, as the theme has them now. */
export function rampColors(): string[] {
  const colors = stops.map((name) => rgbOf(css(name)));
  return Array.from({ length: rampSteps }, (_, i) => mixed(colors, i / (rampSteps - 1)));
}

/** The number of a trial's color: 0 is the worst; null: it has no finite metric. */
export function colorNumber(metric: number | null, axis: Placed, goal: Goal): number | null {
  if (metric === null || !Number.isFinite(metric)) return null;
  const share = (axis.at(metric) - axis.bottom) / (1 - axis.bottom);
  return Math.round(Math.max(0, Math.min(1, goal === "minimize" ? 1 - share : share)) * (rampSteps - 1));
}

/** The color of that number for CSS; it follows the theme. Null: a trial without a finite metric. */
export function rampInk(n: number | null): string {
  if (n === null) return "var(--off)";
  const position = (2 * n) / (rampSteps - 1);
  const [from, to] = position < 1 ? stops : [stops[1]!, stops[2]!];
  return `color-mix(in srgb, var(${to}) ${Math.round(100 * (position < 1 ? position : position - 1))}%, var(${from}))`;
}
