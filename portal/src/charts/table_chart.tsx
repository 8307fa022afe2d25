// SPDX-License-Identifier: Apache-2.0
// A table metric: a line of its first two columns where they are numbers, the rows where there is more to see.
import { useMemo, useState } from "preact/hooks";
import type { Cell, Series, Table } from "../api/types.ts";
import { cell } from "../format/number.ts";
import { t } from "../text/text.ts";
import { Chart } from "./chart.tsx";
import { reduce } from "./reduce.ts";
import type { Range } from "./strokes.ts";

const mostRows = 1000;
const numeric = (column: readonly Cell[] = []): boolean =>
  column.some((value) => typeof value === "number") &&
  column.every((value) => typeof value === "number" || value === null);

/** The second column over the first, in the order of x; null when one of them does not hold numbers. */
export function lineOf(table: Table): { x: string; y: string; series: Series } | null {
  const [x, y] = Object.keys(table.columns);
  if (x === undefined || y === undefined || table.rows < 2 || !numeric(table.columns[x]) || !numeric(table.columns[y]))
    return null;
  const values = table.columns[y]!;
  const positions = table.columns[x]!.map((value) => (typeof value === "number" ? value : NaN));
  return { x, y, series: reduce(y, values, positions, 2000) };
}

export function TableChart({ table, log }: { table: Table; log: boolean }) {
  const [range, setRange] = useState<Range | null>(null);
  const line = useMemo(() => lineOf(table), [table]);
  const lines = useMemo(() => (line ? [{ key: line.y, label: line.y, color: 0, series: line.series }] : []), [line]);
  const wide = !line || Object.keys(table.columns).length > 2;
  return (
    <>
      {line ? (
        <Chart
          title={t.charts.over(table.name, line.y, line.x)}
          lines={lines}
          x={`metric.${line.x}`}
          log={log}
          smoothing={0}
          range={range}
          onRange={setRange}
          sync={`table ${table.name}`}
        />
      ) : null}
      {wide ? <Rows table={table} /> : null}
    </>
  );
}

function Rows({ table }: { table: Table }) {
  const columns = Object.entries(table.columns);
  const shown = Math.min(table.rows, mostRows);
  return (
    <div class="card chart">
      <div class="caption">
        <strong>{table.name}</strong> <span class="soft">{t.charts.rows(table.rows)}</span>
      </div>
      <div class="scroll tall" tabIndex={0} role="region" aria-label={table.name}>
        <table>
          <thead>
            <tr>
              {columns.map(([name, values]) => (
                <th class={numeric(values) ? "number" : undefined}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: shown }, (_, i) => (
              <tr>
                {columns.map(([, values]) => (
                  <td class={numeric(values) ? "number" : undefined}>{cell(values[i])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown < table.rows ? <p class="soft caption">{t.charts.firstRows(shown)}</p> : null}
    </div>
  );
}
