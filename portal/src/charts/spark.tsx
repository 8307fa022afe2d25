// SPDX-License-Identifier: Apache-2.0
// A line without axes, as small as a word.
import { extentOf, linear } from "./scale.ts";

const width = 120;
const height = 24;
const margin = 2;

/** Values from left to right, with gaps at NaN and infinite ones. A value between gaps is a dot, and so is the last. */
export function Spark({ values, label }: { values: readonly number[]; label: string }) {
  const scale = linear(extentOf(values) ?? { low: 0, high: 1 }, 0);
  const x = (i: number): number => margin + (values.length < 2 ? 0.5 : i / (values.length - 1)) * (width - 2 * margin);
  const y = (value: number): number => height - margin - scale.at(value) * (height - 2 * margin);
  const pieces: [number, number][][] = [];
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    if (i === 0 || !Number.isFinite(values[i - 1])) pieces.push([]);
    pieces.at(-1)!.push([x(i), y(value)]);
  });
  const dots = pieces.filter((piece, i) => piece.length === 1 || i === pieces.length - 1).map((piece) => piece.at(-1)!);
  return (
    <svg class="spark" width={width} height={height} role="img" aria-label={label}>
      {pieces.map((piece) => (
        <polyline points={piece.map((point) => point.map((coordinate) => coordinate.toFixed(1)).join(",")).join(" ")} />
      ))}
      {dots.map(([cx, cy]) => (
        <circle cx={cx} cy={cy} r="2" />
      ))}
    </svg>
  );
}
