// SPDX-License-Identifier: Apache-2.0
// Two axes with round numbers, for figures that are drawn once. The caller draws points, bars or curves between them.
// They are SVG, which can be read out of the page; a line has a thousand points and moves, so it is on uPlot's canvas.
import type { ComponentChildren } from "preact";
import { swatch } from "./color.ts";
import { extentOf, linear, logarithmic, type Scale } from "./scale.ts";

export const plane = { width: 640, height: 330, right: 624, top: 32, bottom: 280 };

export interface Axis {
  /** The position of a value in the picture. */
  at: (value: number) => number;
  ticks: number[];
  text: (tick: number) => string;
}

/** Both axes, and where the left one stands: as far in as its numbers need, also where the picture is small and its words large. */
export interface Axes {
  x: Axis;
  y: Axis;
  left: number;
}

interface Options {
  /** What the scale leaves beyond the values, as a share of their range. */
  room?: number;
  log?: boolean;
  /** Names at even distances; the values are their places in this list. */
  names?: readonly string[] | null;
}

const perLetter = 10.5; // of words in a small picture

/** A place for each name, and marks for as many as have room. */
function namedScale(names: readonly string[], count: number): Scale {
  const every = Math.ceil(names.length / count);
  const text = (place: number): string => shortened(names[place] ?? "");
  const ticks = names.map((_, place) => place).filter((place) => place % every === 0);
  return { ...linear({ low: -0.5, high: names.length - 0.5 }, 0), ticks, text };
}

const longestName = 12;
const shortened = (name: string): string => {
  const letters = [...name];
  return letters.length > longestName ? `${letters.slice(0, longestName - 1).join("")}…` : name;
};

const scaleOf = (values: readonly number[], { room, log, names }: Options, count?: number): Scale => {
  if (names) return namedScale(names, count ?? 5);
  const extent = extentOf(values) ?? (log ? { low: 1, high: 10 } : { low: 0, high: 1 });
  return log ? logarithmic(extent, room, count) : linear(extent, room, count);
};

const longest = ({ ticks, text }: Scale): number => Math.max(...ticks.map((tick) => text(tick).length));

/** Axes that hold the values. */
export function axesOf(across: readonly number[], up: readonly number[], x: Options = {}, y: Options = {}): Axes {
  const vertical = scaleOf(up, y);
  const left = Math.max(84, Math.ceil(12 + perLetter * longest(vertical)));
  const width = plane.right - left;
  const many = scaleOf(across, x);
  const horizontal = scaleOf(across, x, Math.max(1, Math.min(5, Math.floor(width / (perLetter * longest(many) + 10)))));
  return {
    left,
    x: { ...horizontal, at: (value) => left + horizontal.at(value) * width },
    y: { ...vertical, at: (value) => plane.bottom - vertical.at(value) * (plane.bottom - plane.top) },
  };
}

interface Props {
  label: string;
  /** `img`: one picture; `group`: it contains links. */
  role: "img" | "group";
  axes: Axes;
  xTitle: string;
  yTitle?: string;
  children: ComponentChildren;
}

export const Frame = ({ label, role, axes: { x, y, left }, xTitle, yTitle, children }: Props) => (
  <div class="frame-box">
    <svg class="frame-chart" viewBox={`0 0 ${plane.width} ${plane.height}`} role={role} aria-label={label}>
      {x.ticks.map((tick) => (
        <g>
          <line x1={x.at(tick)} x2={x.at(tick)} y1={plane.top} y2={plane.bottom} />
          <text x={x.at(tick)} y={plane.bottom + 16} text-anchor="middle">
            {x.text(tick)}
          </text>
        </g>
      ))}
      {y.ticks.map((tick) => (
        <g>
          <line x1={left} x2={plane.right} y1={y.at(tick)} y2={y.at(tick)} />
          <text x={left - 8} y={y.at(tick) + 4} text-anchor="end">
            {y.text(tick)}
          </text>
        </g>
      ))}
      <text class="axis" x={(left + plane.right) / 2} y={plane.height - 10} text-anchor="middle">
        {xTitle}
      </text>
      {yTitle ? (
        <text class="axis" x={8} y={plane.top - 14}>
          {yTitle}
        </text>
      ) : null}
      {children}
    </svg>
  </div>
);

/** Which color is which. */
export const Legend = ({ labels }: { labels: readonly string[] }) => (
  <ul class="legend key">
    {labels.map((label, i) => (
      <li>
        <i style={{ background: swatch(i) }} aria-hidden="true" /> {label}
      </li>
    ))}
  </ul>
);
