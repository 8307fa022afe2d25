// SPDX-License-Identifier: Apache-2.0
// Figures of documents, each with its numbers as a table beside it: how well classes are told apart, residuals in bins,
// predicted values over true ones.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Cell } from "../api/types.ts";
import { cell, count, number } from "../format/number.ts";
import { t } from "../text/text.ts";
import { dash, ink } from "./color.ts";
import {
  type AccuracyTable,
  areaUnder,
  type Bins,
  type CurveName,
  curveNames,
  curveOf,
  type Point,
  type Predictions,
} from "./documents.ts";
import { type Axis, axesOf, Frame, Legend } from "./frame.tsx";

interface FigureProps {
  name: string;
  kind: ComponentChildren;
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
  children: ComponentChildren;
}

/** A figure, and what it shows as rows. */
const Figure = ({ name, kind, head, rows, children }: FigureProps) => (
  <figure class="chart card">
    <figcaption>
      <strong title={name}>{name}</strong> <span class="soft row">{kind}</span>
    </figcaption>
    {children}
    <details class="caption">
      <summary>{t.charts.asTable}</summary>
      <div class="scroll tall" tabIndex={0} role="region" aria-label={name}>
        <table>
          <thead>
            <tr>
              {head.map((title) => (
                <th>{title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                {row.map((value) => (
                  <td class={typeof value === "number" ? "number" : undefined}>{cell(value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  </figure>
);

const pathOf = (points: readonly Point[], x: Axis, y: Axis): string =>
  points.map((point, i) => `${i ? "L" : "M"}${x.at(point.x).toFixed(1)} ${y.at(point.y).toFixed(1)}`).join("");

/** What no skill at all would give. */
const chance: Record<CurveName, Point[]> = {
  roc: [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ],
  precision: [],
  gain: [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ],
  lift: [
    { x: 0, y: 1 },
    { x: 1, y: 1 },
  ],
};

export function AccuracyChart({ name, table }: { name: string; table: AccuracyTable }) {
  const [shown, setShown] = useState<CurveName>("roc");
  const curves = table.labels.map((_, i) => curveOf(table, shown, i));
  const { x: xTitle, y: yTitle } = t.charts.curveAxes[shown];
  const axes = axesOf([0, 1], [0, 1, ...curves.flat().map((point) => point.y)], { room: 0 }, { room: 0.02 });
  const { x, y } = axes;
  const label = (name: string, i: number): string =>
    shown === "roc" && curves[i]!.length > 1 ? t.charts.area(name, number(areaUnder(curves[i]!), 4)) : name;
  const chooser = (
    <select
      aria-label={t.charts.curve}
      value={shown}
      onChange={(event) => setShown(event.currentTarget.value as CurveName)}
    >
      {curveNames.map((curve) => (
        <option value={curve}>{t.charts.curves[curve]}</option>
      ))}
    </select>
  );
  return (
    <Figure
      name={name}
      kind={chooser}
      head={[t.charts.class, xTitle, yTitle]}
      rows={curves.flatMap((points, i) => points.map((point) => [table.labels[i]!, point.x, point.y]))}
    >
      <Frame
        role="img"
        label={`${name}. ${t.charts.curves[shown]}: ${table.labels.map(label).join(", ")}`}
        axes={axes}
        xTitle={xTitle}
        yTitle={yTitle}
      >
        <path class="chance" d={pathOf(chance[shown], x, y)} />
        {curves.map((points, i) => (
          <path class="curve" style={{ stroke: ink(i), strokeDasharray: dash(i).join(" ") }} d={pathOf(points, x, y)} />
        ))}
      </Frame>
      <Legend labels={table.labels.map(label)} />
    </Figure>
  );
}

const between = ({ edges }: Bins, i: number): string => `${number(edges[i]!, 4)} – ${number(edges[i + 1]!, 4)}`;

export function ResidualsChart({ name, bins }: { name: string; bins: Bins }) {
  const axes = axesOf(bins.edges, [0, ...bins.counts]);
  const { x, y } = axes;
  return (
    <Figure
      name={name}
      kind={t.charts.residuals}
      head={[t.charts.residual, t.charts.count]}
      rows={bins.counts.map((value, i) => [between(bins, i), value])}
    >
      <Frame
        role="img"
        label={t.charts.binned(name, t.charts.residuals, bins.counts.length, bins.edges.at(0)!, bins.edges.at(-1)!)}
        axes={axes}
        xTitle={t.charts.residual}
        yTitle={t.charts.count}
      >
        {bins.counts.map((value, i) => (
          <rect
            class="bar"
            x={x.at(bins.edges[i]!) + 0.5}
            width={Math.max(1, x.at(bins.edges[i + 1]!) - x.at(bins.edges[i]!) - 1)}
            y={y.at(value)}
            height={y.at(0) - y.at(value)}
          >
            <title>{`${between(bins, i)}: ${count(value)}`}</title>
          </rect>
        ))}
      </Frame>
    </Figure>
  );
}

export function PredictionsChart({ name, predictions }: { name: string; predictions: Predictions }) {
  const { edges, counts, averages, errors } = predictions;
  const bins = averages.flatMap((y, i) =>
    y !== null && counts[i]! > 0 ? [{ i, x: (edges[i]! + edges[i + 1]!) / 2, y, error: errors[i] ?? 0 }] : [],
  );
  const ends = [edges.at(0)!, edges.at(-1)!];
  const axes = axesOf(edges, [...ends, ...bins.flatMap((bin) => [bin.y - bin.error, bin.y + bin.error])]);
  const { x, y } = axes;
  return (
    <Figure
      name={name}
      kind={t.charts.predictions}
      head={[t.charts.trueValue, t.charts.predictedValue, t.charts.spread, t.charts.count]}
      rows={counts.map((value, i) => [between(predictions, i), averages[i] ?? null, errors[i] ?? null, value])}
    >
      <Frame
        role="img"
        label={t.charts.binned(name, t.charts.predictions, counts.length, ends[0]!, ends[1]!)}
        axes={axes}
        xTitle={t.charts.trueValue}
        yTitle={t.charts.predictedValue}
      >
        <path
          class="chance"
          d={pathOf(
            ends.map((end) => ({ x: end, y: end })),
            x,
            y,
          )}
        />
        <path class="curve" style={{ stroke: ink(0) }} d={pathOf(bins, x, y)} />
        {bins.map((bin) => (
          <g class="whisker" style={{ stroke: ink(0), fill: ink(0) }}>
            <path
              d={`M${x.at(bin.x)} ${y.at(bin.y - bin.error)}V${y.at(bin.y + bin.error)}m-4 0h8M${x.at(bin.x) - 4} ${y.at(bin.y - bin.error)}h8`}
            />
            <circle cx={x.at(bin.x)} cy={y.at(bin.y)} r="4">
              <title>{`${between(predictions, bin.i)}: ${number(bin.y)} ± ${number(bin.error)} (${count(counts[bin.i]!)})`}</title>
            </circle>
          </g>
        ))}
      </Frame>
    </Figure>
  );
}
