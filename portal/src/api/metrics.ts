// SPDX-License-Identifier: Apache-2.0
// Metrics of runs: what there is, and points of scalars for charts.
import { address, get } from "./http.ts";
import type { Cell, Metric, Series } from "./types.ts";

/** `index`, `step`, `time`, `relative` (to the run's start) or `metric.NAME`. */
export type XAxis = "index" | "step" | "time" | "relative" | `metric.${string}`;

interface Answer<T> {
  items: { run: string; metrics: T[] }[];
}

/** A run's metrics in order of first logging; scalars without their values. */
export async function metricsOf(run: string, signal?: AbortSignal): Promise<Metric[]> {
  return (
    (await get<Answer<Metric>>(address(["runs", run, "metrics"], { values: 0, times: 0 }), signal)).items[0]?.metrics ??
    []
  );
}

/** The values of a text metric, the last `limit`. */
export async function wordsOf(run: string, name: string, limit: number, signal?: AbortSignal): Promise<string[]> {
  const answer = await get<Answer<{ values: Cell[] }>>(address(["runs", run, "metrics"], { name, times: 0 }), signal);
  return (answer.items[0]?.metrics[0]?.values ?? []).slice(-limit).map(String);
}

/** What of a run's scalars is wanted: at most `points` parts of a range of x. */
export interface Stretch {
  run: string;
  x: XAxis;
  from: number | undefined;
  to: number | undefined;
  points: number;
}

const mostNames = 50; // in one question
const waiting = new Map<string, { names: Set<string>; answer: Promise<Map<string, Series>> }>();

/**
 * Points of a scalar of a run; undefined: there is no such scalar. Requests made at the same time for the same range of x
 * is one question.
 */
export async function seriesOf(name: string, stretch: Stretch): Promise<Series | undefined> {
  const key = JSON.stringify(stretch);
  let question = waiting.get(key);
  if (!question || question.names.size >= mostNames) {
    const names = new Set<string>();
    const answer = Promise.resolve().then(() => {
      if (waiting.get(key)?.names === names) waiting.delete(key);
      return ask([...names], stretch);
    });
    question = { names, answer };
    waiting.set(key, question);
  }
  question.names.add(name);
  return (await question.answer).get(name);
}

async function ask(names: string[], { run, ...range }: Stretch): Promise<Map<string, Series>> {
  const { items } = await get<{ items: Series[] }>(address(["runs", run, "series"], { name: names, ...range }));
  return new Map(items.map((series) => [series.name, series]));
}
