// SPDX-License-Identifier: Apache-2.0
// Trials side by side: parallel coordinates, a parameter against the metric, importance, and a table. For the runs of a sweep and
// for any others whose parameters differ.
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { count } from "../format/number.ts";
import { t } from "../text/text.ts";
import { Against } from "./against.tsx";
import { AxisSettings } from "./axis_settings.tsx";
import { type Brush, passing, withBrush } from "./brush.ts";
import { importances } from "./importance.ts";
import { ImportancePanel } from "./importance_panel.tsx";
import { Lit } from "./lit.ts";
import { LitWords } from "./lit_words.tsx";
import { type Model, modelOf, type Trials } from "./model.ts";
import { Parallel } from "./parallel.tsx";
import { brushesIn, keepBrushes, keepLog, keepOrder, keepParameter, logsIn, parameterIn, sortFrom } from "./state.ts";
import { TrialTable } from "./trial_table.tsx";

interface Props {
  /** The same object as long as nothing in it has changed. */
  set: Trials;
  query: URLSearchParams;
  /** What comes before, with the trials that pass the filter. */
  children?: (model: Model, passes: readonly boolean[], lit: Lit) => ComponentChildren;
}

export function TrialsView({ set, query, children }: Props) {
  const lit = useMemo(() => new Lit(), []);
  const [drawn, setDrawn] = useState<Brush | null>(null);
  const [chosen, choose] = useState<string>();
  const logs = logsIn(query);
  const model = useMemo(() => modelOf(set, logs), [set, JSON.stringify([...logs])]);
  const kept = brushesIn(query);
  const brushes = drawn ? withBrush(kept, drawn.key, drawn) : kept;
  const { axes, trials, parameters } = model;
  const passes = useMemo(() => passing(axes, brushes, trials.length), [axes, trials, JSON.stringify(brushes)]);
  const settled = useMemo(() => passing(axes, kept, trials.length), [axes, trials, JSON.stringify(kept)]);

  const brush = (key: string, next: Brush | null, done: boolean): void => {
    setDrawn(done ? null : next);
    choose(key);
    if (done) keepBrushes(withBrush(kept, key, next));
  };
  const asked = parameterIn(query);
  const parameter = useMemo(
    () =>
      parameters.find(({ key }) => key === asked) ??
      parameters.find(({ key }) => key === importances(parameters, model.result)[0]?.key),
    [model, asked],
  );
  const left = passes.filter(Boolean).length;
  return (
    <>
      {children?.(model, settled, lit)}
      <section class="card part parallel-card">
        <div class="row between">
          <h2>{t.sweep.parallel}</h2>
          <span class="row">
            <span class="soft">{t.sweep.shown(count(left), count(trials.length))}</span>
            {kept.length ? (
              <button type="button" class="quiet small" onClick={() => keepBrushes([])}>
                {t.sweep.clear}
              </button>
            ) : null}
          </span>
        </div>
        <Parallel
          model={model}
          brushes={brushes}
          passes={passes}
          chosen={chosen}
          onChoose={choose}
          onBrush={brush}
          lit={lit}
        />
        <LitWords lit={lit} model={model} />
        <AxisSettings
          axes={axes}
          brushes={brushes}
          chosen={chosen ?? axes[0]!.dimension.key}
          onChoose={choose}
          onLog={(key, log) => keepLog(query, key, log)}
          onBrush={(key, next) => brush(key, next, true)}
        />
      </section>
      {parameter ? (
        <div class="side-by-side">
          <Against model={model} passes={settled} parameter={parameter} onChoose={keepParameter} lit={lit} />
          <ImportancePanel model={model} onChoose={keepParameter} />
        </div>
      ) : null}
      <TrialTable
        model={model}
        passes={passes}
        sort={sortFrom(query, model.metric, model.goal)}
        onSort={keepOrder}
        lit={lit}
      />
    </>
  );
}
