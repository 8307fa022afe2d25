// SPDX-License-Identifier: Apache-2.0
// The trials as rows, with a column for each parameter and the metric.
import { useMemo, useRef } from "preact/hooks";
import { cell } from "../format/number.ts";
import { go, link } from "../router.ts";
import { t } from "../text/text.ts";
import { type Column, Grid, type Sort } from "../ui/grid.tsx";
import { Duration, StatusWord } from "../ui/parts.tsx";
import { type Lit, useLit } from "./lit.ts";
import { type Model, metricKey, parameterKey } from "./model.ts";
import { orderOf } from "./order.ts";
import { rampInk } from "./ramp.ts";
import { finiteMetric, type Trial, type Value } from "./trial.ts";

interface Props {
  model: Model;
  passes: readonly boolean[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  lit: Lit;
}

export function TrialTable({ model, passes, sort, onSort, lit }: Props) {
  const id = useLit(lit);
  const columns = useMemo(() => columnsOf(model), [model]);
  const rows = useMemo(
    () => orderOf(valuesFor(model, sort.key), sort.descending).filter((index) => passes[index]),
    [model, sort.key, sort.descending, passes],
  );
  const latest = useRef({ model, rows });
  latest.current = { model, rows };
  // The same function as long as the rows are: a new one takes the reader back to their beginning.
  const row = useMemo(
    () =>
      (index: number): Trial | undefined =>
        latest.current.model.trials[latest.current.rows[index] ?? -1],
    [sort.key, sort.descending],
  );
  return (
    <Grid
      label={t.sweep.table}
      columns={columns}
      total={rows.length}
      row={row}
      idOf={(trial) => trial.id}
      sort={sort}
      onSort={onSort}
      onOpen={(trial) => go(link(["runs", trial.id]))}
      onPoint={(trial) => lit.set(trial?.id ?? null)}
      lit={id}
    />
  );
}

/** What a column sorts by. */
function valuesFor({ trials, parameters }: Model, key: string): readonly (Value | null)[] {
  const parameter = parameters.find((parameter) => parameter.key === key);
  if (parameter) return parameter.values;
  if (key === "status") return trials.map(({ status }) => t.status[status] ?? status);
  if (key === "reason") return trials.map(({ reason }) => reason);
  if (key === "duration") return trials.map(secondsOf);
  if (key === "label") return trials.map((_, index) => index);
  return trials.map(finiteMetric);
}

const secondsOf = ({ started, ended }: Trial): number | null =>
  started !== null && ended !== null ? (Date.parse(ended) - Date.parse(started)) / 1000 : null;

function columnsOf({ trials, names, metric, parameters, colors }: Model): Column<Trial>[] {
  const inks = new Map(trials.map(({ id }, index) => [id, rampInk(colors[index] ?? null)]));
  const column = (key: string, title: string, width: number, show: Column<Trial>["cell"], numeric = false) => ({
    key,
    title,
    width,
    grow: key === "reason" ? 2 : 1,
    numeric,
    sortable: true,
    cell: show,
  });
  const ofText = (text: string) => <span title={text}>{text}</span>;
  return [
    column("label", t.sweep.run, 7, ({ id, label }) => (
      <a href={link(["runs", id])} title={id}>
        {label}
      </a>
    )),
    column("status", t.field.status, 8, ({ status }) => <StatusWord status={status} />),
    column(
      metricKey(metric),
      metric,
      8,
      (trial) => (
        <>
          <i class="swatch" style={{ background: inks.get(trial.id) }} aria-hidden="true" />{" "}
          <span title={String(trial.metric ?? "")}>{cell(trial.metric)}</span>
        </>
      ),
      true,
    ),
    ...names.map((name, i) =>
      column(
        parameterKey(name),
        name,
        7,
        ({ parameters }) => ofText(cell(parameters.get(name))),
        parameters[i]!.names === null,
      ),
    ),
    column(
      "duration",
      t.field.duration,
      7,
      (trial) => <Duration run={{ ...trial, duration_seconds: secondsOf(trial) }} />,
      true,
    ),
    ...(trials.some(({ reason }) => reason)
      ? [column("reason", t.sweep.reason, 16, ({ reason }) => ofText(reason ?? ""))]
      : []),
  ];
}
