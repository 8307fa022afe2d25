// SPDX-License-Identifier: Apache-2.0
// Draws strokes on a canvas, and thin marks below the axis where values are NaN or infinite.
import type { Range, Stroke } from "./strokes.ts";

/** The canvas; a part of CanvasRenderingContext2D. */
export type Canvas = Pick<
  CanvasRenderingContext2D,
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "arc"
  | "stroke"
  | "fill"
  | "fillRect"
  | "setLineDash"
  | "strokeStyle"
  | "fillStyle"
  | "lineWidth"
  | "globalAlpha"
  | "lineJoin"
>;

/** Where a point of the data lies on the canvas. */
export interface Positions {
  x: (value: number) => number;
  y: (value: number) => number;
}

export interface Look {
  color: string;
  dash: readonly number[];
  width: number;
  alpha: number;
  /** The radius of dots. */
  dot: number;
  /** Whether every vertex is a dot, not only those without neighbors. */
  dots: boolean;
}

export function drawStrokes(canvas: Canvas, strokes: readonly Stroke[], positions: Positions, look: Look): void {
  canvas.strokeStyle = look.color;
  canvas.fillStyle = look.color;
  canvas.lineWidth = look.width;
  canvas.globalAlpha = look.alpha;
  canvas.lineJoin = "round";
  canvas.setLineDash([...look.dash]);
  canvas.beginPath();
  for (const stroke of strokes)
    for (const [i, { x, y }] of stroke.entries()) {
      if (i === 0) canvas.moveTo(positions.x(x), positions.y(y));
      else canvas.lineTo(positions.x(x), positions.y(y));
    }
  canvas.stroke();
  canvas.setLineDash([]);
  for (const stroke of strokes)
    if (look.dots || stroke.length === 1)
      for (const { x, y } of stroke) {
        canvas.beginPath();
        canvas.arc(positions.x(x), positions.y(y), look.dot, 0, 2 * Math.PI);
        canvas.fill();
      }
  canvas.globalAlpha = 1;
}

/** One thin mark for each stretch, with its upper edge at `top`. */
export function drawGaps(
  canvas: Canvas,
  gaps: readonly Range[],
  x: Positions["x"],
  top: number,
  height: number,
  color: string,
): void {
  canvas.fillStyle = color;
  for (const [from, to] of gaps)
    canvas.fillRect(x(from) - height / 2, top, Math.max(height, x(to) - x(from) + height), height);
}
