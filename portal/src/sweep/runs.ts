// SPDX-License-Identifier: Apache-2.0
// Any runs as trials: their parameters are what differs between them. Pure.
import type { Run } from "../api/types.ts";
import type { Trials } from "./model.ts";
import { hyperparametersOf, parametersOf } from "./parameters.ts";
import { endingOf, type Goal, metricOf, type Summary, type Trial } from "./trial.ts";

export interface SummedRun {
  run: Run;
  label: string;
  /** Of the metric; undefined: the run has none of that name. */
  summary: Summary | undefined;
}

export function trialsOfRuns(all: readonly SummedRun[], metric: string, goal: Goal): Trials {
  const sources = all.map(({ run }) => ({ hyperparameters: hyperparametersOf(run), arguments: run.arguments }));
  const { names, values } = parametersOf(sources);
  const trials = all.map(
    ({ run, label, summary }, i): Trial => ({
      id: run.id,
      label,
      status: run.status,
      reason: endingOf(run.status, run.error?.message ?? run.reason),
      started: run.started,
      ended: run.ended,
      parameters: values[i]!,
      metric: summary ? metricOf(summary, goal) : null,
    }),
  );
  return { trials, names, metric, goal };
}
