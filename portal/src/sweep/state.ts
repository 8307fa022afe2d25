// SPDX-License-Identifier: Apache-2.0
// What the reader has set in a view of trials; the address keeps it.
import { setQuery } from "../router.ts";
import type { Sort } from "../ui/grid.tsx";
import { type Brush, parseBrush, spellBrush } from "./brush.ts";
import { type Logs, metricKey } from "./model.ts";
import { sortOf, spellSort } from "./order.ts";
import type { Goal } from "./trial.ts";

const setting = { brush: "brush", log: "log", linear: "linear", order: "order", parameter: "parameter" } as const;

export const brushesIn = (query: URLSearchParams): Brush[] =>
  query.getAll(setting.brush).flatMap((text) => parseBrush(text) ?? []);

export const keepBrushes = (brushes: readonly Brush[]): void => setQuery({ [setting.brush]: brushes.map(spellBrush) });

export const logsIn = (query: URLSearchParams): Logs =>
  new Map([
    ...query.getAll(setting.log).map((key): [string, boolean] => [key, true]),
    ...query.getAll(setting.linear).map((key): [string, boolean] => [key, false]),
  ]);

export function keepLog(query: URLSearchParams, key: string, log: boolean): void {
  const others = (name: string): string[] => query.getAll(name).filter((other) => other !== key);
  setQuery({
    [setting.log]: [...others(setting.log), ...(log ? [key] : [])],
    [setting.linear]: [...others(setting.linear), ...(log ? [] : [key])],
  });
}

/** By default the best trial is first. */
export const sortFrom = (query: URLSearchParams, metric: string, goal: Goal): Sort =>
  sortOf(query.get(setting.order) ?? `${goal === "minimize" ? "" : "-"}${metricKey(metric)}`);

export const keepOrder = (sort: Sort): void => setQuery({ [setting.order]: spellSort(sort) });

/** The key of the parameter that is drawn against the metric. */
export const parameterIn = (query: URLSearchParams): string | null => query.get(setting.parameter);
export const keepParameter = (key: string): void => setQuery({ [setting.parameter]: key });
