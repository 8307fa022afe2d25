// SPDX-License-Identifier: Apache-2.0
// Facts of runs under names, to be compared or drawn against each other. Pure.
import type { Cell, Run } from "../../api/types.ts";
import { argument, argumentNames, type NameKind, positionals } from "../../filter/keys.ts";
import { cell, number, quoted, word } from "../../format/number.ts";
import { t } from "../../text/text.ts";
import type { Compared } from "../props.ts";

export type Group = "argument" | "metric" | "tag" | "property" | "interpreter" | "package" | "source" | "environment";

export interface Fact {
  group: Group;
  name: string;
  /** By run; undefined: the run has none. */
  values: (string | undefined)[];
}

type RunFacts = Pick<Compared, "run" | "metrics">;

type Pair = [string, Cell];

export const groups: Group[] = [
  "argument",
  "metric",
  "tag",
  "property",
  "interpreter",
  "package",
  "source",
  "environment",
];

const commandOf = (run: Run): string =>
  (run.command?.length ? run.command : [...(run.script ? [run.script] : []), ...(run.arguments ?? [])])
    .map(quoted)
    .join(" ");

function pairsOf({ run, metrics }: RunFacts, group: Group): Pair[] {
  switch (group) {
    case "argument":
      return [
        ...argumentNames(run).map((name): Pair => [name, argument(run, name) ?? ""]),
        ...positionals(run).map((value, i): Pair => [t.compare.positional(i + 1), value]),
        ...(commandOf(run) ? [[t.compare.commandLine, commandOf(run)] as Pair] : []),
      ];
    case "metric":
      return metrics.flatMap((metric): Pair[] => (metric.kind === "scalar" ? [[metric.name, metric.last]] : []));
    case "tag":
      return Object.entries(run.tags).map(([name, value]) => [name, value ?? ""]);
    case "property":
      return Object.entries(run.properties);
    case "interpreter":
      return run.interpreter?.path
        ? [[t.details.interpreter, `${word(run.interpreter.path)} ${run.interpreter.version ?? ""}`.trim()]]
        : [];
    case "package":
      return Object.entries(run.interpreter?.packages ?? {});
    case "source":
      return [
        ...(run.script ? [[t.field.script, word(run.script)] as Pair] : []),
        ...(run.snapshot ? [[t.tabs.source, run.snapshot.digest.slice(0, 12)] as Pair] : []),
        ...Object.entries(run.snapshot?.git ?? {}).map(([name, value]): Pair => [`git ${name}`, String(value)]),
      ];
    case "environment":
      return Object.entries(run.environment ?? {}).map(([name, value]) => [name, word(value)]);
  }
}

/** Values as texts: numbers with as few digits as tell those apart that differ. */
function textsOf(values: readonly (Cell | undefined)[]): (string | undefined)[] {
  const numbers = [...new Set(values.filter((value) => typeof value === "number"))];
  let digits = 5;
  while (digits < 17 && new Set(numbers.map((value) => number(value, digits))).size < numbers.length) ++digits;
  return values.map((value) =>
    value === undefined ? undefined : typeof value === "number" ? number(value, digits) : cell(value),
  );
}

/** Every fact of the runs, those of a group together, in the order of first sight. */
export function factsOf(all: readonly RunFacts[]): Fact[] {
  return groups.flatMap((group) => {
    const maps = all.map((item) => new Map(pairsOf(item, group)));
    const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
    return names.map((name) => ({ group, name, values: textsOf(maps.map((map) => map.get(name))) }));
  });
}

export const differs = ({ values }: Fact): boolean => values.some((value) => value !== values[0]);

/** Numbers that can be drawn: metrics and arguments, and tags that are numbers. */
export function numberOf({ run, metrics }: RunFacts, kind: NameKind, name: string): number | null {
  if (kind === "metric") {
    const found = metrics.find((metric) => metric.kind === "scalar" && metric.name === name);
    return found?.kind === "scalar" && typeof found.last === "number" && Number.isFinite(found.last)
      ? found.last
      : null;
  }
  const text = textOf(run, kind, name);
  const value = text === undefined || text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

const textOf = (run: Run, kind: NameKind, name: string): string | null | undefined =>
  kind === "argument" ? argument(run, name) : kind === "tag" ? run.tags[name] : run.properties[name];

/** Why a run has no number of that name: it has no such thing, a number that is not finite, or something else than a number. */
export type NoNumber = "absent" | "notFinite" | "noNumber";

export function whyNoNumber({ run, metrics }: RunFacts, kind: NameKind, name: string): NoNumber {
  const metric = metrics.find((metric) => metric.kind === "scalar" && metric.name === name);
  const value = kind !== "metric" ? textOf(run, kind, name) : metric?.kind === "scalar" ? metric.last : undefined;
  if (value === undefined) return "absent";
  const isNumber = typeof value === "number" || /^\s*[+-]?(nan|inf|infinity)\s*$/i.test(String(value));
  return isNumber ? "notFinite" : "noNumber";
}
