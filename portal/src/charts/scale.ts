// SPDX-License-Identifier: Apache-2.0
// An axis for any finite numbers: where each has its position, round numbers along it, and their texts. Pure.
// uPlot sees only positions from 0 to 1, so ±1e308 has one, and marks have as many digits as tell them apart.
import { number } from "../format/number.ts";

export interface Scale {
  /** Both ends, which hold every value that the scale was made for. */
  low: number;
  high: number;
  /** Where a value lies: 0 at the low end, 1 at the high one. On a logarithmic scale only for values above zero. */
  at: (value: number) => number;
  /** The value at a position. */
  back: (share: number) => number;
  ticks: number[];
  /** A tick in words: with as many digits as tell it from its neighbors. */
  text: (tick: number) => string;
}

/** Lowest and highest of some values. */
export interface Extent {
  low: number;
  high: number;
}

const least = 1e-300; // a narrower range has no digits left to tell its ends apart

/** The extent of the finite values; null when there are none. */
export function extentOf(values: Iterable<number>): Extent | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : null;
}

const within = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

/** Between two numbers, at a share of the way; their distance may be more than the largest number. */
export const between = (a: number, b: number, share: number): number => a * (1 - share) + b * share;

/** Round numbers within a range, about `count` of them. */
export function ticks(low: number, high: number, count = 5): number[] {
  if (!(high > low)) return [low];
  const rough = ((high / 4 - low / 4) / count) * 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * size).find((digit) => digit >= rough * (1 - 1e-9))!;
  const first = Math.ceil(low / step - 1e-9);
  const many = Math.floor(high / step + 1e-9) - first + 1;
  const round = Math.abs(first) > 1e9 ? Number : (value: number): number => Number(value.toPrecision(12));
  const all = Array.from({ length: Math.max(0, Math.min(many, 4 * count)) }, (_, i) => round((first + i) * step));
  return [...new Set(all)];
}

/** Digits that tell numbers apart which lie `step` from each other. */
const digitsFor = (extent: Extent, step: number): number =>
  Math.max(4, Math.min(17, Math.ceil(Math.log10(Math.max(Math.abs(extent.low), Math.abs(extent.high)) / step)) + 1));

/** A linear scale, with `room` (a share of the range) beyond the values; nothing below zero when no value is. */
export function linear(values: Extent, room = 0.05, count = 5): Scale {
  const { low, high } = withRoom(values, room);
  const marks = ticks(low, high, count);
  const step = marks.length > 1 ? marks[1]! - marks[0]! : high / 4 - low / 4;
  const digits = digitsFor({ low, high }, Math.max(step, Number.MIN_VALUE));
  return {
    low,
    high,
    ticks: marks,
    at: (value) => (value / 4 - low / 4) / (high / 4 - low / 4),
    back: (share) => between(low, high, share),
    text: (tick) => number(tick, digits),
  };
}

function withRoom({ low, high }: Extent, room: number): Extent {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const span = Math.max(high / 4 - low / 4, 0);
  const more = span > size * 1e-15 ? 4 * room * span : size * 0.05 || 1;
  const begin = low - more;
  const end = high + more;
  const wider = Math.max(0, least - (end - begin)) / 2;
  return { low: within(low >= 0 && begin < 0 && room > 0 ? 0 : begin - wider), high: within(end + wider) };
}

/** A logarithmic scale; the values are above zero. */
export function logarithmic(values: Extent, room = 0.05, count = 5): Scale {
  const first = Math.log10(values.low);
  const last = Math.log10(values.high);
  const more = last - first > 1e-12 ? (last - first) * room : 0.05;
  const begin = first - more;
  const end = last + more;
  const low = Math.max(Number.MIN_VALUE, 10 ** begin);
  const high = within(10 ** end);
  const marks = decades({ low, high }, count);
  const digits = marks.length > 1 ? digitsFor({ low: 0, high: marks[1]! }, marks[1]! - marks[0]!) : 4;
  return {
    low,
    high,
    ticks: marks,
    at: (value) => (Math.log10(value) - begin) / (end - begin),
    back: (share) => 10 ** between(begin, end, share),
    text: (tick) => number(tick, digits),
  };
}

/** Powers of ten within a range; with few of these 1, 2 and 5 times them; in a narrow range round numbers. */
function decades({ low, high }: Extent, count: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const many = Math.floor(Math.log10(high) + 1e-9) - first + 1;
  const every = Math.max(1, Math.ceil(many / count));
  if (many > 2) return Array.from({ length: Math.ceil(many / every) }, (_, i) => Number(`1e${first + i * every}`));
  const some = [first - 1, first, first + 1].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
  const inside = some.filter((tick) => Number.isFinite(tick) && tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
  return inside.length > 1 ? inside : ticks(low, high, count);
}
