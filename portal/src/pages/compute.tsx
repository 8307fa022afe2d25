// SPDX-License-Identifier: Apache-2.0
// Targets: their slots, what runs on them and what waits for them, and why. What has ended is gone from here.
import { useEffect, useState } from "preact/hooks";
import { setSlots, targets } from "../api/daemon.ts";
import { allRuns, cancel } from "../api/runs.ts";
import type { Run, Target } from "../api/types.ts";
import { useAnswer } from "../live/answer.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { More } from "../ui/more.tsx";
import { Ago, Duration, Empty, ErrorNotice, Loading, RunLink, StatusWord } from "../ui/parts.tsx";
import { Ask } from "../ui/popover.tsx";
import { Table, type TableColumn } from "../ui/table.tsx";

export function Compute() {
  const found = useAnswer(
    "targets",
    async (signal) => {
      const [all, active] = await Promise.all([
        targets(signal),
        allRuns(
          { status: ["Queued", "Preparing", "Running", "Finalizing", "CancelRequested"], children: true },
          signal,
        ),
      ]);
      return { all, runs: new Map(active.map((run) => [run.id, run])) };
    },
    (change) => change.what.some((topic) => topic === "state" || topic === "run"),
  );
  return (
    <section class="page">
      <div class="title">
        <h1>{t.nav.compute}</h1>
      </div>
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      {!found.value && !found.error ? <Loading /> : null}
      {found.value?.all.map((target) => (
        <TargetCard key={target.name} target={target} runs={found.value!.runs} again={found.again} />
      ))}
      {found.value?.all.length ? <p class="soft">{t.compute.howSlots}</p> : null}
      {found.value?.all.length === 0 ? <Empty title={t.compute.none} /> : null}
    </section>
  );
}

function TargetCard({
  target,
  runs: all,
  again,
}: {
  target: Target;
  runs: ReadonlyMap<string, Run>;
  again: () => void;
}) {
  return (
    <section class="card part">
      <div class="row between">
        <h2>{target.name}</h2>
        {target.alias_of ? null : <Slots target={target} again={again} />}
      </div>
      <p class="soft">
        {target.alias_of ? t.compute.aliasOf(target.alias_of) : t.compute.use(target.running.length, target.slots)}
        {target.slots === 0 ? ` ${t.compute.paused}` : ""}
      </p>
      <RunTable title={t.compute.active} ids={target.running} all={all} empty={t.compute.noneActive} again={again} />
      <RunTable
        title={t.compute.queued}
        ids={target.queued}
        all={all}
        empty={t.compute.noneQueued}
        again={again}
        waiting
      />
    </section>
  );
}

function Slots({ target, again }: { target: Target; again: () => void }) {
  const [text, setText] = useState(String(target.slots));
  const [failed, setFailed] = useState<unknown>(null);
  useEffect(() => setText(String(target.slots)), [target.slots]); // another browser may have set them
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await setSlots(target.name, Number(text));
      setFailed(null);
      again();
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <form class="row" onSubmit={(event) => void save(event)}>
      <label>
        {t.compute.slots}{" "}
        <input
          class="short"
          type="number"
          min={0}
          max={10_000}
          required
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={text === String(target.slots)}>
        {t.action.set}
      </button>
      {failed ? <ErrorNotice error={failed} /> : null}
    </form>
  );
}

interface RunTableProps {
  /** What the table is called, with so many rows. */
  title: (n: number) => string;
  ids: readonly string[];
  all: ReadonlyMap<string, Run>;
  empty: string;
  waiting?: boolean;
  again: () => void;
}

function RunTable({ title: titleOf, ids, all, empty, waiting, again }: RunTableProps) {
  const [asks, setAsks] = useState<Run | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const end = async (run: Run): Promise<void> => {
    setAsks(null);
    await cancel(run.id).then(() => setFailed(null), setFailed);
    again();
  };
  const shown = ids.flatMap((id) => all.get(id) ?? []);
  const title = titleOf(shown.length);
  const whyItWaits: TableColumn<Run>[] = [
    { title: t.compute.since, cell: (run) => <Ago iso={run.created} /> },
    { title: t.compute.why, cell: (run, index) => run.waiting ?? t.compute.position(index + 1) },
  ];
  return (
    <>
      <h3>{title}</h3>
      {failed ? <ErrorNotice error={failed} /> : null}
      {shown.length === 0 ? (
        <p class="soft">{empty}</p>
      ) : (
        <More items={shown} step={200}>
          {(some) => (
            <Table
              label={title}
              rows={some}
              idOf={(run) => run.id}
              columns={[
                { title: t.field.name, cell: (run) => <RunLink run={run} /> },
                { title: t.field.status, cell: (run) => <StatusWord status={run.status} /> },
                {
                  title: t.field.experiment,
                  cell: (run) => <a href={link(["experiments", run.experiment])}>{run.experiment}</a>,
                },
                ...(waiting ? whyItWaits : [{ title: t.field.duration, cell: (run: Run) => <Duration run={run} /> }]),
                {
                  title: "",
                  kind: "end",
                  cell: (run) => (
                    <button type="button" class="small" onClick={() => setAsks(run)}>
                      {t.action.cancel}
                    </button>
                  ),
                },
              ]}
            />
          )}
        </More>
      )}
      {asks ? (
        <Ask
          title={t.runs.askCancel(1)}
          yes={t.action.cancelRuns(1)}
          dangerous
          onNo={() => setAsks(null)}
          onYes={() => end(asks)}
        />
      ) : null}
    </>
  );
}
