// SPDX-License-Identifier: Apache-2.0
// The head of a sweep: its best run with the parameters of it, how far it is, what it looks for.
import type { Status } from "../api/types.ts";
import { cell, count } from "../format/number.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { StatusWord, Tag } from "../ui/parts.tsx";
import { bestOf, type Goal, type Trial } from "./trial.ts";

interface Props {
  trials: readonly Trial[];
  metric: string;
  goal: Goal;
  /** How many runs the sweep will have at most; null: it does not say. */
  most: number | null;
  /** How many it has. */
  total: number;
}

/** How many trials are in each state, in the order of first sight. */
export function countsOf(trials: readonly Pick<Trial, "status">[]): [Status, number][] {
  const counts = new Map<Status, number>();
  for (const { status } of trials) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts];
}

export function SweepHead({ trials, metric, goal, most, total }: Props) {
  const best = bestOf(trials, goal);
  return (
    <section class="card part sweep-head">
      <div>
        <h2>{t.sweep.best}</h2>
        {best ? <Best trial={best} metric={metric} /> : <p class="soft">{t.sweep.noBest(metric)}</p>}
      </div>
      <div>
        <p>
          <strong>{most === null ? t.sweep.runs(count(total)) : t.sweep.runsOf(count(total), count(most))}</strong>
        </p>
        <p class="row">
          {countsOf(trials).map(([status, n]) => (
            <span>
              <StatusWord status={status} /> {count(n)}
            </span>
          ))}
        </p>
        <p class="soft">{t.sweep.goal[goal](metric)}</p>
      </div>
    </section>
  );
}

const Best = ({ trial, metric }: { trial: Trial; metric: string }) => (
  <>
    <p class="row">
      <a href={link(["runs", trial.id])}>{trial.label}</a>
      <StatusWord status={trial.status} />
      <span>
        {metric} <strong class="best-value">{cell(trial.metric)}</strong>
      </span>
    </p>
    <p class="row tags">
      {[...trial.parameters].map(([name, value]) => (
        <Tag name={name} value={cell(value)} />
      ))}
    </p>
  </>
);
