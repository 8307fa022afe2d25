// SPDX-License-Identifier: Apache-2.0
// The head of a run's page: its state and name, where it belongs, and what can be done to it.
import { useState } from "preact/hooks";
import { cancel, removeTag, rename, resubmit, setTag } from "../../api/runs.ts";
import type { Run } from "../../api/types.ts";
import { go, link } from "../../router.ts";
import { t } from "../../text/text.ts";
import { useFocus, useOpener } from "../../ui/opener.ts";
import { Ago, Duration, ErrorNotice, isFinal, Long, nameOf, StatusWord, Tag } from "../../ui/parts.tsx";
import { Ask } from "../../ui/popover.tsx";
import { AskTag } from "../runs.tsx";

export function RunHeader({ run, again }: { run: Run; again: () => void }) {
  const [failed, setFailed] = useState<unknown>(null);
  /** Does something to the run and says so when it could not. */
  const act = async (what: () => Promise<unknown>): Promise<void> => {
    try {
      await what();
      setFailed(null);
      again();
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <div class="run-head">
      <nav class="crumbs" aria-label={t.nav.where}>
        <a href={link([])}>{t.nav.experiments}</a> /{" "}
        <a href={link(["experiments", run.experiment])}>{run.experiment}</a>
        {run.parent ? (
          <>
            {" "}
            / <a href={link(["runs", run.parent])}>{t.run.parent}</a>
          </>
        ) : null}
      </nav>
      <div class="row between head-row">
        <div class="row name-row">
          <span role="status">
            <StatusWord status={run.status} />
          </span>
          <Name run={run} act={act} />
        </div>
        <Actions run={run} act={act} />
      </div>
      <dl class="facts">
        <div>
          <dt>{t.field.number}</dt>
          <dd>{run.number}</dd>
        </div>
        <div>
          <dt>{t.field.created}</dt>
          <dd>
            <Ago iso={run.created} />
          </dd>
        </div>
        <div>
          <dt>{t.field.duration}</dt>
          <dd>
            <Duration run={run} />
          </dd>
        </div>
        <div>
          <dt>{t.field.target}</dt>
          <dd>{run.target ? <a href={link(["compute"])}>{run.target}</a> : "–"}</dd>
        </div>
        <div>
          <dt>{t.field.submitter}</dt>
          <dd>{run.submitter ?? "–"}</dd>
        </div>
      </dl>
      {run.waiting ? <p class="notice wait">{run.waiting}</p> : null}
      <TagRow run={run} act={act} />
      {failed ? <ErrorNotice error={failed} /> : null}
    </div>
  );
}

type Act = (what: () => Promise<unknown>) => Promise<void>;

function Name({ run, act }: { run: Run; act: Act }) {
  const [text, setText] = useState<string | null>(null);
  const opener = useOpener(text !== null);
  const field = useFocus<HTMLInputElement>(text !== null);
  if (text === null)
    return (
      <h1>
        <Long text={nameOf(run)} />{" "}
        <button type="button" ref={opener} class="quiet small" onClick={() => setText(nameOf(run))}>
          {t.run.rename}
        </button>
      </h1>
    );
  const save = (event: Event): void => {
    event.preventDefault();
    setText(null);
    if (text.trim() && text !== nameOf(run)) void act(() => rename(run.id, text.trim()));
  };
  return (
    <form class="row" onSubmit={save} onKeyDown={(event) => event.key === "Escape" && setText(null)}>
      <input
        ref={field}
        class="name-input"
        aria-label={t.field.name}
        value={text}
        maxLength={1000}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="main">
        {t.action.save}
      </button>
      <button type="button" class="quiet" onClick={() => setText(null)}>
        {t.action.dismiss}
      </button>
    </form>
  );
}

function Actions({ run, act }: { run: Run; act: Act }) {
  const [asks, setAsks] = useState(false);
  const ended = isFinal(run.status);
  return (
    <div class="row">
      {ended ? null : (
        <button type="button" disabled={run.status === "CancelRequested"} onClick={() => setAsks(true)}>
          {t.action.cancel}
        </button>
      )}
      {run.kind === "interactive" ? null : (
        <button type="button" onClick={() => void act(async () => go(link(["runs", (await resubmit(run.id)).id])))}>
          {t.action.resubmit}
        </button>
      )}
      {asks ? (
        <Ask
          title={t.runs.askCancel(1)}
          yes={t.action.cancelRuns(1)}
          dangerous
          onNo={() => setAsks(false)}
          onYes={() => {
            setAsks(false);
            return act(() => cancel(run.id));
          }}
        />
      ) : null}
    </div>
  );
}

function TagRow({ run, act }: { run: Run; act: Act }) {
  const [asks, setAsks] = useState(false);
  return (
    <div class="row tags">
      {Object.entries(run.tags).map(([name, value]) => (
        <Tag name={name} value={value}>
          <button
            type="button"
            class="quiet"
            aria-label={t.tags.remove(name)}
            onClick={() => void act(() => removeTag(run.id, name))}
          >
            ×
          </button>
        </Tag>
      ))}
      <button type="button" class="quiet small" onClick={() => setAsks(true)}>
        {t.tags.add}
      </button>
      {asks ? (
        <AskTag
          count={1}
          onNo={() => setAsks(false)}
          onYes={(name, value) => {
            setAsks(false);
            return act(() => setTag(run.id, name, value));
          }}
        />
      ) : null}
    </div>
  );
}
