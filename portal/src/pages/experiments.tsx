// SPDX-License-Identifier: Apache-2.0
// All experiments: how many runs in which state, when something last happened, and how a chosen metric went.
import { useState } from "preact/hooks";
import { names, runs } from "../api/runs.ts";
import type { Experiment, Status } from "../api/types.ts";
import { experiments } from "../api/yard.ts";
import type { PageProps } from "../app.tsx";
import { Spark } from "../charts/spark.tsx";
import { spell } from "../filter/keys.ts";
import { count, number } from "../format/number.ts";
import { useAnswer } from "../live/answer.ts";
import { link, setQuery } from "../router.ts";
import { t } from "../text/text.ts";
import { Ago, Empty, Loading, Oops } from "../ui/parts.tsx";
import { useVisible } from "../ui/visible.ts";
import { queryOf, same, WorkspaceChooser, workspaceIn } from "./workspace.tsx";

const order: Status[] = ["Running", "Queued", "Preparing", "Finalizing", "CancelRequested", "Failed", "Canceled", "Completed"];

export function Experiments({ place }: PageProps) {
  const [part, setPart] = useState("");
  const all = useAnswer("experiments", experiments, ({ what }) => what.includes("state") || what.includes("run"));
  const workspace = workspaceIn(place.query);
  const metric = place.query.get("metric") ?? "";
  const shown = (all.value ?? []).filter((each) =>
    each.name.toLowerCase().includes(part.toLowerCase()) && (!workspace || same(each.workspace, workspace)));
  const several = new Set(shown.map((each) => JSON.stringify(each.workspace))).size > 1;
  return (
    <section class="page">
      <div class="title"><h1>{t.nav.experiments}</h1></div>
      {all.error ? <Oops error={all.error} again={all.again} /> : null}
      {all.value?.length === 0 ? <NoExperiments /> : null}
      {!all.value && !all.error ? <Loading /> : null}
      {all.value?.length ? (
        <>
          <div class="row bar">
            <input type="search" value={part} placeholder={t.experiments.find} aria-label={t.experiments.find} onInput={(event) => setPart(event.currentTarget.value)} />
            <MetricChooser metric={metric} />
            <WorkspaceChooser query={place.query} />
          </div>
          <div class="scroll card" tabIndex={0} role="region" aria-label={t.nav.experiments}>
            <table>
              <thead>
                <tr>
                  <th>{t.field.name}</th>{several ? <th>{t.workspace.label}</th> : null}
                  <th class="number">{t.nav.runs}</th><th>{t.experiments.byStatus}</th><th>{t.experiments.lastActivity}</th>
                  {metric ? <th>{t.experiments.lastOf(metric)}</th> : null}
                </tr>
              </thead>
              <tbody>{shown.map((each) => <Row key={each.id} experiment={each} several={several} metric={metric} />)}</tbody>
            </table>
          </div>
          {shown.length === 0 ? <Empty title={t.experiments.noneFound} /> : null}
        </>
      ) : null}
    </section>
  );
}

function Row({ experiment, several, metric }: { experiment: Experiment; several: boolean; metric: string }) {
  const counts = order.filter((status) => experiment.counts[status]);
  return (
    <tr>
      <td class="name"><a href={link(["experiments", experiment.name], several ? queryOf(experiment.workspace) : {})}>{experiment.name}</a></td>
      {several ? <td>{experiment.workspace.name}</td> : null}
      <td class="number">{count(experiment.runs)}</td>
      <td class="by-status">{counts.map((status) => (
        <a class={`count ${status}`} href={link(["experiments", experiment.name], { filter: `status = ${status}` })}>{count(experiment.counts[status]!)} {t.status[status]}</a>
      ))}</td>
      <td><Ago iso={experiment.last_activity ?? experiment.created} /></td>
      {metric ? <td><History experiment={experiment} metric={metric} /></td> : null}
    </tr>
  );
}

/** The last value of a metric in each of the latest runs. */
function History({ experiment, metric }: { experiment: Experiment; metric: string }) {
  const { ref, visible } = useVisible<HTMLDivElement>();
  const column = spell({ kind: "metric", name: metric, summary: "last" });
  const found = useAnswer(visible ? `${experiment.id} ${metric}` : null, (signal) =>
    runs({ experiment: experiment.name, workspace: experiment.workspace, column: [column], limit: 40 }, signal));
  const values = (found.value?.items ?? []).map((run) => run.columns?.[column]).filter((value) => typeof value === "number").reverse();
  return (
    <div ref={ref} class="row history">
      {values.length ? <><Spark values={values} label={t.experiments.lastOf(metric)} /><span class="number">{number(values.at(-1)!)}</span></> : <span class="soft">–</span>}
    </div>
  );
}

function MetricChooser({ metric }: { metric: string }) {
  const [part, setPart] = useState(metric);
  const found = useAnswer(`metrics ${part}`, (signal) => names(undefined, "metric", part, signal), () => false, true);
  return (
    <>
      <input type="search" list="metrics" value={part} placeholder={t.experiments.metric} aria-label={t.experiments.metric}
        onInput={(event) => setPart(event.currentTarget.value)} onChange={(event) => setQuery({ metric: event.currentTarget.value })} />
      <datalist id="metrics">{(found.value?.items ?? []).map((name) => <option value={name} />)}</datalist>
    </>
  );
}

const NoExperiments = () => (
  <Empty title={t.experiments.none}>
    <p>{t.experiments.howToStart}</p>
    <pre>{"runyard python enable PATH-OF-A-PYTHON\nrunyard submit --experiment ridge --follow train.py --alpha 0.5"}</pre>
  </Empty>
);
