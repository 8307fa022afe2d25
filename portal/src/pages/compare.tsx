// SPDX-License-Identifier: Apache-2.0
// Compares runs: differences, metrics in shared charts, images, one number against another, and sources.
import { useMemo, useState } from "preact/hooks";
import { metricsOf } from "../api/metrics.ts";
import { runsById } from "../api/runs.ts";
import type { FileMetric, Metric, Scalar } from "../api/types.ts";
import { swatch } from "../charts/color.ts";
import { MetricChart } from "../charts/metric_chart.tsx";
import { SettingsBar, settingsIn } from "../charts/settings.tsx";
import { useAnswer } from "../live/answer.ts";
import { link, setQuery } from "../router.ts";
import { t } from "../text/text.ts";
import { Empty, ErrorNotice, Loading, labelOf, StatusWord, Tabs } from "../ui/parts.tsx";
import { Differences } from "./compare/differences.tsx";
import { Parameters } from "./compare/parameters.tsx";
import { Scatter } from "./compare/scatter.tsx";
import type { Compared, PageProps } from "./props.ts";
import { Picture } from "./run/images.tsx";
import { goToLog } from "./run/to_log.ts";
import { SourceDiff } from "./source_diff.tsx";

const most = 20;
const parts = ["differences", "charts", "parameters", "images", "scatter", "source"] as const;

export function Compare({ route }: PageProps) {
  const asked = [...new Set(route.query.getAll("run"))];
  const ids = asked.slice(0, most);
  const hidden = new Set(route.query.getAll("hide"));
  const found = useAnswer(
    ids.join("\n") || null,
    async (signal) => {
      const runs = await runsById(ids, signal);
      const metrics = await Promise.all(runs.map((run) => metricsOf(run.id, signal)));
      return runs.map(
        (run, i): Compared => ({ run, metrics: metrics[i]!, label: labelOf(run), color: ids.indexOf(run.id) }),
      );
    },
    (change) => change.run !== null && ids.includes(change.run) && change.what.some((topic) => topic !== "log"),
    true,
  );
  const shown = useMemo(
    () => found.value?.filter(({ run }) => !hidden.has(run.id)) ?? [],
    [found.value, [...hidden].join("\n")],
  );
  const part = parts.find((name) => name === route.query.get("tab")) ?? "differences";
  return (
    <section class="page">
      <div class="title">
        <h1>{t.compare.title}</h1>
      </div>
      {ids.length === 0 ? (
        <Empty title={t.compare.nothing}>
          <p>{t.compare.how}</p>
          <a href={link(["runs"])}>{t.runs.all}</a>
        </Empty>
      ) : null}
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      {ids.length && !found.value && !found.error ? <Loading /> : null}
      {found.value ? (
        <>
          <Chosen all={found.value} hidden={hidden} />
          {asked.length > ids.length ? <p class="notice">{t.compare.firstOnly(ids.length, asked.length)}</p> : null}
          {found.value.length < ids.length ? (
            <p class="notice">{t.compare.gone(ids.length - found.value.length)}</p>
          ) : null}
          <Tabs
            label={t.compare.title}
            current={part}
            items={parts.map((name) => ({ id: name, label: t.compare.tabs[name] }))}
            href={(tab) =>
              link(["compare"], { run: asked, hide: [...hidden], tab: tab === "differences" ? null : tab })
            }
          />
          <Part part={part} all={shown} query={route.query} />
        </>
      ) : null}
    </section>
  );
}

function Part({ part, all, query }: { part: (typeof parts)[number]; all: Compared[]; query: URLSearchParams }) {
  if (part === "charts") return <Charts all={all} query={query} />;
  if (part === "parameters") return <Parameters all={all} query={query} />;
  if (part === "images") return <Images all={all} />;
  if (part === "scatter") return <Scatter all={all} query={query} />;
  if (part === "source") return <Sources all={all} />;
  return <Differences all={all} />;
}

/** The runs, each with its color and a button that hides it or shows it again. */
const Chosen = ({ all, hidden }: { all: Compared[]; hidden: ReadonlySet<string> }) => (
  <ul class="row chosen-runs">
    {all.map(({ run, label, color }) => {
      const off = hidden.has(run.id);
      const others = [...hidden].filter((id) => id !== run.id);
      return (
        <li class={off ? "tag off" : "tag"}>
          <i class="swatch" style={{ background: swatch(color) }} aria-hidden="true" />
          <a href={link(["runs", run.id])}>{label}</a> <StatusWord status={run.status} />
          {all.length > 1 ? (
            <button
              type="button"
              class="quiet"
              aria-label={off ? t.compare.show(label) : t.compare.hide(label)}
              onClick={() => setQuery({ hide: off ? others : [...others, run.id] })}
            >
              {off ? "+" : "×"}
            </button>
          ) : null}
        </li>
      );
    })}
  </ul>
);

function Charts({ all, query }: { all: Compared[]; query: URLSearchParams }) {
  const [problem, setProblem] = useState<unknown>(null);
  const isNumeric = (metric: Metric): metric is Scalar => metric.kind === "scalar" && metric.numeric;
  // A run with one value is a dot beside the lines of the others.
  const lines = all.map(({ metrics }) => metrics.filter(isNumeric));
  const names = [
    ...new Set(
      lines
        .flat()
        .filter((metric) => metric.count > 1)
        .map((metric) => metric.name),
    ),
  ];
  if (names.length === 0) return <Empty title={t.compare.noCharts} />;
  const settings = settingsIn(
    query,
    lines.flat().some((metric) => metric.stepped),
  );
  return (
    <div class="compare-charts">
      <SettingsBar settings={settings} metrics={names} />
      {problem ? <ErrorNotice error={problem} /> : null}
      <div class="charts">
        {names.map((name) => {
          const having = all.filter((_, i) => lines[i]!.some((metric) => metric.name === name));
          return (
            <MetricChart
              key={name}
              name={name}
              runs={having.map(({ run }) => run)}
              labels={having.map(({ label }) => label)}
              colors={having.map(({ color }) => color)}
              settings={settings}
              onPoint={(time, run) => void goToLog(run, time).catch(setProblem)}
            />
          );
        })}
      </div>
      <p class="soft hint">{t.charts.howTo}</p>
    </div>
  );
}

function Images({ all }: { all: Compared[] }) {
  const imagesOf = ({ metrics }: Compared): FileMetric[] =>
    metrics.filter((metric): metric is FileMetric => metric.kind === "image");
  const names = [...new Set(all.flatMap(imagesOf).map((image) => image.name))];
  if (names.length === 0) return <Empty title={t.images.none} />;
  return (
    <div class="images">
      {names.map((name) => (
        <section class="card part">
          <h2>{name}</h2>
          <div class="beside">
            {all.map((compared) => {
              const file = imagesOf(compared)
                .find((image) => image.name === name)
                ?.values.at(-1);
              return file === undefined ? (
                <p class="soft">{t.images.notThere(compared.label)}</p>
              ) : (
                <Picture run={compared.run} file={file} label={compared.label} />
              );
            })}
          </div>
        </section>
      ))}
    </div>
  );
}

/** The differences between the source of each run and that of the run before it. */
function Sources({ all }: { all: Compared[] }) {
  const having = all.filter(({ run }) => run.snapshot);
  if (having.length < 2) return <Empty title={t.source.none} />;
  return (
    <>
      {having.slice(1).map((newer, i) => (
        <section>
          <h2>{t.compare.from(having[i]!.label, newer.label)}</h2>
          <SourceDiff older={having[i]!.run.id} newer={newer.run.id} />
        </section>
      ))}
    </>
  );
}
