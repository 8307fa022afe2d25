// SPDX-License-Identifier: Apache-2.0
// Metrics of a run: tiles for single numbers, words, charts of what was logged again and again, tables and matrices.
import { useState } from "preact/hooks";
import { metricsOf, wordsOf } from "../../api/metrics.ts";
import type { Metric, Run, Scalar } from "../../api/types.ts";
import { MetricChart } from "../../charts/metric_chart.tsx";
import { type ChartSettings, SettingsBar, settingsIn } from "../../charts/settings.tsx";
import { TableChart } from "../../charts/table_chart.tsx";
import { cell, count } from "../../format/number.ts";
import { ofRun, useAnswer } from "../../live/answer.ts";
import { t } from "../../text/text.ts";
import { More } from "../../ui/more.tsx";
import { Empty, ErrorNotice, isFinal, Loading, Long } from "../../ui/parts.tsx";
import type { TabProps } from "../props.ts";
import { Document } from "./document.tsx";
import { goToLog } from "./to_log.ts";

const isScalar = (metric: Metric): metric is Scalar => metric.kind === "scalar";
const isLine = (metric: Metric): metric is Scalar => isScalar(metric) && metric.numeric && metric.count > 1;

/** Lines come first, then tables, words, matrices and figures. */
function rank(metric: Metric): number {
  if (isScalar(metric)) return metric.numeric ? 0 : 2;
  return metric.kind === "table" ? 1 : "schema" in metric && metric.schema === "confusion_matrix" ? 3 : 4;
}

export function Metrics({ run, query }: TabProps) {
  const [part, setPart] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const found = useAnswer(run.id, (signal) => metricsOf(run.id, signal), ofRun(run.id, "metrics"));
  if (!found.value) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  const all = found.value.filter((metric) => metric.kind !== "image");
  if (all.length === 0) return <NoMetrics run={run} />;

  const shown = all.filter((metric) => metric.name.toLowerCase().includes(part.toLowerCase()));
  const lines = shown.filter(isLine);
  const single = shown.filter((metric): metric is Scalar => isScalar(metric) && metric.count === 1);
  const several = shown.filter((metric) => !(isScalar(metric) && metric.count === 1)).sort((a, b) => rank(a) - rank(b));
  const settings = settingsIn(
    query,
    all.some((metric) => isScalar(metric) && metric.stepped),
  );
  return (
    <div class="metrics">
      <div class="row bar">
        {all.length > 6 ? (
          <input
            type="search"
            value={part}
            placeholder={t.charts.find}
            aria-label={t.charts.find}
            onInput={(event) => setPart(event.currentTarget.value)}
          />
        ) : null}
        {lines.length ? (
          <SettingsBar settings={settings} metrics={all.filter(isLine).map((metric) => metric.name)} />
        ) : null}
      </div>
      {problem ? <ErrorNotice error={problem} /> : null}
      {single.length ? (
        <More items={single} step={300}>
          {(some) => (
            <div class="tiles">
              {some.map((metric) => (
                <Tile key={metric.name} metric={metric} />
              ))}
            </div>
          )}
        </More>
      ) : null}
      <More items={several} step={300}>
        {(some) => (
          <div class="charts">
            {some.map((metric) => (
              <Drawn
                key={`${metric.kind} ${metric.name}`}
                run={run}
                metric={metric}
                settings={settings}
                onPoint={(time) => void goToLog(run.id, time).catch(setProblem)}
              />
            ))}
          </div>
        )}
      </More>
      {lines.length ? <p class="soft hint">{t.charts.howTo}</p> : null}
    </div>
  );
}

interface DrawnProps {
  run: Run;
  metric: Metric;
  settings: ChartSettings;
  onPoint: (time: number) => void;
}

/** A metric of many values, in the form of its kind. */
function Drawn({ run, metric, settings, onPoint }: DrawnProps) {
  if (metric.kind === "table") return <TableChart table={metric} log={settings.log} />;
  if (metric.kind !== "scalar") return <Document run={run} metric={metric} />;
  return metric.numeric ? (
    <MetricChart name={metric.name} runs={[run]} settings={settings} onPoint={onPoint} />
  ) : (
    <Words run={run} metric={metric} />
  );
}

const NoMetrics = ({ run }: { run: Run }) => (
  <Empty title={isFinal(run.status) ? t.metrics.none : t.metrics.noneYet}>
    <p>{t.metrics.how}</p>
    <pre>{'from azureml.core import Run\n\nRun.get_context().log("loss", 0.25)'}</pre>
  </Empty>
);

function Tile({ metric }: { metric: Scalar }) {
  const text = cell(metric.last);
  return (
    <div class="tile card">
      <span class="soft" title={metric.name}>
        {metric.name}
      </span>
      <strong
        class={metric.numeric ? `number${text.length > 11 ? " long-number" : ""}` : ""}
        title={String(metric.last)}
      >
        {text}
      </strong>
    </div>
  );
}

const mostWords = 200;

/** A metric of words: the latest first. */
function Words({ run, metric }: { run: Run; metric: Scalar }) {
  const found = useAnswer(
    `${run.id} ${metric.name} ${metric.count}`,
    (signal) => wordsOf(run.id, metric.name, mostWords, signal),
    () => false,
    true,
  );
  return (
    <div class="chart card">
      <div class="caption">
        <strong>{metric.name}</strong>{" "}
        <span class="soft">
          {t.charts.values(count(metric.count))}
          {metric.count > mostWords ? `. ${t.charts.lastValues(mostWords)}` : ""}
        </span>
      </div>
      <ol class="words tall" reversed start={metric.count} tabIndex={0}>
        {(found.value ?? []).toReversed().map((value) => (
          <li>
            <Long text={value} />
          </li>
        ))}
      </ol>
    </div>
  );
}
