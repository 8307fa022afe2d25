// SPDX-License-Identifier: Apache-2.0
// The child runs of a sweep, with their parameters and the course of its metric.
import { address, get } from "./http.ts";
import type { Cell, Run, Status, Word } from "./types.ts";

export interface SweepChild {
  id: string;
  /** Its number in the sweep; null: it was not made by one. */
  n: number | null;
  display_name: string | null;
  state: Status;
  /** How it ended, as a word and as a sentence. */
  reason: string | null;
  message: string | null;
  created: string;
  started: string | null;
  ended: string | null;
  hyperparameters: Record<string, unknown> | null;
  arguments: Word[] | null;
  /** Of the metric: how many values, the last, and the extremes of the finite ones. */
  count: number;
  last: Cell;
  min: number | null;
  max: number | null;
  /** Step or index, seconds since 1970, value; in order of time, perhaps not all. */
  points?: [number, number, number][];
}

export interface SweepAnswer {
  /** The number of the last change that the answer contains. */
  change: number;
  metric: string | null;
  goal: "minimize" | "maximize" | null;
  total: number;
  children: SweepChild[];
}

const pointsOfChild = 100;

/** All children; with `after`, those that have changed since that change. */
export const sweep = (run: string, after: number | null, signal?: AbortSignal): Promise<SweepAnswer> =>
  get(address(["runs", run, "sweep"], { points: pointsOfChild, after }), signal);

/** Whether a run is a sweep. */
export const isSweep = ({ properties }: Pick<Run, "properties">): boolean =>
  properties["azureml.runsource"] === "hyperdrive";

/** What a sweep says of itself in `configuration.sweep`. */
export interface SweepSettings {
  /** How many runs it will have at most; null: it does not say. */
  most: number | null;
  /** The names of its parameters, in the order of its space. */
  order: string[];
  /** Earlier sweeps, which it goes on with. */
  earlier: string[];
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

export function settingsOf({ configuration }: Pick<Run, "configuration">): SweepSettings {
  const { sweep } = (configuration ?? {}) as { sweep?: Record<string, unknown> };
  const { max_total_runs: most, sampling, continues, resume_from: resumed } = sweep ?? {};
  return {
    most: typeof most === "number" ? most : null,
    order: textsIn((sampling as { order?: unknown } | null | undefined)?.order),
    earlier: [...new Set([...textsIn(continues), ...textsIn(resumed)])],
  };
}

/** What is known of a sweep after one more answer, whose children replace those of before. Children are in order of their number. */
export function merged(known: SweepAnswer | undefined, answer: SweepAnswer): SweepAnswer {
  if (!known) return answer;
  const children = new Map([...known.children, ...answer.children].map((child) => [child.id, child]));
  return { ...answer, children: [...children.values()].sort((a, b) => order(a) - order(b)) };
}

const order = ({ n, created }: SweepChild): number => n ?? Date.parse(created);

/** A sweep and those that it goes on with, as one: the last says which metric counts. */
export const joined = (answers: readonly SweepAnswer[]): SweepAnswer => ({
  ...answers.at(-1)!,
  total: answers.reduce((sum, { total }) => sum + total, 0),
  children: answers.flatMap(({ children }) => children),
});
