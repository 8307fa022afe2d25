// SPDX-License-Identifier: Apache-2.0
// An axis of a parameter or a metric: numbers on a scale, anything else as evenly spaced names. Pure.
import { type Extent, extentOf, linear, logarithmic } from "../charts/scale.ts";
import { number } from "../format/number.ts";
import type { Value } from "./trial.ts";

export interface Dimension {
  /** Tells a parameter from a metric of the same name. */
  key: string;
  name: string;
  /** By trial. Null: it has none, or one that is not finite. */
  values: readonly (Value | null)[];
  /** The values of a category, in order; null: all values are numbers. */
  names: readonly string[] | null;
  /** Whether all numbers are above zero, so that a logarithmic scale can show them. */
  positive: boolean;
  log: boolean;
}

/** From so many times the lowest value on, numbers are spread over orders of magnitude. */
const wideRatio = 100;

export const isNumber = (value: Value | null | undefined): value is number => typeof value === "number";

/** Numbers by size, then texts by their letters. */
function namesOf(values: readonly (Value | null)[]): string[] {
  const present = [...new Set(values.filter((value) => value !== null))];
  const numbers = present.filter(isNumber).sort((a, b) => a - b);
  const texts = present.filter((value) => typeof value === "string").sort();
  return [...new Set([...numbers, ...texts].map(String))];
}

/** `log`: what the reader asks for; undefined: as the values ask for it, which are above zero and far apart. */
export function dimensionOf(key: string, name: string, raw: readonly (Value | null)[], log?: boolean): Dimension {
  const values = raw.map((value) => (isNumber(value) && !Number.isFinite(value) ? null : value));
  const category = values.some((value) => typeof value === "string");
  const extent = category ? null : extentOf(values.filter(isNumber));
  const positive = extent !== null && extent.low > 0;
  const wide = positive && extent.high / extent.low >= wideRatio;
  return { key, name, values, names: category ? namesOf(values) : null, positive, log: positive && (log ?? wide) };
}

export interface Mark {
  at: number;
  text: string;
}

/** A dimension between the ends of an axis. */
export interface Placed {
  dimension: Dimension;
  /** Where values begin; below, trials without a value have their place. 0: each trial has a value. */
  bottom: number;
  /** The share of the way from the low end to the high one. */
  at: (value: Value | null) => number;
  /** The number at a share. */
  back: (share: number) => number;
  marks: Mark[];
}

/** The part of an axis that is kept for trials without a value. */
const roomForMissing = 0.12;

/** `count`: about as many marks as there is room for. */
export function placed(dimension: Dimension, count = 6): Placed {
  const bottom = dimension.values.includes(null) ? roomForMissing : 0;
  const lift = (share: number): number => bottom + (1 - bottom) * share;
  const { at, back, marks } = dimension.names ? evenly(dimension.names, count) : scaled(dimension, count);
  return {
    dimension,
    bottom,
    at: (value) => (value === null ? bottom / 4 : lift(at(value))),
    back: (share) => back((share - bottom) / (1 - bottom)),
    marks: [
      ...(bottom > 0 ? [{ at: bottom / 4, text: "–" }] : []),
      ...marks.map(({ at, text }) => ({ at: lift(at), text })),
    ],
  };
}

interface Places {
  at: (value: Value) => number;
  back: (share: number) => number;
  marks: Mark[];
}

function scaled({ values, log }: Dimension, count: number): Places {
  const extent: Extent | null = extentOf(values.filter(isNumber));
  const scale = log ? logarithmic(extent!, 0.04, count) : linear(extent ?? { low: 0, high: 1 }, 0.04, count);
  return {
    at: (value) => scale.at(Number(value)),
    back: scale.back,
    marks: extent ? scale.ticks.map((tick) => ({ at: scale.at(tick), text: scale.text(tick) })) : [],
  };
}

/** Names at even distances, half of one away from the ends; as many of them as there is room for are written. */
function evenly(names: readonly string[], count: number): Places {
  const places = new Map(names.map((name, i) => [name, (i + 0.5) / names.length]));
  const every = Math.ceil(names.length / Math.max(1, 2 * count));
  return {
    at: (value) => places.get(String(value)) ?? 0.5,
    back: (share) => share,
    marks: names.flatMap((name, i) => (i % every === 0 ? [{ at: places.get(name)!, text: nameText(name) }] : [])),
  };
}

/** A category in words: a number as numbers are written everywhere. */
export function nameText(name: string): string {
  const value = Number(name);
  return name.trim() !== "" && Number.isFinite(value) ? number(value) : name;
}
