// SPDX-License-Identifier: Apache-2.0
// Metrics of runs: what there is, and points of scalars for charts.
import { address, get, Problem } from "./http.ts";
import { factsOf, reduce, type Range, type Values } from "./reduce.ts";
import type { FileMetric, Metric, Scalar, Series, Table } from "./types.ts";

/** `index`, `step`, `time`, `relative` (to the run's start) or `metric.NAME`. */
export type XAxis = "index" | "step" | "time" | "relative" | `metric.${string}`;

interface Answer<T> {
  items: { run: string; metrics: T[] }[];
}

type Listed = Scalar | (Values & { kind: "scalar" }) | Table | FileMetric;

/** A run's metrics in order of first logging; scalars without their values. */
export async function metricsOf(run: string, signal?: AbortSignal): Promise<Metric[]> {
  const answer = await get<Answer<Listed>>(address(["runs", run, "metrics"], { values: 0, times: 0 }), signal);
  return (answer.items[0]?.metrics ?? []).map((metric) => (metric.kind === "scalar" && "values" in metric ? factsOf(metric) : metric));
}

/** Seconds since 1970 of a time in ISO 8601, microseconds kept. */
const seconds = (iso: string): number => Date.parse(`${iso.slice(0, 19)}Z`) / 1000 + Number(`0${iso.slice(19, -1)}`);

export interface Stretch {
  run: string;
  x: XAxis;
  range: Range;
  /** Where `relative` begins. */
  started: string | null;
}

const mostNames = 50; // in one question
const waiting = new Map<string, { names: Set<string>; answer: Promise<Map<string, Series>> }>();

/**
 * Points of a scalar of a run, reduced to at most `range.points` parts; undefined: there is no such scalar. What is asked
 * for at the same time in the same stretch is one question.
 */
export async function seriesOf(name: string, stretch: Stretch): Promise<Series | undefined> {
  const key = JSON.stringify(stretch);
  let question = waiting.get(key);
  if (!question || question.names.size >= mostNames) {
    const names = new Set<string>();
    const answer = Promise.resolve().then(() => {
      if (waiting.get(key)?.names === names) waiting.delete(key);
      return allSeries([...names], stretch);
    });
    question = { names, answer: answer.then((all) => new Map(all.map((series) => [series.name, series]))) };
    waiting.set(key, question);
  }
  question.names.add(name);
  return (await question.answer).get(name);
}

let reduces = true;

async function allSeries(names: string[], { run, x, range, started }: Stretch): Promise<Series[]> {
  if (reduces) {
    try {
      const query = { name: names, x, from: range.from, to: range.to, points: range.points };
      return (await get<{ items: Series[] }>(address(["runs", run, "series"], query))).items;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
    }
  }
  const found = await reducedHere(run, names, x, range, started);
  reduces = false; // the run is there, so the route is not
  return found;
}

/** The values of a text metric, the last `limit`. */
export async function wordsOf(run: string, name: string, limit: number, signal?: AbortSignal): Promise<string[]> {
  const answer = await get<Answer<Values>>(address(["runs", run, "metrics"], { name, times: 0 }), signal);
  return (answer.items[0]?.metrics[0]?.values ?? []).slice(-limit).map(String);
}

async function reducedHere(run: string, names: string[], x: XAxis, range: Range, started: string | null): Promise<Series[]> {
  const other = x.startsWith("metric.") ? x.slice("metric.".length) : null;
  const wanted = other === null ? names : [...names, other];
  const answer = await get<Answer<Values>>(address(["runs", run, "metrics"], { name: wanted }));
  const found = new Map((answer.items[0]?.metrics ?? []).map((metric) => [metric.name, metric]));
  return names.flatMap((name) => {
    const metric = found.get(name);
    if (!metric) return [];
    const times = (metric.times ?? []).map(seconds);
    return [reduce(metric, placesOf(metric, x, times, started, other === null ? undefined : found.get(other)), times, range)];
  });
}

/** Where each value stands along x; NaN: nowhere. */
function placesOf(metric: Values, x: XAxis, times: number[], started: string | null, other?: Values): number[] {
  const zero = started === null ? (times[0] ?? 0) : seconds(started);
  if (x === "time") return times;
  if (x === "relative") return times.map((time) => time - zero);
  if (x === "step") return metric.values.map((_, i) => metric.steps?.[i] ?? i);
  if (x === "index") return metric.values.map((_, i) => i);
  const number = (value: unknown): number => (typeof value === "number" ? value : NaN);
  if (!metric.steps || !other?.steps) return metric.values.map((_, i) => number(other?.values[i]));
  const atStep = new Map(other.steps.map((step, i) => [step, other.values[i]]));
  return metric.steps.map((step) => number(atStep.get(step)));
}
