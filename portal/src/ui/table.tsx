// SPDX-License-Identifier: Apache-2.0
// A table of few rows. On a narrow screen each row is a block, its cells under one another behind the names of their columns.
import type { ComponentChildren } from "preact";

export interface TableColumn<T> {
  title: string;
  cell: (row: T, index: number) => ComponentChildren;
  /** `number`: to the right; `end`: what can be done to the row. */
  kind?: "number" | "end";
}

interface Props<T> {
  label: string;
  columns: readonly TableColumn<T>[];
  rows: readonly T[];
  idOf: (row: T) => string | number;
  /** There may be many rows: they scroll in a box of some height. */
  tall?: boolean;
}

// The roles are spelled because a browser takes them away from a table that is not laid out as one.
export const Table = <T,>({ label, columns, rows, idOf, tall = false }: Props<T>) => (
  <div class={tall ? "scroll tall" : "scroll"} tabIndex={0} role="region" aria-label={label}>
    <table class="blocks" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title, kind }) => (
            <th role="columnheader" class={kind}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, index) => (
          <tr role="row" key={idOf(row)}>
            {columns.map(({ title, kind, cell }) => (
              <td role="cell" class={kind} data-title={title}>
                {cell(row, index)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
