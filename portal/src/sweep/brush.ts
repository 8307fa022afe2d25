// SPDX-License-Identifier: Apache-2.0
// What the reader lets through on an axis: a range of numbers, some names, and trials without a value or not. Pure.
import type { Placed } from "./dimension.ts";
import type { Value } from "./trial.ts";

export interface Brush {
  /** The key of the dimension. */
  key: string;
  range: readonly [number, number] | null;
  names: readonly string[];
  /** Whether trials without a value pass. */
  missing: boolean;
}

export function passes({ range, names, missing }: Brush, value: Value | null): boolean {
  if (value === null) return missing;
  if (typeof value === "number" && range) return value >= range[0] && value <= range[1];
  return names.includes(String(value));
}

/** Whether each trial passes all brushes; brushes of axes that are not there let everything through. */
export function passing(axes: readonly Placed[], brushes: readonly Brush[], trials: number): boolean[] {
  const tests = brushes.flatMap((brush) => {
    const axis = axes.find(({ dimension }) => dimension.key === brush.key);
    return axis ? [{ brush, values: axis.dimension.values }] : [];
  });
  return Array.from({ length: trials }, (_, i) => tests.every(({ brush, values }) => passes(brush, values[i]!)));
}

/** The brush that was drawn over a part of an axis. */
export function brushOver({ dimension, at, back, bottom }: Placed, from: number, to: number): Brush {
  const [low, high] = from < to ? [from, to] : [to, from];
  const within = (share: number): boolean => share >= low && share <= high;
  return {
    key: dimension.key,
    missing: bottom > 0 && within(at(null)),
    names: (dimension.names ?? []).filter((name) => within(at(name))),
    range: dimension.names || high <= bottom ? null : [back(Math.max(low, bottom)), back(high)],
  };
}

/** The parts of an axis that a brush covers, from low to high. */
export function coverOf({ range, names, missing }: Brush, { dimension, at, bottom }: Placed): [number, number][] {
  const clamp = (share: number): number => Math.max(bottom, Math.min(1, share));
  const position = (value: number): number => (dimension.log && value <= 0 ? bottom : clamp(at(value)));
  const half = dimension.names ? (0.4 * (1 - bottom)) / dimension.names.length : 0;
  const parts: [number, number][] = names
    .filter((name) => dimension.names?.includes(name))
    .map((name) => [at(name) - half, at(name) + half]);
  if (range && !dimension.names) parts.push([position(range[0]), position(range[1])]);
  if (missing && bottom > 0) parts.push([0, bottom / 2]);
  return parts;
}

/** A brush as a part of the address. */
export const spellBrush = ({ key, range, names, missing }: Brush): string =>
  JSON.stringify([key, range, ...(names.length || missing ? [names] : []), ...(missing ? [1] : [])]);

const isRange = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === "number");

/** Null: the text is not a brush. */
export function parseBrush(text: string): Brush | null {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || typeof parts[0] !== "string") return null;
  const [key, range, names, missing] = parts as [string, unknown, unknown, unknown];
  return {
    key,
    range: isRange(range) ? range : null,
    names: Array.isArray(names) ? names.map(String) : [],
    missing: missing === 1,
  };
}

/** The brushes with one of them replaced, or removed. */
export const withBrush = (brushes: readonly Brush[], key: string, brush: Brush | null): Brush[] => [
  ...brushes.filter((other) => other.key !== key),
  ...(brush ? [brush] : []),
];
