// SPDX-License-Identifier: Apache-2.0
// How strongly each parameter and the metric go together, as bars, with what that does not say.
import { useMemo } from "preact/hooks";
import { t } from "../text/text.ts";
import { More } from "../ui/more.tsx";
import { type Importance, importances } from "./importance.ts";
import type { Model } from "./model.ts";

interface Props {
  model: Model;
  /** Shows a parameter against the metric. */
  onChoose: (key: string) => void;
}

export function ImportancePanel({ model, onChoose }: Props) {
  const all = useMemo(() => importances(model.parameters, model.result), [model]);
  return (
    <section class="card part importance">
      <h2>{t.sweep.importance}</h2>
      <More items={all} step={12}>
        {(shown) => (
          <ul>
            {shown.map((one) => (
              <Bar key={one.key} one={one} metric={model.metric} onChoose={onChoose} />
            ))}
          </ul>
        )}
      </More>
      <details class="soft">
        <summary>{t.sweep.howImportant}</summary>
        <p>{t.sweep.importanceMethod(model.metric)}</p>
        <p>{t.sweep.importanceCaveat}</p>
      </details>
    </section>
  );
}

const Bar = ({ one, metric, onChoose }: { one: Importance; metric: string; onChoose: Props["onChoose"] }) => (
  <li>
    <button type="button" class="quiet small" title={one.name} onClick={() => onChoose(one.key)}>
      <span>{one.name}</span>
    </button>
    {one.share === null ? (
      <span class="soft">{t.sweep.noImportance(one.trials)}</span>
    ) : (
      <>
        <span class="importance-bar" aria-hidden="true">
          <i style={{ width: `${100 * one.share}%` }} />
        </span>
        <span class="number">{one.share.toFixed(2)}</span>
        <span class="soft importance-words">
          {one.direction === 0
            ? t.sweep.varies(metric)
            : one.direction > 0
              ? t.sweep.rises(metric)
              : t.sweep.falls(metric)}
        </span>
      </>
    )}
  </li>
);
