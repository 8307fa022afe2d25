// SPDX-License-Identifier: Apache-2.0
// Completes a filter at the caret. It parses a filter only as far as necessary; the daemon decides whether it is valid.
import { type NameKind, nameKinds, plainKeys, quotePart, summaries } from "./keys.ts";

/** What the language allows at a position; `joint`: "and" or "or". */
export type Expects = "key" | "operator" | "value" | "joint";

export interface Spot {
  /** The text that a completion replaces. */
  from: number;
  to: number;
  /** That text up to the caret. */
  part: string;
  expects: Expects;
  /** The key that a value belongs to. */
  key: string;
}

const token = /\s+|[()]|!=|<=|>=|[=<>~]|(?:[^\s()=<>!~"]|"(?:[^"]|"")*"?)+|./gy;
const operators = ["=", "!=", "<", "<=", ">", ">=", "~"];
const joints = ["and", "or"];
const statuses = ["Queued", "Preparing", "Running", "Finalizing", "CancelRequested", "Completed", "Failed", "Canceled"];

function after(expects: Expects, text: string): Expects {
  const low = text.toLowerCase();
  if (text === ")") return "joint";
  if (text === "(" || low === "not" || joints.includes(low)) return "key";
  if (operators.includes(text)) return "value";
  return expects === "key" ? "operator" : "joint";
}

/** Reads the filter up to the caret. */
export function spotAt(text: string, caret: number): Spot {
  let expects: Expects = "key";
  let key = "";
  for (const found of text.matchAll(token)) {
    const from = found.index;
    const end = from + found[0].length;
    if (from >= caret) break;
    if (!found[0].trim()) continue;
    const isWord = !operators.includes(found[0]) && !"()".includes(found[0]);
    if (end >= caret && isWord) return { from, to: end, part: text.slice(from, caret), expects, key };
    if (expects === "key" && isWord) key = found[0];
    expects = after(expects, found[0]);
  }
  return { from: caret, to: caret, part: "", expects, key };
}

/** The kind and part of the name that is being typed: for `metric.lo`, metrics that contain "lo". Null: no name. */
export function nameAt(spot: Spot): { kind: NameKind; part: string } | null {
  const found = /^(metric|tag|property|argument)\.("?)(.*)$/s.exec(spot.part);
  if (spot.expects !== "key" || !found) return null;
  return { kind: found[1] as NameKind, part: found[3]!.replaceAll('""', '"') };
}

/** Words that may follow at a spot; `names`: those that the daemon found for `nameAt`. */
export function options(spot: Spot, names: readonly string[]): string[] {
  const asked = nameAt(spot);
  if (asked) return names.flatMap((name) => spellings(asked.kind, name));
  const words: Record<Expects, readonly string[]> = {
    key: [...plainKeys, ...nameKinds.map((kind) => `${kind}.`), "not"],
    operator: [...operators, ...joints],
    value: spot.key === "status" ? statuses : [],
    joint: joints,
  };
  const low = spot.part.toLowerCase();
  return words[spot.expects].filter((word) => word.toLowerCase().startsWith(low) && word !== spot.part);
}

const spellings = (kind: NameKind, name: string): string[] =>
  kind === "metric"
    ? summaries.map((summary) => `metric.${quotePart(name)}.${summary}`)
    : [`${kind}.${quotePart(name)}`];

/** The filter with a completion in its place, and where the caret goes. */
export function complete(text: string, spot: Spot, option: string): { text: string; caret: number } {
  const space = option.endsWith(".") || text[spot.to] === " " ? "" : " ";
  const filled = text.slice(0, spot.from) + option + space + text.slice(spot.to);
  return { text: filled, caret: spot.from + option.length + (option.endsWith(".") ? 0 : 1) };
}
