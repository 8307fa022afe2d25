// SPDX-License-Identifier: Apache-2.0
// The rows of the table of trials: which come first. Pure.
import type { Sort } from "../ui/grid.tsx";
import type { Value } from "./trial.ts";

/** Numbers by size before texts by their letters. */
function compare(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The places of some values in order; those that are null or NaN are last in both directions, equal ones stay in order. */
export function orderOf(values: readonly (Value | null)[], descending: boolean): number[] {
  const known = (value: Value | null): value is Value => value !== null && !Number.isNaN(value);
  const sign = descending ? -1 : 1;
  return values
    .map((_, i) => i)
    .sort((i, j) => {
      const a = values[i]!;
      const b = values[j]!;
      if (!known(a) || !known(b)) return Number(known(b)) - Number(known(a)) || i - j;
      return sign * compare(a, b) || i - j;
    });
}

export const sortOf = (text: string): Sort => ({ key: text.replace(/^-/, ""), descending: text.startsWith("-") });
export const spellSort = ({ key, descending }: Sort): string => `${descending ? "-" : ""}${key}`;
