// SPDX-License-Identifier: Apache-2.0
// The runs of an experiment by their parameters: what a list of them shows row by row, drawn.
import { useMemo } from "preact/hooks";
import { names, type RunQuery, runs } from "../api/runs.ts";
import type { Run } from "../api/types.ts";
import { type Summary as SummaryKind, spell, summaries } from "../filter/keys.ts";
import { useAnswer } from "../live/answer.ts";
import { trialsOfRuns } from "../sweep/runs.ts";
import { choiceIn, RunsView } from "../sweep/runs_view.tsx";
import type { Summary } from "../sweep/trial.ts";
import { t } from "../text/text.ts";
import { Empty, ErrorNotice, Loading, labelOf } from "../ui/parts.tsx";

/** As many runs as one answer holds. */
const most = 1000;

const keyOf = (metric: string, summary: SummaryKind): string => spell({ kind: "metric", name: metric, summary });

/** What the columns of a run say of a metric. */
function summaryOf({ columns }: Run, metric: string): Summary {
  const of = (summary: SummaryKind): unknown => columns?.[keyOf(metric, summary)] ?? null;
  const finite = (value: unknown): number | null =>
    typeof value === "number" && Number.isFinite(value) ? value : null;
  return { last: of("last"), min: finite(of("min")), max: finite(of("max")) };
}

interface Props {
  experiment: string;
  /** Which of its runs. */
  filter: Pick<RunQuery, "workspace" | "filter" | "children">;
  query: URLSearchParams;
}

export function ExperimentParameters({ experiment, filter, query }: Props) {
  const metrics = useAnswer(experiment, (signal) => names(experiment, "metric", "", signal));
  const choice = choiceIn(query, metrics.value?.items ?? []);
  const found = useAnswer(
    choice ? JSON.stringify([experiment, filter, choice.metric]) : null,
    (signal) =>
      runs(
        { ...filter, experiment, column: summaries.map((kind) => keyOf(choice!.metric, kind)), limit: most },
        signal,
      ),
    ({ what }) => what.some((topic) => topic !== "log" && topic !== "files"),
  );
  const set = useMemo(() => {
    if (!found.value || !choice) return null;
    const summed = found.value.items.map((run) => ({
      run,
      label: labelOf(run),
      summary: summaryOf(run, choice.metric),
    }));
    return trialsOfRuns(summed, choice.metric, choice.goal);
  }, [found.value, choice?.metric, choice?.goal]);
  const error = found.error ?? metrics.error;
  if (metrics.value && !choice) return <Empty title={t.sweep.noMetric} />;
  if (!set || !choice || !metrics.value) return error ? <ErrorNotice error={error} /> : <Loading />;
  if (set.trials.length === 0) return <Empty title={t.runs.noneLeft} />;
  return (
    <>
      {error ? <ErrorNotice error={error} again={found.again} /> : null}
      {found.value!.next !== null ? <p class="notice">{t.sweep.newestOnly(most)}</p> : null}
      <RunsView names={metrics.value.items} choice={choice} set={set} query={query} />
    </>
  );
}
