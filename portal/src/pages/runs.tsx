// SPDX-License-Identifier: Apache-2.0
// The runs of one experiment, or of all, as a table. Its columns, order and filter are in the address.
import { useMemo, useState } from "preact/hooks";
import { cancel, setTag } from "../api/runs.ts";
import type { Run, Status } from "../api/types.ts";
import { FilterBox } from "../filter/filter_box.tsx";
import { count } from "../format/number.ts";
import { go, link, setQuery } from "../router.ts";
import { t } from "../text/text.ts";
import { Grid, type Sort } from "../ui/grid.tsx";
import { Empty, ErrorNotice, Loading } from "../ui/parts.tsx";
import { Ask } from "../ui/popover.tsx";
import { ExperimentParameters } from "./experiment_parameters.tsx";
import type { PageProps } from "./props.ts";
import { ColumnChooser, columnsOf } from "./run_columns.tsx";
import { type RunRows, useRunRows } from "./run_rows.ts";
import { ChildrenSwitch, childrenIn, WorkspaceChooser, workspaceIn } from "./workspace.tsx";

const sortOf = (text: string): Sort => ({ key: text.replace(/^-/, ""), descending: text.startsWith("-") });

/** Narrows a filter to the runs with a status. */
export function withStatus(filter: string, status: Status): string {
  const only = `status = ${status}`;
  return filter === "" || filter === only ? only : `(${filter}) and ${only}`;
}

export function Runs({ route }: PageProps) {
  const experiment = route.path[0] === "experiments" ? route.path[1] : undefined;
  const filter = route.query.get("filter") ?? "";
  const sort = sortOf(route.query.get("sort") ?? "-created");
  const chosen = route.query.getAll("column");
  const workspace = workspaceIn(route.query);
  const children = childrenIn(route.query);
  const { rows, see } = useRunRows({
    workspace,
    filter,
    children,
    column: chosen,
    sort: `${sort.descending ? "-" : ""}${sort.key}`,
    ...(experiment === undefined ? {} : { experiment }),
  });
  const selection = useSelection(rows);
  const columns = useMemo(
    () => columnsOf(chosen, experiment === undefined, rows.largest),
    [chosen.join("\n"), experiment, rows.largest, t],
  );
  const drawn = experiment !== undefined && route.query.get("view") === "parameters";
  const badFilter = rows.problem?.status === 400 && filter !== "" ? rows.problem : undefined;

  return (
    <section class="page runs-page">
      <div class="title">
        {experiment === undefined ? (
          <h1>{t.runs.all}</h1>
        ) : (
          <h1>
            <a class="up" href={link([])}>
              {t.nav.experiments}
            </a>{" "}
            {experiment}
          </h1>
        )}
        <Counts rows={rows} onStatus={(status) => setQuery({ filter: withStatus(filter, status) }, true)} />
      </div>
      <div class="row bar">
        <FilterBox
          filter={filter}
          experiment={experiment}
          problem={badFilter}
          onFilter={(text) => setQuery({ filter: text }, true)}
        />
        <ColumnChooser chosen={chosen} experiment={experiment} onChoose={(keys) => setQuery({ column: keys })} />
        <ChildrenSwitch query={route.query} />
        {experiment === undefined ? (
          <WorkspaceChooser query={route.query} />
        ) : (
          <button
            type="button"
            aria-pressed={drawn}
            onClick={() => setQuery({ view: drawn ? null : "parameters" }, true)}
          >
            {t.sweep.byParameters}
          </button>
        )}
      </div>
      {rows.problem && !badFilter ? <ErrorNotice error={rows.problem} /> : null}
      {selection.runs.length ? <Selected selection={selection} /> : null}
      {badFilter || (rows.problem && !rows.known) ? null : !rows.known ? (
        <Loading />
      ) : rows.total === 0 && !rows.problem ? (
        <NoRuns filtered={filter !== ""} />
      ) : drawn ? (
        <ExperimentParameters experiment={experiment} filter={{ workspace, filter, children }} query={route.query} />
      ) : (
        <Grid
          label={experiment ?? t.runs.all}
          columns={columns}
          total={rows.total}
          row={rows.row}
          idOf={(run) => run.id}
          sort={sort}
          onSort={(next) => setQuery({ sort: `${next.descending ? "-" : ""}${next.key}` })}
          onSight={see}
          selected={selection.ids}
          onSelect={selection.flip}
          onOpen={(run) => go(link(["runs", run.id]))}
        />
      )}
    </section>
  );
}

function Counts({ rows, onStatus }: { rows: RunRows; onStatus: (status: Status) => void }) {
  const found = Object.entries(rows.counts ?? {}).filter(([, n]) => n) as [Status, number][];
  return (
    <p class="counts">
      {rows.counted ? <span>{t.runs.total(rows.total)}</span> : null}
      {found.map(([status, n]) => (
        <button
          type="button"
          class={`quiet small count ${status}`}
          title={t.runs.onlyThese}
          onClick={() => onStatus(status)}
        >
          {count(n)} {t.status[status]}
        </button>
      ))}
    </p>
  );
}

const NoRuns = ({ filtered }: { filtered: boolean }) =>
  filtered ? (
    <Empty title={t.runs.noneLeft}>
      <button type="button" onClick={() => setQuery({ filter: null })}>
        {t.runs.clearFilter}
      </button>
    </Empty>
  ) : (
    <Empty title={t.runs.none}>
      <p>{t.runs.howToStart}</p>
      <pre>runyard submit --experiment ridge train.py</pre>
    </Empty>
  );

interface Selection {
  ids: ReadonlySet<string>;
  runs: Run[];
  /** Selects or deselects a run; `upTo`: selects all from the last one that was flipped to this one. */
  flip: (run: Run, index: number, upTo: boolean) => void;
  clear: () => void;
}

/** The selected runs, which stay selected when they scroll out of sight. */
function useSelection(rows: RunRows): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Run>>(new Map());
  const [last, setLast] = useState(0);
  const flip = (run: Run, index: number, upTo: boolean): void => {
    const next = new Map(chosen);
    if (upTo)
      for (let i = Math.min(last, index); i <= Math.max(last, index); ++i) {
        const other = rows.row(i);
        if (other) next.set(other.id, other);
      }
    else if (!next.delete(run.id)) next.set(run.id, run);
    setChosen(next);
    setLast(index);
  };
  return { ids: new Set(chosen.keys()), runs: [...chosen.values()], flip, clear: () => setChosen(new Map()) };
}

/** The actions for all selected runs. */
function Selected({ selection }: { selection: Selection }) {
  const [asks, setAsks] = useState<"tag" | "cancel" | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const toAll = async (act: (id: string) => Promise<unknown>): Promise<void> => {
    setAsks(null);
    const outcomes = await Promise.allSettled(selection.runs.map((run) => act(run.id)));
    setFailed(outcomes.find((outcome) => outcome.status === "rejected")?.reason ?? null);
  };
  const ids = selection.runs.map((run) => run.id);
  return (
    <div class="row bar selected" role="region" aria-label={t.runs.selected}>
      <strong>{t.runs.selectedCount(ids.length)}</strong>
      {ids.length > 1 ? (
        <a class="button main" href={link(["compare"], { run: ids })}>
          {t.action.compare}
        </a>
      ) : null}
      <button type="button" onClick={() => setAsks("tag")}>
        {t.action.tag}
      </button>
      <button type="button" onClick={() => setAsks("cancel")}>
        {t.action.cancel}
      </button>
      <button type="button" class="quiet" onClick={selection.clear}>
        {t.action.clear}
      </button>
      {failed ? <ErrorNotice error={failed} /> : null}
      {asks === "cancel" ? (
        <Ask
          title={t.runs.askCancel(ids.length)}
          yes={t.action.cancelRuns(ids.length)}
          dangerous
          onNo={() => setAsks(null)}
          onYes={() => toAll(cancel)}
        />
      ) : null}
      {asks === "tag" ? (
        <AskTag
          count={ids.length}
          onNo={() => setAsks(null)}
          onYes={(name, value) => toAll((id) => setTag(id, name, value))}
        />
      ) : null}
    </div>
  );
}

export function AskTag({
  count: runs,
  onYes,
  onNo,
}: {
  count: number;
  onYes: (name: string, value: string | null) => Promise<void>;
  onNo: () => void;
}) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  return (
    <Ask title={t.runs.askTag(runs)} yes={t.action.tag} onNo={onNo} onYes={() => onYes(name, value || null)}>
      <label>
        {t.tags.name}
        <input required maxLength={255} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label>
        {t.tags.value}
        <input value={value} onInput={(event) => setValue(event.currentTarget.value)} />
      </label>
    </Ask>
  );
}
