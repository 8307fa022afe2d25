// SPDX-License-Identifier: Apache-2.0
// The view of trials for runs of no sweep: the reader says which metric counts, and whether its lowest or highest value is the best.

import { setQuery } from "../router.ts";
import { t } from "../text/text.ts";
import { Empty } from "../ui/parts.tsx";
import type { Trials } from "./model.ts";
import type { Goal } from "./trial.ts";
import { TrialsView } from "./view.tsx";

const goals: readonly Goal[] = ["minimize", "maximize"];

export interface Choice {
  metric: string;
  goal: Goal;
}

/** What the address says, else the first of the names. Undefined: there is no metric. */
export function choiceIn(query: URLSearchParams, names: readonly string[]): Choice | undefined {
  const asked = query.get("of");
  const metric = asked !== null && names.includes(asked) ? asked : names[0];
  return metric === undefined
    ? undefined
    : { metric, goal: query.get("goal") === "maximize" ? "maximize" : "minimize" };
}

interface Props {
  /** The metrics to choose from. */
  names: readonly string[];
  choice: Choice;
  set: Trials;
  query: URLSearchParams;
}

export function RunsView({ names, choice, set, query }: Props) {
  return (
    <div class="sweep">
      <div class="row bar">
        <label>
          {t.sweep.metric}{" "}
          <select value={choice.metric} onChange={(event) => setQuery({ of: event.currentTarget.value, order: null })}>
            {names.map((name) => (
              <option value={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          {t.sweep.goalLabel}{" "}
          <select value={choice.goal} onChange={(event) => setQuery({ goal: event.currentTarget.value, order: null })}>
            {goals.map((goal) => (
              <option value={goal}>{t.sweep.goals[goal]}</option>
            ))}
          </select>
        </label>
      </div>
      {set.names.length === 0 ? <Empty title={t.sweep.noParameters} /> : <TrialsView set={set} query={query} />}
    </div>
  );
}
