// SPDX-License-Identifier: Apache-2.0
// Runs as points: any metric, argument or tag against any other.
import { ink } from "../../charts/color.ts";
import { type Dot, OmittedNote, ScatterPlot } from "../../charts/scatter.tsx";
import { argumentNames, type NameKind, parseKey, spell } from "../../filter/keys.ts";
import { setQuery } from "../../router.ts";
import { t } from "../../text/text.ts";
import { Empty } from "../../ui/parts.tsx";
import type { Compared } from "../props.ts";
import { type NoNumber, numberOf, whyNoNumber } from "./facts.ts";

interface Axis {
  kind: NameKind;
  name: string;
}

/** An axis as it is drawn. */
interface Drawn extends Axis {
  log: boolean;
}

/** Axes for which at least two runs have a number. */
function choicesOf(all: readonly Compared[]): Axis[] {
  const named = (kind: NameKind, names: string[]): Axis[] => [...new Set(names)].map((name) => ({ kind, name }));
  const every = [
    ...named(
      "argument",
      all.flatMap(({ run }) => argumentNames(run)),
    ),
    ...named(
      "metric",
      all.flatMap(({ metrics }) => metrics.map((metric) => metric.name)),
    ),
    ...named(
      "tag",
      all.flatMap(({ run }) => Object.keys(run.tags)),
    ),
  ];
  return every.filter(({ kind, name }) => all.filter((compared) => numberOf(compared, kind, name) !== null).length > 1);
}

export function Scatter({ all, query }: { all: Compared[]; query: URLSearchParams }) {
  const axes = choicesOf(all);
  if (axes.length < 2) return <Empty title={t.compare.noScatter} />;
  const chosen = (key: string, otherwise: Axis): Axis => {
    const asked = parseKey(query.get(key) ?? "");
    return axes.find(({ kind, name }) => asked?.kind === kind && asked.name === name) ?? otherwise;
  };
  const x = chosen("sx", axes[0]!);
  const y = chosen("sy", axes.find((axis) => axis.kind === "metric" && axis.name !== x.name) ?? axes[1]!);
  const logs = { x: query.get("sxscale") === "log", y: query.get("syscale") === "log" };
  return (
    <>
      <div class="row bar">
        <AxisChooser
          label={t.charts.xAxis}
          axes={axes}
          current={{ ...x, log: logs.x }}
          onChoose={(key) => setQuery({ sx: key })}
          onLog={(log) => setQuery({ sxscale: log ? "log" : null })}
        />
        <AxisChooser
          label={t.compare.yAxis}
          axes={axes}
          current={{ ...y, log: logs.y }}
          onChoose={(key) => setQuery({ sy: key })}
          onLog={(log) => setQuery({ syscale: log ? "log" : null })}
        />
      </div>
      <Points all={all} x={{ ...x, log: logs.x }} y={{ ...y, log: logs.y }} />
    </>
  );
}

interface ChooserProps {
  label: string;
  axes: Axis[];
  current: Drawn;
  onChoose: (key: string) => void;
  onLog: (log: boolean) => void;
}

const AxisChooser = ({ label, axes, current, onChoose, onLog }: ChooserProps) => (
  <>
    <label>
      {label}{" "}
      <select value={spell(current)} onChange={(event) => onChoose(event.currentTarget.value)}>
        {axes.map((axis) => (
          <option value={spell(axis)}>
            {t.nameKind[axis.kind]}: {axis.name}
          </option>
        ))}
      </select>
    </label>
    <label>
      <input type="checkbox" checked={current.log} onChange={(event) => onLog(event.currentTarget.checked)} />{" "}
      {t.compare.logOf(label)}
    </label>
  </>
);

export interface Omitted {
  axis: string;
  why: NoNumber | "notPositive";
  labels: string[];
}

/** The runs that have no place, by the first reason that holds for each. */
export function omittedFrom(all: readonly Compared[], axes: readonly Drawn[]): Omitted[] {
  const found: Omitted[] = [];
  for (const compared of all) {
    const reasons = axes.flatMap((axis) => {
      const value = numberOf(compared, axis.kind, axis.name);
      const why =
        value === null
          ? whyNoNumber(compared, axis.kind, axis.name)
          : axis.log && value <= 0
            ? ("notPositive" as const)
            : null;
      return why ? [{ axis: axis.name, why }] : [];
    });
    const reason = reasons[0];
    if (!reason) continue;
    const known = found.find((other) => other.axis === reason.axis && other.why === reason.why);
    if (known) known.labels.push(compared.label);
    else found.push({ ...reason, labels: [compared.label] });
  }
  return found;
}

function Points({ all, x, y }: { all: Compared[]; x: Drawn; y: Drawn }) {
  const dots = all.flatMap(({ run, metrics, label, color }): Dot[] => {
    const px = numberOf({ run, metrics }, x.kind, x.name);
    const py = numberOf({ run, metrics }, y.kind, y.name);
    const fits = px !== null && py !== null && (!x.log || px > 0) && (!y.log || py > 0);
    return fits ? [{ run: run.id, label, x: px, y: py, color: ink(color) }] : [];
  });
  const omitted = omittedFrom(all, [x, y]).map(({ axis, why, labels }) => ({
    why: t.compare.whyOmitted[why](axis),
    labels,
  }));
  return (
    <ScatterPlot dots={dots} x={x} y={y}>
      <OmittedNote omitted={omitted} all={all.length} />
    </ScatterPlot>
  );
}
