// SPDX-License-Identifier: Apache-2.0
// Reads CSV. A quoted field may hold separators, line ends and doubled quotes.

/** The header and at most `most` rows after it, without empty lines; `more`: the text has others. */
export function parseCsv(text: string, separator: string, most: number): { rows: string[][]; more: boolean } {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const endField = (): void => {
    row.push(field);
    field = "";
  };
  const endRow = (): void => {
    endField();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length; ++i) {
    const c = text[i]!;
    if (quoted && c === '"' && text[i + 1] === '"') {
      field += c;
      ++i;
    } else if (c === '"' && (quoted || field === "")) quoted = !quoted;
    else if (quoted) field += c;
    else if (c === separator) endField();
    else if (c === "\n") endRow();
    else if (c !== "\r") field += c;
    if (rows.length > most) return { rows, more: i + 1 < text.length };
  }
  if (field !== "" || row.length) endRow();
  return { rows, more: false };
}
