// SPDX-License-Identifier: Apache-2.0
// Child runs of a run, in the same table as all runs.
import { go, link, setQuery } from "../../router.ts";
import { t } from "../../text/text.ts";
import { Grid } from "../../ui/grid.tsx";
import { Empty, ErrorNotice, Loading } from "../../ui/parts.tsx";
import type { TabProps } from "../props.ts";
import { ColumnChooser, columnsOf } from "../run_columns.tsx";
import { useRunRows } from "../run_rows.ts";

export function Children({ run, query }: TabProps) {
  const chosen = query.getAll("column");
  const sort = query.get("sort") ?? "-created";
  const { rows, see } = useRunRows({ parent: run.id, column: chosen, sort });
  if (rows.problem) return <ErrorNotice error={rows.problem} />;
  if (!rows.known) return <Loading />;
  if (rows.total === 0)
    return (
      <Empty title={t.children.none}>
        <p>{t.children.how}</p>
        <pre>{'with run.child_run(name="fold 1") as child:\n    child.log("loss", 0.25)'}</pre>
      </Empty>
    );
  return (
    <>
      <div class="row bar">
        <ColumnChooser chosen={chosen} experiment={run.experiment} onChoose={(keys) => setQuery({ column: keys })} />
      </div>
      <Grid
        label={t.tabs.children}
        columns={columnsOf(chosen, false, rows.largest)}
        total={rows.total}
        row={rows.row}
        idOf={(run) => run.id}
        onSight={see}
        sort={{ key: sort.replace(/^-/, ""), descending: sort.startsWith("-") }}
        onSort={(next) => setQuery({ sort: `${next.descending ? "-" : ""}${next.key}` })}
        onOpen={(run) => go(link(["runs", run.id]))}
      />
    </>
  );
}
