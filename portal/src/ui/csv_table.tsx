// SPDX-License-Identifier: Apache-2.0
// CSV as a table of its first rows.
import { parseCsv } from "../format/csv.ts";
import { t } from "../text/text.ts";

/** A number, or nothing where one may stand. */
const isNumber = (field: string | undefined): boolean =>
  field === undefined || field === "" || !Number.isNaN(Number(field));

interface Props {
  text: string;
  name: string;
  separator: string;
  /** The first line has the names of the columns; else they are called as the SDK calls them. */
  header?: boolean;
}

export function CsvTable({ text, name, separator, header = true }: Props) {
  const { rows, more } = parseCsv(text.replace(/^\ufeff/, ""), separator, 1000);
  const names = (rows[0] ?? []).map((_, i) => `Column${i + 1}`);
  const [head = [], ...body] = header ? rows : [names, ...rows];
  const kinds = head.map((_, i) => (body.length > 0 && body.every((row) => isNumber(row[i])) ? "number" : undefined));
  return (
    <>
      <div class="scroll tall" tabIndex={0} role="region" aria-label={name}>
        <table>
          <thead>
            <tr>
              {head.map((title, i) => (
                <th class={kinds[i]}>{title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {body.map((row) => (
              <tr>
                {head.map((_, i) => (
                  <td class={kinds[i]}>{row[i] ?? ""}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more ? <p class="soft caption">{t.charts.firstRows(body.length)}</p> : null}
    </>
  );
}
