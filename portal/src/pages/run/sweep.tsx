// SPDX-License-Identifier: Apache-2.0
// A sweep: what its runs came to, as they go on.
import { useMemo, useRef } from "preact/hooks";
import { merged, type SweepAnswer, type SweepChild, sweep } from "../../api/sweep.ts";
import type { Run } from "../../api/types.ts";
import { useAnswer } from "../../live/answer.ts";
import { SweepHead } from "../../sweep/head.tsx";
import type { Trials } from "../../sweep/model.ts";
import { OverTime } from "../../sweep/over_time.tsx";
import { parametersOf } from "../../sweep/parameters.ts";
import { type Goal, metricOf, type Trial } from "../../sweep/trial.ts";
import { TrialsView } from "../../sweep/view.tsx";
import { t } from "../../text/text.ts";
import { Empty, ErrorNotice, isFinal, Loading } from "../../ui/parts.tsx";
import type { TabProps } from "../props.ts";

export function Sweep({ run, query }: TabProps) {
  const known = useRef<SweepAnswer | null>(null);
  const found = useAnswer(
    run.id,
    async (signal, changed) => {
      const before = changed === null ? null : known.current;
      const all = merged(before, await sweep(run.id, before?.change ?? null, signal));
      known.current = all.children.length === all.total ? all : null; // a run that is gone: the next question is for all
      return all;
    },
    ({ run: id, what }) =>
      id !== null &&
      what.some((topic) => topic !== "log" && topic !== "files") &&
      (known.current === null ||
        id.startsWith(`${run.id}_`) ||
        known.current.children.some((child) => child.id === id)),
  );
  const answer = found.value;
  const set = useMemo(() => (answer ? trialsOf(answer) : null), [answer]);
  const courses = useMemo(() => (answer && set ? coursesOf(answer, set) : []), [answer, set]);
  if (!answer || !set) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  if (answer.children.length === 0) return <Empty title={isFinal(run.status) ? t.sweep.none : t.sweep.noneYet} />;
  return (
    <div class="sweep">
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      <SweepHead {...set} most={mostRuns(run)} total={answer.total} />
      <TrialsView set={set} query={query}>
        {(model, passes, lit) => (
          <OverTime
            model={model}
            courses={courses}
            passes={passes}
            start={Date.parse(run.started ?? run.created) / 1000}
            lit={lit}
          />
        )}
      </TrialsView>
    </div>
  );
}

/** `configuration.sweep.max_total_runs`. */
export function mostRuns({ configuration }: Pick<Run, "configuration">): number | null {
  const most = (configuration as { sweep?: { max_total_runs?: unknown } } | null | undefined)?.sweep?.max_total_runs;
  return typeof most === "number" ? most : null;
}

const labelOf = ({ n, display_name, id }: SweepChild): string => (n === null ? (display_name ?? id) : t.sweep.child(n));

export function trialsOf(answer: SweepAnswer): Trials {
  const goal: Goal = answer.goal ?? "minimize";
  const { names, values } = parametersOf(answer.children);
  const trials = answer.children.map(
    (child, i): Trial => ({
      id: child.id,
      label: labelOf(child),
      status: child.state,
      reason: child.reason,
      started: child.started,
      ended: child.ended,
      parameters: values[i]!,
      metric: metricOf(child, goal),
    }),
  );
  return { trials, names, metric: answer.metric ?? "", goal };
}

const coursesOf = ({ children }: SweepAnswer, { trials }: Trials) =>
  children.map(({ id, points }, i) => ({
    id,
    metric: trials[i]!.metric,
    points: (points ?? []).map(([, time, value]) => [time, value] as const),
  }));
