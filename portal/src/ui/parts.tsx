// SPDX-License-Identifier: Apache-2.0
// Small parts that every page uses.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { now, Problem } from "../api/http.ts";
import type { Run, Status } from "../api/types.ts";
import { age, duration, localTime, utcTime } from "../format/time.ts";
import { go, link } from "../router.ts";
import { t } from "../text/text.ts";

const tones: Record<Status, string> = {
  NotStarted: "wait",
  Queued: "wait",
  Preparing: "run",
  Running: "run",
  Finalizing: "run",
  CancelRequested: "wait",
  Completed: "ok",
  Failed: "bad",
  Canceled: "off",
};

export const isFinal = (status: Status): boolean =>
  status === "Completed" || status === "Failed" || status === "Canceled";

/** A status: a color, and always the word. */
export const StatusWord = ({ status }: { status: Status }) => (
  <span class={`status ${tones[status] ?? "off"}`}>{t.status[status] ?? status}</span>
);

/** The time now by the daemon's clock, renewed every so often. */
function useNow(every = 1000): number {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = window.setInterval(() => setTime(now()), every);
    return () => window.clearInterval(timer);
  }, [every]);
  return time;
}

/** A moment as an age; the moment itself, in the reader's zone and in UTC, on hover. */
export function Ago({ iso }: { iso: string | null }) {
  const time = useNow(5000);
  if (iso === null) return <span class="soft">–</span>;
  return (
    <time dateTime={iso} title={`${localTime(iso)}\n${utcTime(iso)}`}>
      {age(iso, time)}
    </time>
  );
}

/** A moment in the reader's zone; UTC on hover. */
export const Moment = ({ iso }: { iso: string | null }) =>
  iso === null ? (
    <span class="soft">–</span>
  ) : (
    <time dateTime={iso} title={utcTime(iso)}>
      {localTime(iso)}
    </time>
  );

/** How long a run took, or takes by now. */
export function Duration({ run }: { run: Pick<Run, "started" | "ended" | "duration_seconds" | "status"> }) {
  const goes = run.started !== null && run.ended === null && !isFinal(run.status);
  const time = useNow(goes ? 1000 : 3_600_000);
  return <span>{duration(goes ? Math.max(0, (time - Date.parse(run.started!)) / 1000) : run.duration_seconds)}</span>;
}

/** Says that a list is empty, and what to do about it. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <strong>{title}</strong>
    {children ? <div>{children}</div> : null}
  </div>
);

/** An error as a sentence. */
function sentence(error: unknown): string {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  if (error.status === 0) return t.problem.unreachable;
  if (error.status === 403) return `${error.message}. ${t.problem.forbidden}`;
  return error.message;
}

export function ErrorNotice({ error, again }: { error: unknown; again?: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <p>{sentence(error)}</p>
      {again ? (
        <button type="button" onClick={again}>
          {t.action.tryAgain}
        </button>
      ) : null}
    </div>
  );
}

export const isMissing = (error: Problem | undefined): boolean => error?.status === 404;

export const Loading = () => (
  <p class="loading soft" role="status">
    {t.loading}
  </p>
);

type Named = Pick<Run, "id" | "name" | "display_name" | "parent">;

export const RunLink = ({ run }: { run: Named }) => (
  <a href={link(["runs", run.id])} title={run.name}>
    {nameOf(run)}
  </a>
);

/** The name to show for a run; of the name of a child run, PARENT>CHILD, the part after ">". */
export const nameOf = (run: Named): string =>
  givenName(run) ?? (run.parent ? run.name.slice(run.name.lastIndexOf(">") + 1) : run.name);

/** A name short enough for a legend: the given name, else the experiment and number. */
export const labelOf = (run: Pick<Run, "name" | "display_name" | "experiment" | "number">): string =>
  givenName(run) === null ? `${run.experiment} ${run.number}` : `${run.display_name} (${run.number})`;

/** The name that a person gave it; null: it has only its original name. */
const givenName = ({ name, display_name }: Pick<Run, "name" | "display_name">): string | null =>
  display_name === name ? null : display_name;

export const Tag = ({
  name,
  value,
  children,
}: {
  name: string;
  value: string | null;
  children?: ComponentChildren;
}) => (
  <span class="tag">
    <span class="soft">
      <Long text={name} most={80} />
    </span>
    {value === null || value === "" ? null : (
      <b>
        <Long text={value} most={80} />
      </b>
    )}
    {children}
  </span>
);

/** A text of any length. Of a text longer than `most` characters only the beginning is shown, until the reader opens the rest. */
export function Long({ text, most = 200 }: { text: string; most?: number }) {
  if (text.length <= most) return <>{text}</>;
  const cut = text.codePointAt(most - 1)! > 0xffff ? most - 1 : most;
  return (
    <details class="long">
      <summary>{text.slice(0, cut)}</summary>
      {text.slice(cut)}
    </details>
  );
}

export interface TabItem {
  id: string;
  label: string;
  count?: number | undefined;
}

/** Tabs that are links: the address says which one is open; arrow keys go from one to the next. */
export function Tabs({
  items,
  current,
  href,
  label,
}: {
  items: TabItem[];
  current: string;
  href: (id: string) => string;
  label: string;
}) {
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const index = items.findIndex((item) => item.id === current);
    const next = items[(index + step + items.length) % items.length]!;
    go(href(next.id), true);
    (event.currentTarget as Element).querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  const nav = useRef<HTMLElement>(null);
  useEffect(
    () => nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }),
    [current],
  );
  return (
    <nav class="tabs" ref={nav} aria-label={label} onKeyDown={move}>
      {items.map((item) => (
        <a href={href(item.id)} data-tab={item.id} aria-current={item.id === current ? "page" : undefined}>
          {item.label}
          {item.count === undefined ? null : <span class="soft"> {item.count}</span>}
        </a>
      ))}
    </nav>
  );
}

export function Copy({ text }: { text: string }) {
  const [done, setDone] = useState(false);
  if (!("clipboard" in navigator)) return null; // behind a proxy without TLS
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    window.setTimeout(() => setDone(false), 1500);
  };
  return (
    <button type="button" class="quiet small" onClick={() => void copy()}>
      {done ? t.action.copied : t.action.copy}
    </button>
  );
}
