// SPDX-License-Identifier: Apache-2.0
// Facts of runs under names, to be compared or drawn against each other. Pure.
import type { Metric, Run } from "../../api/types.ts";
import { argument, argumentNames, type NameKind } from "../../filter/keys.ts";
import { cell, word } from "../../format/number.ts";
import { t } from "../../text/text.ts";

export type Group = "argument" | "metric" | "tag" | "property" | "interpreter" | "package" | "source" | "environment";

export interface Fact {
  group: Group;
  name: string;
  /** By run; undefined: the run has none. */
  values: (string | undefined)[];
}

interface Compared {
  run: Run;
  metrics: Metric[];
}

const groups: Group[] = ["argument", "metric", "tag", "property", "interpreter", "package", "source", "environment"];

function pairsOf({ run, metrics }: Compared, group: Group): [string, string][] {
  switch (group) {
    case "argument": return argumentNames(run).map((name) => [name, argument(run, name) ?? ""]);
    case "metric": return metrics.flatMap((each) => (each.kind === "scalar" ? [[each.name, cell(each.last)]] : []));
    case "tag": return Object.entries(run.tags).map(([name, value]) => [name, value ?? ""]);
    case "property": return Object.entries(run.properties);
    case "interpreter": return run.interpreter?.path ? [[t.details.interpreter, `${word(run.interpreter.path)} ${run.interpreter.version ?? ""}`.trim()]] : [];
    case "package": return Object.entries(run.interpreter?.packages ?? {});
    case "source": return [
      ...(run.script ? [[t.field.script, word(run.script)] as [string, string]] : []),
      ...(run.command?.length ? [[t.details.command, run.command.map(word).join(" ")] as [string, string]] : []),
      ...(run.snapshot ? [[t.tabs.source, run.snapshot.digest.slice(0, 12)] as [string, string]] : []),
      ...Object.entries(run.snapshot?.git ?? {}).map(([name, value]): [string, string] => [`git ${name}`, String(value)]),
    ];
    case "environment": return Object.entries(run.environment ?? {}).map(([name, value]) => [name, word(value)]);
  }
}

/** Every fact of the runs, those of a group together, in the order of first sight. */
export function factsOf(all: readonly Compared[]): Fact[] {
  return groups.flatMap((group) => {
    const maps = all.map((each) => new Map(pairsOf(each, group)));
    const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
    return names.map((name) => ({ group, name, values: maps.map((map) => map.get(name)) }));
  });
}

export const differs = ({ values }: Fact): boolean => values.some((value) => value !== values[0]);

/** Numbers that can be drawn: metrics and arguments, and tags that are numbers. */
export function numberOf({ run, metrics }: Compared, kind: NameKind, name: string): number | null {
  if (kind === "metric") {
    const found = metrics.find((each) => each.kind === "scalar" && each.name === name);
    return found?.kind === "scalar" && typeof found.last === "number" && Number.isFinite(found.last) ? found.last : null;
  }
  const text = kind === "argument" ? argument(run, name) : kind === "tag" ? run.tags[name] : run.properties[name];
  const value = text === undefined || text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
