// SPDX-License-Identifier: Apache-2.0
// How strongly a parameter and the metric go together. Pure.
//
// Numbers: the absolute value of Spearman's rank correlation (C. Spearman, "The Proof and Measurement of Association between
// Two Things", American Journal of Psychology 15, 1904), with mean ranks for equal values.
// Categories: the correlation ratio (K. Pearson, "On the General Theory of Skew Correlation and Non-linear Regression",
// 1905; R. A. Fisher, "Statistical Methods for Research Workers", 1925, section 45) of the ranks of the metric: the square root of the share of
// their variance that lies between the categories.
// Both are from 0 to 1 and do not change when a value is scaled, on a linear or a logarithmic axis. Neither proves a cause.
import type { Dimension } from "./dimension.ts";
import type { Value } from "./trial.ts";

export interface Importance {
  key: string;
  name: string;
  /** From 0 to 1; null: it cannot be said, because all values are equal or there are too few trials. */
  share: number | null;
  /** For numbers: the metric rises (1) or falls (-1) with the parameter. */
  direction: 1 | -1 | 0;
  /** Trials that have both a value and a finite metric. */
  trials: number;
}

/** With fewer trials, ranks say nothing. */
const fewest = 4;

/** Ranks from 1; equal values have the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const found = new Array<number>(values.length);
  for (let begin = 0; begin < order.length; ) {
    let end = begin + 1;
    while (end < order.length && values[order[end]!] === values[order[begin]!]) ++end;
    for (let index = begin; index < end; ++index) found[order[index]!] = (begin + end + 1) / 2;
    begin = end;
  }
  return found;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const squares = (values: readonly number[], around: number): number =>
  values.reduce((sum, value) => sum + (value - around) ** 2, 0);

/** Spearman's rank correlation, from -1 to 1; null: one side does not vary. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  const x = ranks(a);
  const y = ranks(b);
  const middle = (a.length + 1) / 2; // the mean of any ranks
  const spread = Math.sqrt(squares(x, middle) * squares(y, middle));
  const together = x.reduce((sum, rank, i) => sum + (rank - middle) * (y[i]! - middle), 0);
  return spread === 0 ? null : Math.max(-1, Math.min(1, together / spread));
}

/** The correlation ratio of categories and the ranks of numbers, from 0 to 1; null: one side does not vary. */
export function correlationRatio(categories: readonly string[], numbers: readonly number[]): number | null {
  const y = ranks(numbers);
  const middle = (numbers.length + 1) / 2;
  const groups = new Map<string, number[]>();
  categories.forEach((name, i) => {
    const group = groups.get(name);
    if (group) group.push(y[i]!);
    else groups.set(name, [y[i]!]);
  });
  const whole = squares(y, middle);
  if (whole === 0 || groups.size < 2) return null;
  const between = [...groups.values()].reduce((sum, group) => sum + group.length * (mean(group) - middle) ** 2, 0);
  return Math.sqrt(Math.max(0, Math.min(1, between / whole)));
}

function importanceOf({ key, name, values, names }: Dimension, metric: Dimension): Importance {
  const pairs = values.flatMap((value, i): [Value, number][] => {
    const result = metric.values[i] ?? null;
    return value === null || typeof result !== "number" ? [] : [[value, result]];
  });
  const results = pairs.map(([, result]) => result);
  const found =
    pairs.length < fewest
      ? null
      : names
        ? correlationRatio(
            pairs.map(([value]) => String(value)),
            results,
          )
        : rankCorrelation(
            pairs.map(([value]) => Number(value)),
            results,
          );
  return {
    key,
    name,
    share: found === null ? null : Math.abs(found),
    direction: names || found === null ? 0 : (Math.sign(found) as 1 | -1 | 0),
    trials: pairs.length,
  };
}

/** The parameters, the most important first; those of which nothing can be said are last. */
export const importances = (parameters: readonly Dimension[], metric: Dimension): Importance[] =>
  parameters.map((parameter) => importanceOf(parameter, metric)).sort((a, b) => (b.share ?? -1) - (a.share ?? -1));
