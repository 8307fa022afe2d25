// SPDX-License-Identifier: Apache-2.0
// How the best value of a sweep improved as its runs went on. Pure.
import { type Goal, isBetter } from "./trial.ts";

export interface Course {
  id: string;
  /** The best value of the whole run; null: none is finite. */
  metric: number | null;
  /** Times and values in order of time, perhaps not all of them. */
  points: readonly (readonly [time: number, value: number])[];
}

export interface Improvement {
  time: number;
  value: number;
  id: string;
}

/** All finite values in order of time. The best of a run that none of its points has is where its points end. */
function inOrder(courses: readonly Course[], goal: Goal): Improvement[] {
  const all = courses.flatMap(({ id, metric, points }) => {
    const found = points.flatMap(([time, value]) => (Number.isFinite(value) ? [{ time, value, id }] : []));
    const last = points.at(-1);
    const lacks =
      metric !== null && Number.isFinite(metric) && found.every(({ value }) => isBetter(goal, metric, value));
    if (lacks && last) found.push({ time: last[0], value: metric, id });
    return found;
  });
  return all.sort((a, b) => a.time - b.time);
}

/** Each value that is better than all before it. */
export function bestSoFar(courses: readonly Course[], goal: Goal): Improvement[] {
  const best: Improvement[] = [];
  for (const next of inOrder(courses, goal))
    if (best.length === 0 || isBetter(goal, next.value, best.at(-1)!.value)) best.push(next);
  return best;
}

/** The improvements as the vertices of a step line, which goes on to `end`. */
export function stepsOf(best: readonly Improvement[], end: number): { x: number; y: number }[] {
  return best.flatMap(({ time, value }, i) => [
    { x: time, y: value },
    { x: best[i + 1]?.time ?? Math.max(end, time), y: value },
  ]);
}
