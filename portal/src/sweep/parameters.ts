// SPDX-License-Identifier: Apache-2.0
// Which parameters runs have: those that a sweep gave them, else the named arguments that differ between them. Pure.
import type { Run } from "../api/types.ts";
import { argument, argumentNames } from "../filter/keys.ts";
import { parseLoosely } from "../format/json.ts";
import type { Value } from "./trial.ts";

export interface Source {
  /** What the sweep chose for the run; null: the run is of no sweep. */
  hyperparameters: Readonly<Record<string, unknown>> | null;
  arguments: Run["arguments"];
}

export interface Parameters {
  /** In the order of first sight. */
  names: string[];
  /** By run, in the order of the runs. A name that is absent: the run has no such parameter. */
  values: ReadonlyMap<string, Value>[];
}

const isDecimal = (text: string): boolean => /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);

/** A value as the script gets it, which is a text: `"0.1"` and `0.1` are the same. What is no finite number stays a text. */
export function parameterValue(raw: unknown): Value {
  const text = typeof raw === "string" ? raw : typeof raw === "object" ? JSON.stringify(raw) : String(raw);
  const value = isDecimal(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : text;
}

type Pairs = Map<string, Value>;

const named = ({ hyperparameters }: Source): Pairs =>
  new Map(Object.entries(hyperparameters ?? {}).map(([name, raw]) => [name, parameterValue(raw)]));

const passed = (run: Source): Pairs =>
  new Map(argumentNames(run).map((name) => [name, parameterValue(argument(run, name) ?? "")]));

/** The parameters of some runs. The arguments of a run that has hyperparameters are looked at only where others have none. */
export function parametersOf(runs: readonly Source[]): Parameters {
  const given = new Set(runs.flatMap((run) => Object.keys(run.hyperparameters ?? {})));
  const without = runs.some((run) => run.hyperparameters === null);
  const pairs = runs.map((run) => (without || run.hyperparameters === null ? passed(run) : new Map<string, Value>()));
  const differing = [...new Set(pairs.flatMap((found) => [...found.keys()]))].filter(
    (name) => new Set(pairs.map((found) => found.get(name))).size > 1,
  );
  const names = [...new Set([...given, ...differing])];
  const values = runs.map((run, i) => {
    const all = new Map([...pairs[i]!, ...named(run)]);
    return new Map(names.filter((name) => all.has(name)).map((name) => [name, all.get(name)!]));
  });
  return { names, values };
}

/** The property `hyperparameters` of a run: a JSON object as text; null: there is none that can be read. */
export function hyperparametersOf({ properties }: Pick<Run, "properties">): Source["hyperparameters"] {
  const found = parseLoosely(properties.hyperparameters ?? "");
  return typeof found === "object" && found !== null && !Array.isArray(found)
    ? (found as Record<string, unknown>)
    : null;
}
