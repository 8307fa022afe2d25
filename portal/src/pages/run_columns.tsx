// SPDX-License-Identifier: Apache-2.0
// Columns of lists of runs: those that every run has, and any metric, tag, property or argument.
import { useState } from "preact/hooks";
import { names } from "../api/runs.ts";
import type { Run } from "../api/types.ts";
import {
  argument,
  type Key,
  type NameKind,
  nameKinds,
  parseKey,
  type Summary,
  spell,
  summaries,
} from "../filter/keys.ts";
import { cell, word } from "../format/number.ts";
import { useAnswer } from "../live/answer.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { type Column, widthOf } from "../ui/grid.tsx";
import { Ago, Duration, ErrorNotice, RunLink, StatusWord } from "../ui/parts.tsx";
import { Popover } from "../ui/popover.tsx";

/** A key as the head of a column. */
function titleOf(text: string): string {
  const key = parseKey(text);
  if (key === null) return text;
  if (key.kind === "field") return t.field[key.name as keyof typeof t.field] ?? key.name;
  return key.kind === "metric" ? `${key.name} (${t.summary[key.summary ?? "last"]})` : key.name;
}

/** What a run's row shows under a key. */
function textOf(run: Run, text: string): string {
  const key = parseKey(text);
  const given = run.columns?.[text];
  if (given !== undefined && given !== null) return cell(given);
  if (key?.kind === "tag") return key.name in run.tags ? (run.tags[key.name] ?? "✓") : "–";
  if (key?.kind === "property") return run.properties[key.name] ?? "–";
  if (key?.kind === "argument") return argument(run, key.name) ?? "–";
  if (key?.kind !== "field") return "–";
  const field = run[key.name as keyof Run];
  return typeof field === "string" || typeof field === "number"
    ? String(field)
    : key.name === "script"
      ? word(run.script) || "–"
      : "–";
}

/** Columns of a list; `all`: of every experiment; `largest`: the largest number among its runs. */
export function columnsOf(chosen: readonly string[], all: boolean, largest: number): Column<Run>[] {
  const column = (
    key: string,
    width: number,
    grow: number,
    show: Column<Run>["cell"],
    numeric = false,
  ): Column<Run> => ({ key, title: titleOf(key), width, grow, cell: show, numeric, sortable: true });
  const experiment = column("experiment", 7, 1, (run) => (
    <a href={link(["experiments", run.experiment])}>{run.experiment}</a>
  ));
  return [
    column(
      "number",
      Math.max(3, 1.4 + widthOf(String(largest))),
      0,
      (run) => <a href={link(["runs", run.id])}>{run.number}</a>,
      true,
    ),
    column("name", 9, 2, (run) => <RunLink run={run} />),
    column("status", 8, 0, (run) => <StatusWord status={run.status} />),
    ...(all ? [experiment] : []),
    column("created", 7, 0, (run) => <Ago iso={run.created} />),
    column("duration", 8, 0, (run) => <Duration run={run} />, true),
    ...chosen.map((key) =>
      column(
        key,
        isNumeric(key) ? 10.4 : 8,
        1,
        (run) => <span title={textOf(run, key)}>{textOf(run, key)}</span>,
        isNumeric(key),
      ),
    ),
  ];
}

const isNumeric = (text: string): boolean => parseKey(text)?.kind === "metric";

/** Chooses columns: by typing a part of a name. */
export function ColumnChooser({
  chosen,
  experiment,
  onChoose,
}: {
  chosen: readonly string[];
  experiment: string | undefined;
  onChoose: (keys: string[]) => void;
}) {
  return (
    <Popover label={`${t.runs.columns}${chosen.length ? ` (${chosen.length})` : ""}`}>
      {() => <Chooser chosen={chosen} experiment={experiment} onChoose={onChoose} />}
    </Popover>
  );
}

function Chooser({
  chosen,
  experiment,
  onChoose,
}: {
  chosen: readonly string[];
  experiment: string | undefined;
  onChoose: (keys: string[]) => void;
}) {
  const [kind, setKind] = useState<NameKind>("metric");
  const [part, setPart] = useState("");
  const [summary, setSummary] = useState<Summary>("last");
  const found = useAnswer(
    `${kind} ${part}`,
    async (signal) => ({ kind, ...(await names(experiment, kind, part, signal)) }),
    () => false,
    true,
  );
  const named = found.value?.kind === kind ? found.value : undefined; // names of another kind are none to choose from
  const keyOf = (name: string): Key => (kind === "metric" ? { kind, name, summary } : { kind, name });
  const flip = (key: string): void =>
    onChoose(chosen.includes(key) ? chosen.filter((other) => other !== key) : [...chosen, key]);
  return (
    <div class="chooser">
      <div class="row">
        <select
          aria-label={t.runs.kindOfColumn}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as NameKind)}
        >
          {nameKinds.map((kind) => (
            <option value={kind}>{t.nameKind[kind]}</option>
          ))}
        </select>
        {kind === "metric" ? (
          <select
            aria-label={t.runs.whichValue}
            value={summary}
            onChange={(event) => setSummary(event.currentTarget.value as Summary)}
          >
            {summaries.map((summary) => (
              <option value={summary}>{t.summary[summary]}</option>
            ))}
          </select>
        ) : null}
      </div>
      <input
        type="search"
        value={part}
        placeholder={t.runs.partOfName}
        aria-label={t.runs.partOfName}
        onInput={(event) => setPart(event.currentTarget.value)}
      />
      {found.error ? <ErrorNotice error={found.error} /> : null}
      <ul class="choices">
        {(named?.items ?? []).map((name) => {
          const key = spell(keyOf(name));
          return (
            <li key={name}>
              <label>
                <input type="checkbox" checked={chosen.includes(key)} onChange={() => flip(key)} /> <span>{name}</span>
              </label>
            </li>
          );
        })}
        {named?.items.length === 0 ? <li class="soft">{t.runs.noNames}</li> : null}
        {named?.more ? <li class="soft">{t.runs.typeMore}</li> : null}
      </ul>
      {chosen.length ? (
        <div class="shown-columns">
          <strong>{t.runs.shown}</strong>
          {chosen.map((key) => (
            <button
              type="button"
              class="quiet small"
              aria-label={t.runs.remove(titleOf(key))}
              onClick={() => flip(key)}
            >
              {titleOf(key)} ×
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
