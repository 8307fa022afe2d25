// SPDX-License-Identifier: Apache-2.0
// One parameter of the trials against their metric, as points.
import { useMemo } from "preact/hooks";
import type { Axes } from "../charts/frame.tsx";
import { type Dot, OmittedNote, type OmittedRuns, ScatterPlot } from "../charts/scatter.tsx";
import { t } from "../text/text.ts";
import { type Dimension, isNumber } from "./dimension.ts";
import { type Lit, useLit } from "./lit.ts";
import type { Model } from "./model.ts";
import { rampInk } from "./ramp.ts";
import type { Value } from "./trial.ts";

interface Props {
  model: Model;
  passes: readonly boolean[];
  parameter: Dimension;
  onChoose: (key: string) => void;
  lit: Lit;
}

/** A category is drawn at its place among all. */
const placeOf = ({ names }: Dimension, value: Value): number => (names ? names.indexOf(String(value)) : Number(value));

function dotsOf({ trials, result, colors }: Model, passes: readonly boolean[], parameter: Dimension): Dot[] {
  return trials.flatMap(({ id, label }, i): Dot[] => {
    const x = parameter.values[i]!;
    const y = result.values[i]!;
    if (!passes[i] || x === null || !isNumber(y)) return [];
    return [{ run: id, label, x: placeOf(parameter, x), y, color: rampInk(colors[i]!) }];
  });
}

/** The trials that have no place, by the first reason that holds for each. */
export function omittedTrials(
  { trials, metric }: Model,
  passes: readonly boolean[],
  { name, values }: Dimension,
): OmittedRuns[] {
  const reasons = new Map<string, string[]>();
  trials.forEach((trial, i) => {
    const why =
      values[i] === null
        ? t.compare.whyOmitted.absent(name)
        : trial.metric === null
          ? t.compare.whyOmitted.absent(metric)
          : Number.isFinite(trial.metric)
            ? null
            : t.compare.whyOmitted.notFinite(metric);
    if (why !== null && passes[i]) reasons.set(why, [...(reasons.get(why) ?? []), trial.label]);
  });
  return [...reasons].map(([why, labels]) => ({ why, labels }));
}

export function Against({ model, passes, parameter, onChoose, lit }: Props) {
  const plot = useMemo(() => {
    const dots = dotsOf(model, passes, parameter);
    return (
      <ScatterPlot
        dots={dots}
        x={parameter}
        y={model.result}
        onPoint={(run) => lit.set(run)}
        over={(axes) => <LitDot lit={lit} dots={dots} axes={axes} />}
      >
        <OmittedNote omitted={omittedTrials(model, passes, parameter)} all={passes.filter(Boolean).length} />
      </ScatterPlot>
    );
  }, [model, passes, parameter, lit]);
  return (
    <div class="against">
      <label>
        {t.sweep.parameter}{" "}
        <select value={parameter.key} onChange={(event) => onChoose(event.currentTarget.value)}>
          {model.parameters.map(({ key, name }) => (
            <option value={key}>{name}</option>
          ))}
        </select>
      </label>
      {plot}
    </div>
  );
}

function LitDot({ lit, dots, axes }: { lit: Lit; dots: readonly Dot[]; axes: Axes }) {
  const id = useLit(lit);
  const dot = dots.find(({ run }) => run === id);
  return dot ? <circle class="lit-dot" cx={axes.x.at(dot.x)} cy={axes.y.at(dot.y)} r={8} /> : null;
}
