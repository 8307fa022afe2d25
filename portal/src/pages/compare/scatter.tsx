// SPDX-License-Identifier: Apache-2.0
// Runs as points: any metric, argument or tag against any other.
import { ink } from "../../charts/colour.ts";
import { across, Frame, up } from "../../charts/frame.tsx";
import { argumentNames, parseKey, spell, type NameKind } from "../../filter/keys.ts";
import { number } from "../../format/number.ts";
import { link, setQuery } from "../../router.ts";
import { t } from "../../text/text.ts";
import { Empty } from "../../ui/parts.tsx";
import type { Compared } from "../compare.tsx";
import { numberOf } from "./facts.ts";

interface Axis {
  kind: NameKind;
  name: string;
}

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
        <AxisChooser label={t.charts.xAxis} axes={axes} current={x} onChoose={(key) => setQuery({ sx: key })} />
        <AxisChooser label={t.compare.yAxis} axes={axes} current={y} onChoose={(key) => setQuery({ sy: key })} />
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
  const right = across(points.map((point) => point.x)), above = up(points.map((point) => point.y)), title = t.compare.against(y.name, x.name);
  return (
    <figure class="card chart scatter">
      <figcaption><strong>{title}</strong></figcaption>
      <Frame role="group" label={title} x={right} y={above} xTitle={x.name} yTitle={y.name}>
        {points.map((point) => (
          <a href={link(["runs", point.each.run.id])} aria-label={`${point.each.label}: ${number(point.x)}, ${number(point.y)}`}>
            <circle cx={right.at(point.x)} cy={above.at(point.y)} r="6" style={{ fill: ink(point.i) }}><title>{`${point.each.label}\n${x.name}: ${number(point.x)}\n${y.name}: ${number(point.y)}`}</title></circle>
          </a>
        ))}
      </Frame>
    </figure>
  );
}
