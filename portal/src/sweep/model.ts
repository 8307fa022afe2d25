// SPDX-License-Identifier: Apache-2.0
// Trials as their view shows them: axes, colors, importance. Pure.
import { type Dimension, dimensionOf, type Placed, placed } from "./dimension.ts";
import { colorNumber } from "./ramp.ts";
import { finiteMetric, type Goal, type Trial } from "./trial.ts";

export interface Trials {
  trials: readonly Trial[];
  /** The names of all parameters. */
  names: readonly string[];
  /** The name of the metric. */
  metric: string;
  goal: Goal;
}

/** Axes that the reader has set to a logarithmic or a linear scale, by key. */
export type Logs = ReadonlyMap<string, boolean>;

export interface Model extends Trials {
  parameters: readonly Dimension[];
  result: Dimension;
  /** Those of the parameters, then that of the metric. */
  axes: readonly Placed[];
  /** By trial: the number of its color; null: it has no finite metric. */
  colors: readonly (number | null)[];
}

export const metricKey = (name: string): string => `metric.${name}`;
export const parameterKey = (name: string): string => `argument.${name}`;

export function modelOf(set: Trials, logs: Logs): Model {
  const { trials, names, metric, goal } = set;
  const parameters = names.map((name) => {
    const key = parameterKey(name);
    const values = trials.map(({ parameters }) => parameters.get(name) ?? null);
    return dimensionOf(key, name, values, logs.get(key));
  });
  const result = dimensionOf(metricKey(metric), metric, trials.map(finiteMetric), logs.get(metricKey(metric)));
  const axes = [...parameters, result].map((dimension) => placed(dimension));
  const colors = trials.map((trial) => colorNumber(finiteMetric(trial), axes.at(-1)!, goal));
  return { ...set, parameters, result, axes, colors };
}
