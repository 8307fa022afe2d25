// SPDX-License-Identifier: Apache-2.0
// Runs as points: any metric, argument or tag against any other.
import { argumentNames, parseKey, spell, type NameKind } from "../../filter/keys.ts";
import { number } from "../../format/number.ts";
import { link, setQuery } from "../../router.ts";
import { t } from "../../text/text.ts";
import { Empty } from "../../ui/parts.tsx";
import { colourOf } from "../../charts/plot.ts";
import type { Compared } from "../compare.tsx";
import { numberOf } from "./facts.ts";

interface Axis {
  kind: NameKind;
  name: string;
}

const width = 640, height = 360, left = 64, bottom = 40, margin = 16;

/** Axes for which at least two runs have a number. */
function axesOf(all: readonly Compared[]): Axis[] {
  const named = (kind: NameKind, names: string[]): Axis[] => [...new Set(names)].map((name) => ({ kind, name }));
  const every = [
    ...named("argument", all.flatMap(({ run }) => argumentNames(run))),
    ...named("metric", all.flatMap(({ metrics }) => metrics.map((metric) => metric.name))),
    ...named("tag", all.flatMap(({ run }) => Object.keys(run.tags))),
  ];
  return every.filter(({ kind, name }) => all.filter((each) => numberOf(each, kind, name) !== null).length > 1);
}

/** Round numbers within a range, about `wanted` of them. */
export function ticks(low: number, high: number, wanted = 5): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / wanted, size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * size).find((each) => each >= rough)!;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

export function Scatter({ all, query }: { all: Compared[]; query: URLSearchParams }) {
  const axes = axesOf(all);
  if (axes.length < 2) return <Empty title={t.compare.noScatter} />;
  const chosen = (key: string, otherwise: Axis): Axis => {
    const asked = parseKey(query.get(key) ?? "");
    return axes.find(({ kind, name }) => asked?.kind === kind && asked.name === name) ?? otherwise;
  };
  const x = chosen("sx", axes[0]!), y = chosen("sy", axes.find((axis) => axis.kind === "metric" && axis.name !== x.name) ?? axes[1]!);
  return (
    <>
      <div class="row bar">
        <AxisChooser label={t.compare.across} axes={axes} current={x} onChoose={(key) => setQuery({ sx: key })} />
        <AxisChooser label={t.compare.up} axes={axes} current={y} onChoose={(key) => setQuery({ sy: key })} />
      </div>
      <Points all={all} x={x} y={y} />
    </>
  );
}

const AxisChooser = ({ label, axes, current, onChoose }: { label: string; axes: Axis[]; current: Axis; onChoose: (key: string) => void }) => (
  <label>{label}{" "}
    <select value={spell(current)} onChange={(event) => onChoose(event.currentTarget.value)}>
      {axes.map((axis) => <option value={spell(axis)}>{t.nameKind[axis.kind]}: {axis.name}</option>)}
    </select>
  </label>
);

function Points({ all, x, y }: { all: Compared[]; x: Axis; y: Axis }) {
  const points = all.flatMap((each, i) => {
    const px = numberOf(each, x.kind, x.name), py = numberOf(each, y.kind, y.name);
    return px === null || py === null ? [] : [{ each, i, x: px, y: py }];
  });
  const across = scale(points.map((point) => point.x), left, width - margin), up = scale(points.map((point) => point.y), height - bottom, margin);
  return (
    <figure class="card chart">
      <figcaption><strong>{t.compare.against(y.name, x.name)}</strong></figcaption>
      <svg class="scatter" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={t.compare.against(y.name, x.name)}>
        {across.ticks.map((tick) => <g><line x1={across.at(tick)} x2={across.at(tick)} y1={margin} y2={height - bottom} /><text x={across.at(tick)} y={height - bottom + 16} text-anchor="middle">{number(tick, 4)}</text></g>)}
        {up.ticks.map((tick) => <g><line x1={left} x2={width - margin} y1={up.at(tick)} y2={up.at(tick)} /><text x={left - 8} y={up.at(tick) + 4} text-anchor="end">{number(tick, 4)}</text></g>)}
        <text class="axis" x={(left + width) / 2} y={height - 6} text-anchor="middle">{x.name}</text>
        {points.map((point) => (
          <a href={link(["runs", point.each.run.id])} aria-label={`${point.each.label}: ${number(point.x)}, ${number(point.y)}`}>
            <circle cx={across.at(point.x)} cy={up.at(point.y)} r="6" style={{ fill: colourOf(point.i) }}><title>{`${point.each.label}\n${x.name}: ${number(point.x)}\n${y.name}: ${number(point.y)}`}</title></circle>
          </a>
        ))}
      </svg>
    </figure>
  );
}

/** Values to places between two ends, with a little room on both sides. */
function scale(values: readonly number[], from: number, to: number): { at: (value: number) => number; ticks: number[] } {
  const low = Math.min(...values), high = Math.max(...values), room = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  const begin = low - room, end = high + room;
  return { at: (value) => from + ((value - begin) / (end - begin)) * (to - from), ticks: ticks(begin, end) };
}
