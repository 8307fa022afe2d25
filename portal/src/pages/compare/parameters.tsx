// SPDX-License-Identifier: Apache-2.0
// The arguments that differ between compared runs, and a metric, side by side.
import { useMemo } from "preact/hooks";
import type { Scalar } from "../../api/types.ts";
import { trialsOfRuns } from "../../sweep/runs.ts";
import { choiceIn, RunsView } from "../../sweep/runs_view.tsx";
import { t } from "../../text/text.ts";
import { Empty } from "../../ui/parts.tsx";
import type { Compared } from "../props.ts";

const numbersOf = ({ metrics }: Compared): Scalar[] =>
  metrics.filter((metric): metric is Scalar => metric.kind === "scalar" && metric.numeric);

export function Parameters({ all, query }: { all: Compared[]; query: URLSearchParams }) {
  const names = [...new Set(all.flatMap(numbersOf).map((metric) => metric.name))];
  const choice = choiceIn(query, names);
  const set = useMemo(() => {
    if (!choice) return null;
    const summed = all.map((one) => ({
      run: one.run,
      label: one.label,
      summary: numbersOf(one).find((metric) => metric.name === choice.metric),
    }));
    return trialsOfRuns(summed, choice.metric, choice.goal);
  }, [all, choice?.metric, choice?.goal]);
  if (!choice || !set) return <Empty title={t.sweep.noMetric} />;
  return <RunsView names={names} choice={choice} set={set} query={query} />;
}
