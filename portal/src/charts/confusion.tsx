// SPDX-License-Identifier: Apache-2.0
// A confusion matrix: a row for each true class, a column for each predicted one. A darker cell has more of its row.
import { count, number } from "../format/number.ts";
import { t } from "../text/text.ts";

export interface Matrix {
  /** Of the rows. */
  labels: string[];
  /** Of the columns, which may be more or fewer than the rows. */
  columns: string[];
  /** A row may lack cells at its end. */
  rows: number[][];
}

/** The matrix in the JSON of `log_confusion_matrix`; null when the JSON holds none. Missing labels are numbers. */
export function matrixOf(document: unknown): Matrix | null {
  const data = (document as { data?: { class_labels?: unknown; matrix?: unknown } } | null)?.data;
  if (
    !Array.isArray(data?.matrix) ||
    !data.matrix.every((row) => Array.isArray(row) && row.every((item) => typeof item === "number"))
  )
    return null;
  const rows = data.matrix as number[][];
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const labels = Array.isArray(data.class_labels) ? data.class_labels.map(String) : [];
  const heads = (length: number): string[] => Array.from({ length }, (_, i) => labels[i] ?? String(i));
  return { rows, labels: heads(rows.length), columns: heads(width) };
}

/** The share of a cell in its row, from 0 to 1. */
export const share = (row: readonly number[], i: number): number => {
  const sum = row.reduce((a, b) => a + b, 0);
  return sum > 0 ? (row[i] ?? 0) / sum : 0;
};

/** One number of a row, colored by its share; empty where the row has none. */
const Cell = ({ row, at }: { row: readonly number[]; at: number }) => {
  const value = row[at];
  if (value === undefined) return <td />;
  const percent = 100 * share(row, at);
  return (
    <td
      class="number"
      title={`${percent.toFixed(1)} %`}
      style={{ background: `color-mix(in srgb, var(--accent) ${Math.round(0.45 * percent)}%, transparent)` }}
    >
      {Number.isInteger(value) ? count(value) : number(value)}
    </td>
  );
};

export const Confusion = ({ name, matrix }: { name: string; matrix: Matrix }) => (
  <figure class="chart card">
    <figcaption>
      <strong>{name}</strong> <span class="soft">{t.charts.confusion}</span>
    </figcaption>
    <div class="scroll" tabIndex={0} role="region" aria-label={name}>
      <table class="confusion">
        <thead>
          <tr>
            <td />
            <th colSpan={matrix.columns.length} class="soft">
              {t.charts.predicted}
            </th>
          </tr>
          <tr>
            <th class="soft">{t.charts.truly}</th>
            {matrix.columns.map((label) => (
              <th scope="col" title={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((row, i) => (
            <tr>
              <th scope="row" title={matrix.labels[i]}>
                {matrix.labels[i]}
              </th>
              {matrix.columns.map((_, j) => (
                <Cell row={row} at={j} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </figure>
);
