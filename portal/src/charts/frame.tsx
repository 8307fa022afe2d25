// SPDX-License-Identifier: Apache-2.0
// Two axes with round numbers, for figures that are drawn once: points, bars, curves. What is drawn between them comes from outside.
import type { ComponentChildren } from "preact";
import { number } from "../format/number.ts";
import { ink } from "./colour.ts";

export const plane = { width: 640, height: 330, left: 84, right: 624, top: 32, bottom: 280 };

export interface Axis {
  /** The place of a value in the picture. */
  at: (value: number) => number;
  ticks: number[];
}

/** Round numbers within a range, about `wanted` of them. */
export function ticks(low: number, high: number, wanted = 5): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / wanted, size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * size).find((each) => each >= rough)!;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** An axis that holds the values between two places, with `room` (a share of their range) at both ends. */
function axis(values: readonly number[], from: number, to: number, room: number): Axis {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity), high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const more = (high - low) * room || (high > low ? 0 : Math.abs(high) * 0.05 || 1);
  const begin = low - more, end = high + more;
  return { at: (value) => from + ((value - begin) / (end - begin)) * (to - from), ticks: ticks(begin, end) };
}

export const across = (values: readonly number[], room = 0.05): Axis => axis(values, plane.left, plane.right, room);
export const up = (values: readonly number[], room = 0.05): Axis => axis(values, plane.bottom, plane.top, room);

interface Props {
  label: string;
  /** `img`: one picture; `group`: what is in it can be gone to. */
  role: "img" | "group";
  x: Axis;
  y: Axis;
  xTitle: string;
  yTitle?: string;
  children: ComponentChildren;
}

export const Frame = ({ label, role, x, y, xTitle, yTitle, children }: Props) => (
  <div class="frame-box">
    <svg class="frame-chart" viewBox={`0 0 ${plane.width} ${plane.height}`} role={role} aria-label={label}>
      {x.ticks.map((tick) => <g><line x1={x.at(tick)} x2={x.at(tick)} y1={plane.top} y2={plane.bottom} /><text x={x.at(tick)} y={plane.bottom + 16} text-anchor="middle">{number(tick, 4)}</text></g>)}
      {y.ticks.map((tick) => <g><line x1={plane.left} x2={plane.right} y1={y.at(tick)} y2={y.at(tick)} /><text x={plane.left - 8} y={y.at(tick) + 4} text-anchor="end">{number(tick, 4)}</text></g>)}
      <text class="axis" x={(plane.left + plane.right) / 2} y={plane.height - 10} text-anchor="middle">{xTitle}</text>
      {yTitle ? <text class="axis" x={8} y={plane.top - 14}>{yTitle}</text> : null}
      {children}
    </svg>
  </div>
);

/** Which colour is which. */
export const Legend = ({ labels }: { labels: readonly string[] }) => (
  <ul class="legend key">{labels.map((label, i) => <li><i style={{ background: ink(i) }} aria-hidden="true" /> {label}</li>)}</ul>
);
