// SPDX-License-Identifier: Apache-2.0
// All experiments: how many runs in which state, when something last happened, and how a chosen metric went.
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import { experiments } from "../api/daemon.ts";
import { names, runs } from "../api/runs.ts";
import type { Experiment, Status } from "../api/types.ts";
import { Spark } from "../charts/spark.tsx";
import { spell } from "../filter/keys.ts";
import { count, number } from "../format/number.ts";
import { useAnswer } from "../live/answer.ts";
import { go, link, setQuery } from "../router.ts";
import { t } from "../text/text.ts";
import { type Column, Grid, widthOf } from "../ui/grid.tsx";
import { Ago, Empty, ErrorNotice, Loading } from "../ui/parts.tsx";
import type { PageProps } from "./props.ts";
import { ChildrenSwitch, childrenIn, queryOf, same, WorkspaceChooser, workspaceIn } from "./workspace.tsx";

const order: Status[] = [
  "Running",
  "Queued",
  "Preparing",
  "Finalizing",
  "CancelRequested",
  "Failed",
  "Canceled",
  "Completed",
];

export function Experiments({ route }: PageProps) {
  const [part, setPart] = useState("");
  const children = childrenIn(route.query);
  const all = useAnswer(
    `experiments ${children}`,
    (signal) => experiments(children, signal),
    ({ what }) => what.includes("state") || what.includes("run"),
  );
  const workspace = workspaceIn(route.query);
  const metric = route.query.get("metric") ?? "";
  const shown = (all.value ?? []).filter(
    (experiment) =>
      experiment.name.toLowerCase().includes(part.toLowerCase()) &&
      (!workspace || same(experiment.workspace, workspace)),
  );
  // Of all of them, not only of those that are shown: an experiment of the same name may be elsewhere.
  const several = new Set((all.value ?? []).map((experiment) => JSON.stringify(experiment.workspace))).size > 1;
  const which = several && !workspace;
  const row = useRows(shown, `${part} ${JSON.stringify(workspace)} ${children}`);
  const widest = Math.max(12, ...shown.map(statusWidth));
  const columns = useMemo(
    () => columnsOf({ several, which, metric, children, widest }),
    [several, which, metric, children, widest, t],
  );
  return (
    <section class="page">
      <div class="title">
        <h1>{t.nav.experiments}</h1>
      </div>
      {all.error ? <ErrorNotice error={all.error} again={all.again} /> : null}
      {all.value?.length === 0 ? <NoExperiments /> : null}
      {!all.value && !all.error ? <Loading /> : null}
      {all.value?.length ? (
        <>
          <div class="row bar">
            <input
              type="search"
              value={part}
              placeholder={t.experiments.find}
              aria-label={t.experiments.find}
              onInput={(event) => setPart(event.currentTarget.value)}
            />
            <MetricChooser metric={metric} />
            <ChildrenSwitch query={route.query} />
            <WorkspaceChooser query={route.query} />
          </div>
          {shown.length === 0 ? (
            <Empty title={t.experiments.noneFound} />
          ) : (
            <Grid
              label={t.nav.experiments}
              columns={columns}
              total={shown.length}
              row={row}
              idOf={(experiment) => experiment.id}
              onOpen={(experiment) => go(addressOf(experiment, several, children))}
            />
          )}
        </>
      ) : null}
    </section>
  );
}

/** The rows by their index; the same function for as long as `key` stays, whatever is in them. */
function useRows<T>(rows: readonly T[], key: string): (index: number) => T | undefined {
  const latest = useRef(rows);
  latest.current = rows;
  return useCallback((index: number) => latest.current[index], [key]);
}

const addressOf = (experiment: Experiment, several: boolean, children: boolean, filter?: string): string =>
  link(["experiments", experiment.name], {
    ...(several ? queryOf(experiment.workspace) : {}),
    children: children ? "1" : null,
    filter,
  });

const statusesOf = ({ counts }: Experiment): [Status, string][] =>
  order.filter((status) => counts[status]).map((status) => [status, `${count(counts[status]!)} ${t.status[status]}`]);

/** How wide the counts of an experiment are, in rem. */
const statusWidth = (experiment: Experiment): number =>
  1.4 + statusesOf(experiment).reduce((sum, [, text]) => sum + widthOf(text) + 0.7, 0);

interface Shown {
  /** There is more than one workspace. */
  several: boolean;
  /** It is said which. */
  which: boolean;
  metric: string;
  children: boolean;
  /** How wide the counts by status are at most, in rem. */
  widest: number;
}

function columnsOf({ several, which, metric, children, widest }: Shown): Column<Experiment>[] {
  const byStatus = (experiment: Experiment) =>
    statusesOf(experiment).map(([status, text]) => (
      <a class={`count ${status}`} href={addressOf(experiment, several, children, `status = ${status}`)}>
        {text}
      </a>
    ));
  return [
    {
      key: "name",
      title: t.field.name,
      width: 7,
      grow: 2,
      cell: (experiment) => (
        <a href={addressOf(experiment, several, children)} title={experiment.name}>
          {experiment.name}
        </a>
      ),
    },
    ...(which
      ? [
          {
            key: "workspace",
            title: t.workspace.label,
            width: 8,
            grow: 1,
            cell: (experiment: Experiment) => experiment.workspace.name,
          },
        ]
      : []),
    { key: "runs", title: t.nav.runs, width: 5.6, numeric: true, cell: (experiment) => count(experiment.runs) },
    { key: "status", title: t.experiments.byStatus, width: widest, grow: 3, cell: byStatus },
    {
      key: "activity",
      title: t.experiments.lastActivity,
      width: 8,
      cell: (experiment) => <Ago iso={experiment.last_activity ?? experiment.created} />,
    },
    ...(metric
      ? [
          {
            key: "metric",
            title: t.experiments.lastOf(metric),
            width: 19,
            cell: (experiment: Experiment) => (
              <History key={experiment.id} experiment={experiment} metric={metric} children={children} />
            ),
          },
        ]
      : []),
  ];
}

/** The last value of a metric in each of the latest runs. */
function History({ experiment, metric, children }: { experiment: Experiment; metric: string; children: boolean }) {
  const column = spell({ kind: "metric", name: metric, summary: "last" });
  const found = useAnswer(
    `${experiment.id} ${metric} ${children} ${experiment.last_activity}`,
    (signal) =>
      runs(
        { experiment: experiment.name, workspace: experiment.workspace, children, column: [column], limit: 40 },
        signal,
      ),
    () => false,
    true,
  );
  const values = (found.value?.items ?? [])
    .map((run) => run.columns?.[column])
    .filter((value) => typeof value === "number")
    .reverse();
  return (
    <div class="row history">
      {values.length ? (
        <>
          <Spark values={values} label={t.experiments.lastOf(metric)} />
          <span class="number">{number(values.at(-1)!)}</span>
        </>
      ) : (
        <span class="soft">–</span>
      )}
    </div>
  );
}

function MetricChooser({ metric }: { metric: string }) {
  const [part, setPart] = useState(metric);
  const found = useAnswer(
    `metrics ${part}`,
    (signal) => names(undefined, "metric", part, signal),
    () => false,
    true,
  );
  return (
    <label>
      {t.experiments.metric}{" "}
      <input
        type="search"
        list="metrics"
        value={part}
        placeholder={t.experiments.anyMetric}
        onInput={(event) => setPart(event.currentTarget.value)}
        onChange={(event) => setQuery({ metric: event.currentTarget.value })}
      />
      <datalist id="metrics">
        {(found.value?.items ?? []).map((name) => (
          <option value={name} />
        ))}
      </datalist>
    </label>
  );
}

const NoExperiments = () => (
  <Empty title={t.experiments.none}>
    <p>{t.experiments.howToStart}</p>
    <pre>
      {"runyard python enable PATH-OF-A-PYTHON\nrunyard submit --experiment ridge --follow train.py --alpha 0.5"}
    </pre>
  </Empty>
);
