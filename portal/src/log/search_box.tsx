// SPDX-License-Identifier: Apache-2.0
// Searches a whole log, and goes from one line that was found to the next.
import type { TargetedEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { stream } from "../api/files.ts";
import { t } from "../text/text.ts";
import { ErrorNotice } from "../ui/parts.tsx";
import { search } from "./search.ts";

interface Props {
  url: string;
  total: number;
  onNeedle: (needle: string) => void;
  onHit: (offset: number) => void;
}

export function SearchBox({ url, total, onNeedle, onHit }: Props) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ hits: number[]; done: number; over: boolean } | null>(null);
  const [current, setCurrent] = useState(-1);
  const [failed, setFailed] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), [url]);

  /** Drops the results and the search under way: the text has changed. */
  const forget = (): void => {
    running.current?.abort();
    setCurrent(-1);
    setFound(null);
    setFailed(null);
  };
  const look = async (signal: AbortSignal): Promise<void> => {
    let shown = false;
    for await (const { hits, done } of search(stream(url, 0, signal), text)) {
      if (signal.aborted) return;
      setFound({ hits, done, over: false });
      if (shown || hits.length === 0) continue;
      shown = true;
      setCurrent(0);
      onHit(hits[0]!);
    }
    if (!signal.aborted) setFound((old) => old && { ...old, over: true });
  };
  const start = (): void => {
    forget();
    onNeedle(text);
    if (!text) return;
    const started = new AbortController();
    const { signal } = started;
    running.current = started;
    look(signal).catch((error: unknown) => signal.aborted || setFailed(error));
  };
  const step = (by: number): void => {
    const hits = found?.hits ?? [];
    if (!hits.length) return;
    const next = (current + by + hits.length) % hits.length;
    setCurrent(next);
    onHit(hits[next]!);
  };
  const onInput = (event: TargetedEvent<HTMLInputElement>): void => {
    const typed = event.currentTarget.value;
    setText(typed);
    forget();
    onNeedle(typed && text ? typed : "");
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (found?.over) step(1);
    else start();
  };
  return (
    <form class="row search" role="search" onSubmit={submit}>
      <input type="search" value={text} placeholder={t.log.search} aria-label={t.log.search} onInput={onInput} />
      {found ? (
        <>
          <button type="button" class="quiet" aria-label={t.log.previous} onClick={() => step(-1)}>
            ↑
          </button>
          <button type="button" class="quiet" aria-label={t.log.next} onClick={() => step(1)}>
            ↓
          </button>
          <span class="soft" role="status">
            {found.over || found.hits.length
              ? t.log.hits(current + 1, found.hits.length)
              : t.log.searched(Math.round((100 * found.done) / Math.max(1, total)))}
          </span>
        </>
      ) : null}
      {failed ? <ErrorNotice error={failed} /> : null}
    </form>
  );
}
