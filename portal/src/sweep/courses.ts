// SPDX-License-Identifier: Apache-2.0
// The metric of every run of a sweep over time: what is drawn of it, and which run the pointer is at. Pure.
import type { Stroke } from "../charts/strokes.ts";
import type { Course } from "./best_so_far.ts";

/** The strokes of a course, from `start` on. One ends where a value is not finite or, on a log scale, not above zero. */
export function strokesOfCourse({ points }: Pick<Course, "points">, start: number, log: boolean): Stroke[] {
  const strokes: Stroke[] = [];
  let open: Stroke | null = null;
  for (const [time, value] of points) {
    if (!Number.isFinite(value) || (log && value <= 0)) {
      open = null;
      continue;
    }
    if (!open) {
      open = [];
      strokes.push(open);
    }
    open.push({ x: time - start, y: value });
  }
  return strokes;
}

/** The height of a stroke at x, in pixels; null: it does not reach so far. A dot reaches `slack` to both sides. */
function heightAt(stroke: Stroke, x: number, slack: number, y: (value: number) => number): number | null {
  const first = stroke[0]!;
  const last = stroke.at(-1)!;
  if (x < first.x - slack || x > last.x + slack) return null;
  if (x <= first.x) return y(first.y);
  if (x >= last.x) return y(last.y);
  let low = 0;
  let high = stroke.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (stroke[middle]!.x <= x) low = middle;
    else high = middle;
  }
  const from = stroke[low]!;
  const to = stroke[high]!;
  const share = (x - from.x) / (to.x - from.x || 1);
  return y(from.y) + share * (y(to.y) - y(from.y));
}

/** The place of the course nearest to a point; -1: none is within `most` pixels. `perPixel`: how much of x a pixel is. */
export function nearestCourse(
  courses: readonly (readonly Stroke[])[],
  x: number,
  top: number,
  y: (value: number) => number,
  perPixel: number,
  most = 12,
): number {
  let best = -1;
  let nearest = most;
  courses.forEach((strokes, i) => {
    for (const stroke of strokes) {
      const height = heightAt(stroke, x, perPixel * most, y);
      if (height === null || Math.abs(height - top) >= nearest) continue;
      nearest = Math.abs(height - top);
      best = i;
    }
  });
  return best;
}
