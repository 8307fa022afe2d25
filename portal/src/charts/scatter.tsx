// SPDX-License-Identifier: Apache-2.0
// Runs as points in a plane, and the sentences about those that have no place in it.
import type { ComponentChildren } from "preact";
import { number } from "../format/number.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { type Axes, axesOf, Frame } from "./frame.tsx";

export interface Dot {
  run: string;
  label: string;
  x: number;
  y: number;
  /** A color for CSS. */
  color: string;
}

export interface DotAxis {
  name: string;
  log: boolean;
  /** The values are places in this list. */
  names?: readonly string[] | null;
}

interface Props {
  dots: readonly Dot[];
  x: DotAxis;
  y: DotAxis;
  /** The run of the point that the pointer is at. */
  onPoint?: (run: string | null) => void;
  /** What is drawn over the points. */
  over?: (axes: Axes) => ComponentChildren;
  children?: ComponentChildren;
}

/** So many points are stops of the tab key; more of them would be in the way, and lists have the same links. */
const mostStops = 50;

const textOf = ({ names }: DotAxis, value: number): string => names?.[value] ?? number(value);

export function ScatterPlot({ dots, x, y, onPoint, over, children }: Props) {
  const axes = axesOf(
    dots.map((dot) => dot.x),
    dots.map((dot) => dot.y),
    x,
    y,
  );
  const title = t.compare.against(y.name, x.name);
  const many = dots.length > mostStops;
  const runAt = (event: Event): string | null =>
    (event.target as Element).closest("a")?.getAttribute("data-run") ?? null;
  return (
    <figure
      class={`card chart scatter${many ? " many" : ""}`}
      onPointerOver={(event) => onPoint?.(runAt(event))}
      onPointerLeave={() => onPoint?.(null)}
    >
      <figcaption>
        <strong>{title}</strong>
      </figcaption>
      <Frame role="group" label={title} axes={axes} xTitle={x.name} yTitle={y.name}>
        {dots.map((dot) => (
          <a
            href={link(["runs", dot.run])}
            data-run={dot.run}
            tabIndex={many ? -1 : undefined}
            aria-label={`${dot.label}: ${textOf(x, dot.x)}, ${textOf(y, dot.y)}`}
          >
            <circle cx={axes.x.at(dot.x)} cy={axes.y.at(dot.y)} r={many ? 4 : 6} style={{ fill: dot.color }}>
              <title>{`${dot.label}\n${x.name}: ${textOf(x, dot.x)}\n${y.name}: ${textOf(y, dot.y)}`}</title>
            </circle>
          </a>
        ))}
        {over?.(axes)}
      </Frame>
      {children}
    </figure>
  );
}

/** Runs that are not drawn, for one reason. */
export interface OmittedRuns {
  why: string;
  labels: readonly string[];
}

const mostLabels = 20;

/** Says which of `all` runs are not drawn, and why. */
export function OmittedNote({ omitted, all }: { omitted: readonly OmittedRuns[]; all: number }) {
  const without = omitted.reduce((sum, { labels }) => sum + labels.length, 0);
  if (without === 0) return null;
  return (
    <div class="caption soft" role="note">
      <p>{t.compare.omitted(without, all)}</p>
      <ul class="plain">
        {omitted.map(({ why, labels }) => (
          <li>
            {why}: {labels.slice(0, mostLabels).join(", ")}
            {labels.length > mostLabels ? " …" : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
