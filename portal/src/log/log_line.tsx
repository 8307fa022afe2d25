// SPDX-License-Identifier: Apache-2.0
// One line of a log: a link to itself, then its text with colors and with what was searched for.
import { t } from "../text/text.ts";
import { classesOf, pieces } from "./ansi.ts";
import type { LogLine } from "./lines.ts";

export function Line({ line, needle, marked, href }: { line: LogLine; needle: string; marked: boolean; href: string }) {
  return (
    <div class={marked ? "log-line marked" : "log-line"} data-offset={line.offset}>
      <a class="line-link" href={href} aria-label={t.log.linkTo(line.offset)} title={t.log.linkTo(line.offset)}>
        ¶
      </a>
      {pieces(line.text, line.style).pieces.map(({ text, style }) => (
        <span class={classesOf(style) || undefined}>{withMarks(text, needle)}</span>
      ))}
    </div>
  );
}

function withMarks(text: string, needle: string) {
  if (!needle) return text;
  const low = text.toLowerCase();
  const sought = needle.toLowerCase();
  const parts = [];
  let begin = 0;
  for (let found = low.indexOf(sought); found >= 0; found = low.indexOf(sought, begin)) {
    parts.push(text.slice(begin, found), <mark>{text.slice(found, found + needle.length)}</mark>);
    begin = found + needle.length;
  }
  return [...parts, text.slice(begin)];
}
