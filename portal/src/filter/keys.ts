// SPDX-License-Identifier: Apache-2.0
// Keys of the filter language, of columns and of sorting: `status`, `tag.K`, `metric."val loss".min`.
import type { Run } from "../api/types.ts";
import { word } from "../format/number.ts";

export const plainKeys = [
  "status",
  "name",
  "number",
  "id",
  "experiment",
  "kind",
  "script",
  "target",
  "submitter",
  "created",
  "started",
  "ended",
  "duration",
] as const;
export const nameKinds = ["metric", "tag", "property", "argument"] as const;
export const summaries = ["last", "min", "max"] as const;

export type NameKind = (typeof nameKinds)[number];
export type Summary = (typeof summaries)[number];

/** What a key names: a field of the run, or one of its named things. */
export type Key = { kind: "field"; name: string } | { kind: NameKind; name: string; summary?: Summary };

/** A part of a key, quoted if the language requires it. */
export const quotePart = (part: string): string => (/^[\w-]+$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`);

export function spell(key: Key): string {
  if (key.kind === "field") return key.name;
  return `${key.kind}.${quotePart(key.name)}${key.kind === "metric" ? `.${key.summary ?? "last"}` : ""}`;
}

/** Null: the text is not a key. */
export function parseKey(text: string): Key | null {
  const found = /^(\w+)(?:\.(?:"((?:[^"]|"")*)"|([\w-]+)))?(?:\.(last|min|max))?$/.exec(text);
  if (!found) return null;
  const [, kind, quoted, bare, summary] = found;
  const name = quoted?.replaceAll('""', '"') ?? bare;
  if (name === undefined) return summary ? null : { kind: "field", name: kind! };
  if (!nameKinds.includes(kind as NameKind) || (summary && kind !== "metric")) return null;
  return kind === "metric"
    ? { kind, name, summary: (summary as Summary | undefined) ?? "last" }
    : { kind: kind as NameKind, name };
}

/** The value of an argument: the next argument, the text after `=`, or "true" for a bare option. Undefined: absent. */
export function argument(run: Pick<Run, "arguments">, name: string): string | undefined {
  const all = (run.arguments ?? []).map(word);
  const index = all.findIndex((word) => word === name || word.startsWith(`${name}=`));
  const found = all[index];
  if (found === undefined) return undefined;
  if (found !== name) return found.slice(name.length + 1);
  const next = all[index + 1];
  return next === undefined || next.startsWith("--") ? "true" : next;
}

const isName = (text: string): boolean => /^--?[A-Za-z]/.test(text);

/** Names of a run's arguments: "--alpha", "-n". A negative number is not a name. */
export const argumentNames = (run: Pick<Run, "arguments">): string[] => [
  ...new Set(
    (run.arguments ?? [])
      .map(word)
      .filter(isName)
      .map((word) => word.split("=")[0]!),
  ),
];

/** Arguments that are neither a name nor the value of a name, in order; "--" is one of them. */
export function positionals(run: Pick<Run, "arguments">): string[] {
  const all = (run.arguments ?? []).map(word);
  return all.filter(
    (word, i) => !isName(word) && (word === "--" || i === 0 || !isName(all[i - 1]!) || all[i - 1]!.includes("=")),
  );
}
