// SPDX-License-Identifier: Apache-2.0
// A sweep: what its runs came to, as they go on.
import { useMemo, useRef } from "preact/hooks";
import type { Problem } from "../../api/http.ts";
import { joined, merged, type SweepAnswer, type SweepChild, settingsOf, sweep } from "../../api/sweep.ts";
import type { Run } from "../../api/types.ts";
import { useAnswer } from "../../live/answer.ts";
import type { Course } from "../../sweep/best_so_far.ts";
import { SweepHead } from "../../sweep/head.tsx";
import type { Trials } from "../../sweep/model.ts";
import { OverTime } from "../../sweep/over_time.tsx";
import { parametersOf } from "../../sweep/parameters.ts";
import { endingOf, type Goal, metricOf, type Trial } from "../../sweep/trial.ts";
import { TrialsView } from "../../sweep/view.tsx";
import { t } from "../../text/text.ts";
import { Empty, ErrorNotice, isFinal, isMissing, Loading } from "../../ui/parts.tsx";
import type { TabProps } from "../props.ts";

export function Sweep({ run, query }: TabProps) {
  const settings = settingsOf(run);
  const sweeps = [...settings.earlier, run.id];
  const known = useRef(new Map<string, SweepAnswer>());
  /** Asks for the children of a sweep that have changed; for all, when it is not known which, or when one is gone. */
  const ask = async (id: string, all: boolean, signal: AbortSignal): Promise<SweepAnswer> => {
    const before = all ? undefined : known.current.get(id);
    const found = merged(before, await sweep(id, before?.change ?? null, signal));
    if (found.children.length === found.total) known.current.set(id, found);
    else if (before) return ask(id, true, signal);
    return found;
  };
  const askAll = async (signal: AbortSignal, changed: ReadonlySet<string> | null): Promise<SweepAnswer> => {
    const orGone = (id: string) => (error: unknown) => {
      if (id === run.id || !isMissing(error as Problem)) throw error;
      return null;
    };
    const all = await Promise.all(sweeps.map((id) => ask(id, changed === null, signal).catch(orGone(id))));
    return joined(all.filter((answer) => answer !== null));
  };
  const found = useAnswer(
    sweeps.join("\n"),
    askAll,
    ({ run: id, what }) =>
      id !== null &&
      what.some((topic) => topic !== "log" && topic !== "files") &&
      (id.startsWith(`${run.id}_`) ||
        [...known.current.values()].some(({ children }) => children.some((child) => child.id === id))),
  );
  const answer = found.value;
  const set = useMemo(() => (answer ? trialsOf(answer, settings.order) : null), [answer]);
  const courses = useMemo(() => (answer && set ? coursesOf(answer, set) : []), [answer, set]);
  if (!answer || !set) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  if (answer.children.length === 0) return <Empty title={isFinal(run.status) ? t.sweep.none : t.sweep.noneYet} />;
  return (
    <div class="sweep">
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      <SweepHead {...set} most={settings.most} total={answer.total} />
      <TrialsView set={set} query={query}>
        {(model, passes, lit) => (
          <OverTime model={model} courses={courses} passes={passes} start={startOf(run, courses)} lit={lit} />
        )}
      </TrialsView>
    </div>
  );
}

/** When the sweep began, or the first run of an earlier one, in seconds since 1970. */
const startOf = (run: Run, courses: readonly Course[]): number =>
  courses.reduce(
    (first, { points }) => Math.min(first, points[0]?.[0] ?? first),
    Date.parse(run.started ?? run.created) / 1000,
  );

const labelOf = ({ n, display_name, id }: SweepChild): string => (n === null ? (display_name ?? id) : t.sweep.child(n));

/** `order`: the names of parameters that come first. */
export function trialsOf(answer: SweepAnswer, order: readonly string[] = []): Trials {
  const goal: Goal = answer.goal ?? "minimize";
  const { names, values } = parametersOf(answer.children);
  const sorted = [...order.filter((name) => names.includes(name)), ...names.filter((name) => !order.includes(name))];
  const trials = answer.children.map(
    (child, i): Trial => ({
      id: child.id,
      label: labelOf(child),
      status: child.state,
      reason: endingOf(child.state, child.message ?? child.reason),
      started: child.started,
      ended: child.ended,
      parameters: values[i]!,
      metric: metricOf(child, goal),
    }),
  );
  return { trials, names: sorted, metric: answer.metric ?? "", goal };
}

const coursesOf = ({ children }: SweepAnswer, { trials }: Trials): Course[] =>
  children.map(({ id, points }, i) => ({
    id,
    metric: trials[i]!.metric,
    points: (points ?? []).map(([, time, value]) => [time, value] as const),
  }));
