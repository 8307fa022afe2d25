// SPDX-License-Identifier: Apache-2.0
// The lines of parallel coordinates: where they run, how they are drawn, which one the pointer is at.

import type { Canvas } from "../charts/paint.ts";
import type { Placed } from "./dimension.ts";

/** By trial: its height on each axis, from 0 at the low end to 1. */
export function heightsOf(axes: readonly Placed[], trials: number): number[][] {
  return Array.from({ length: trials }, (_, i) => axes.map(({ dimension, at }) => at(dimension.values[i]!)));
}

/** The plane of the axes, in pixels. */
export interface Plane {
  /** Where the axes stand. */
  xs: readonly number[];
  top: number;
  bottom: number;
}

export const yOf = ({ top, bottom }: Plane, height: number): number => bottom - height * (bottom - top);

/** Lines that look the same. */
export interface Bundle {
  color: string;
  alpha: number;
  width: number;
  lines: readonly (readonly number[])[];
}

/** Draws the bundles one over the other. Lines of a bundle are one path: a thousand of them are drawn within a frame. */
export function drawBundles(canvas: Canvas, bundles: readonly Bundle[], plane: Plane): void {
  canvas.lineJoin = "round";
  canvas.setLineDash([]);
  for (const { color, alpha, width, lines } of bundles) {
    canvas.strokeStyle = color;
    canvas.globalAlpha = alpha;
    canvas.lineWidth = width;
    canvas.beginPath();
    for (const heights of lines)
      heights.forEach((height, i) => {
        if (i === 0) canvas.moveTo(plane.xs[i]!, yOf(plane, height));
        else canvas.lineTo(plane.xs[i]!, yOf(plane, height));
      });
    canvas.stroke();
  }
  canvas.globalAlpha = 1;
}

/** The place of the line nearest to a point of the plane, of those that pass; -1: none is nearer than `most` pixels. */
export function nearestLine(
  heights: readonly (readonly number[])[],
  passes: readonly boolean[],
  plane: Plane,
  x: number,
  y: number,
  most: number,
): number {
  const after = plane.xs.findIndex((at) => at >= x);
  const right = after < 0 ? plane.xs.length - 1 : after;
  const left = Math.max(0, right - 1);
  const width = plane.xs[right]! - plane.xs[left]!;
  const share = width > 0 ? Math.max(0, Math.min(1, (x - plane.xs[left]!) / width)) : 1;
  let best = -1;
  let nearest = most;
  heights.forEach((line, i) => {
    if (!passes[i]) return;
    const distance = Math.abs(yOf(plane, line[left]! * (1 - share) + line[right]! * share) - y);
    if (distance > nearest || (distance === nearest && best >= 0)) return;
    best = i;
    nearest = distance;
  });
  return best;
}
