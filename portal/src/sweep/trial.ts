// SPDX-License-Identifier: Apache-2.0
// A run as one try of a sweep: its parameters and what its metric came to. Pure.
import type { Status } from "../api/types.ts";

export type Goal = "minimize" | "maximize";

/** A value of a parameter, as the script sees it: a number if its text is one. */
export type Value = number | string;

export interface Trial {
  id: string;
  label: string;
  status: Status;
  /** Why it was stopped, or failed. */
  reason: string | null;
  started: string | null;
  ended: string | null;
  parameters: ReadonlyMap<string, Value>;
  /** The best finite value of the metric; NaN or infinite where there are only such; null: none was logged. */
  metric: number | null;
}

/** The reason of an ending that was not a success; null: there is nothing to explain. */
export const endingOf = (status: Status, reason: string | null): string | null =>
  status === "Failed" || status === "Canceled" ? reason : null;

/** What is known of all values of a metric of one run. */
export interface Summary {
  last: unknown;
  min: number | null;
  max: number | null;
}

/** The value that counts for a run: the best that it has logged. */
export function metricOf({ last, min, max }: Summary, goal: Goal): number | null {
  const best = goal === "minimize" ? min : max;
  return typeof best === "number" && Number.isFinite(best) ? best : typeof last === "number" ? last : null;
}

export const isBetter = (goal: Goal, value: number, than: number): boolean =>
  goal === "minimize" ? value < than : value > than;

/** A finite value of the metric, else null. */
export const finiteMetric = ({ metric }: Pick<Trial, "metric">): number | null =>
  metric !== null && Number.isFinite(metric) ? metric : null;

/** The trial with the best finite value; of equal ones the first. */
export function bestOf<T extends Pick<Trial, "metric">>(trials: readonly T[], goal: Goal): T | undefined {
  return trials.reduce<T | undefined>((best, trial) => {
    const value = finiteMetric(trial);
    if (value === null) return best;
    return best === undefined || isBetter(goal, value, best.metric!) ? trial : best;
  }, undefined);
}
