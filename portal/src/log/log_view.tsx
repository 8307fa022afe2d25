// SPDX-License-Identifier: Apache-2.0
// A log on a page: can be followed and searched; each line has a link; a slider jumps. Only lines in sight are drawn.

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { bytes } from "../format/number.ts";
import { useConnection } from "../live/changes.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { Empty, ErrorNotice, Loading } from "../ui/parts.tsx";
import { useInSight } from "../ui/virtual.ts";
import { Line } from "./log_line.tsx";
import { LogSource } from "./log_source.ts";
import { LogTimes } from "./log_times.tsx";
import { SearchBox } from "./search_box.tsx";

const lineHeight = 20;

interface Props {
  run: string;
  name: string;
  live: boolean;
  /** The byte whose line is shown and marked; null: the end of the log. */
  at: number | null;
}

export function LogView({ run, name, live, at }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [version, changed] = useReducer((n: number) => n + 1, 0);
  const [source, setSource] = useState<LogSource | null>(null);
  const [follows, setFollows] = useState(at === null);
  const [marked, setMarked] = useState(at);
  const [needle, setNeedle] = useState("");
  const shift = useRef(0); // lines added at the beginning since the last drawing; negative: removed

  useEffect(() => {
    const made = new LogSource(run, name, (gone) => {
      shift.current -= gone;
      changed(undefined);
    });
    setSource(made);
    setMarked(at);
    void (at === null
      ? made.openEnd()
      : made.openAt(at).then((shown) => shown && scrollTo(box, made.lines.indexOf(at) - 5)));
    return () => made.close();
  }, [run, name, at]);

  const { first, end } = useInSight(box, lineHeight, source?.lines.count ?? 0);
  useReadAround(source, first, end);
  useFollow(source, live);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (shift.current && !follows) element.scrollTop += shift.current * lineHeight;
    shift.current = 0;
    if (follows) element.scrollTop = element.scrollHeight;
  }, [version, follows]);
  useStayAtEnd(box, follows && source !== null);

  const jump = async (offset: number): Promise<void> => {
    if (!source) return;
    setFollows(false);
    setMarked(offset);
    if (offset >= source.lines.from && offset < source.lines.to) source.stay();
    else if (!(await source.openAt(offset))) return;
    scrollTo(box, source.lines.indexOf(offset) - 5);
  };
  const toEnd = async (): Promise<void> => {
    if (!source) return;
    if (source.atEnd) source.stay();
    else if (!(await source.openEnd())) return;
    setFollows(true);
  };
  const onWheel = (event: WheelEvent): void => {
    if (event.deltaY < 0) setFollows(false);
  };
  const onScroll = (): void => {
    const element = box.current!;
    if (element.scrollTop + element.clientHeight < element.scrollHeight - 3 * lineHeight) setFollows(false);
  };
  if (!source) return <Loading />;
  return (
    <div class="log card">
      <div class="row bar log-bar">
        <SearchBox url={source.url} total={source.total} onNeedle={setNeedle} onHit={(offset) => void jump(offset)} />
        <button type="button" onClick={() => void jump(0)}>
          {t.log.begin}
        </button>
        <button type="button" aria-pressed={follows} onClick={() => (follows ? setFollows(false) : void toEnd())}>
          {live ? t.log.follow : t.log.end}
        </button>
        <Position source={source} first={first} onJump={(offset) => void jump(offset)} />
        <a class="button" download href={source.url}>
          {t.action.download}
        </a>
      </div>
      {source.problem ? <ErrorNotice error={source.problem} again={() => void source.openEnd()} /> : null}
      {source.total === 0 && !source.problem ? <Empty title={live ? t.log.emptyYet : t.log.empty} /> : null}
      <div
        class="log-lines"
        ref={box}
        tabIndex={0}
        role="log"
        aria-label={name}
        aria-live="off"
        onWheel={onWheel}
        onScroll={onScroll}
        hidden={source.total === 0}
      >
        <LinesInSight run={run} name={name} source={source} first={first} end={end} needle={needle} marked={marked} />
      </div>
      <LogTimes
        run={run}
        name={name}
        from={source.lines.line(first)?.offset ?? 0}
        to={source.lines.line(end - 1)?.offset ?? 0}
      />
    </div>
  );
}

interface LinesProps {
  run: string;
  name: string;
  source: LogSource;
  first: number;
  end: number;
  needle: string;
  marked: number | null;
}

/** The lines [first, end), where they lie in a box that is as high as all lines together. */
function LinesInSight({ run, name, source, first, end, needle, marked }: LinesProps) {
  const lines = Array.from({ length: Math.max(0, end - first) }, (_, i) => source.lines.line(first + i));
  return (
    <div class="log-all" style={{ height: `${source.lines.count * lineHeight}px` }}>
      <div class="grid-shift" style={{ transform: `translateY(${first * lineHeight}px)` }}>
        {lines.map((line) =>
          line ? (
            <Line
              key={line.offset}
              line={line}
              needle={needle}
              marked={line.offset === marked}
              href={hrefOf(run, name, line.offset)}
            />
          ) : null,
        )}
      </div>
    </div>
  );
}

/** Keeps the end in sight when the box changes its size, for instance because something appears below it. */
function useStayAtEnd(box: RefObject<HTMLDivElement | null>, follows: boolean): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !follows) return;
    const sizes = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [follows]);
}

const hrefOf = (run: string, name: string, offset: number): string =>
  link(["runs", run], { tab: "files", file: name, at: String(offset) });

function scrollTo(box: RefObject<HTMLDivElement | null>, line: number): void {
  requestAnimationFrame(() => {
    if (box.current) box.current.scrollTop = Math.max(0, line) * lineHeight;
  });
}

/** Reads more of the log when the first or the last of the loaded lines come near the view. */
function useReadAround(source: LogSource | null, first: number, end: number): void {
  useEffect(() => {
    if (!source || source.problem) return;
    if (first < 200 && !source.atBegin) void source.before();
    else if (end > source.lines.count - 50 && !source.atEnd) void source.after();
  });
}

/**
 * Reads new lines while the page is visible and the end of the log is loaded. A stream that ends while the run goes on
 * was cut and is opened again. Once the run has ended, the rest of the log is requested.
 */
function useFollow(source: LogSource | null, follows: boolean): void {
  const [shown, setShown] = useState(!document.hidden);
  useEffect(() => {
    const look = (): void => setShown(!document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  const answers = useConnection() !== "lost";
  const ready = source?.atEnd;
  const [times, again] = useReducer((n: number) => n + 1, 0);
  const followed = useRef<LogSource | null>(null);
  useEffect(() => {
    if (!shown || !ready || !answers) return;
    if (!follows) {
      if (followed.current === source) source.doubt();
      followed.current = null;
      return;
    }
    followed.current = source;
    const abort = new AbortController();
    let timer = 0;
    void source.follow(abort.signal).then(() => {
      if (!abort.signal.aborted && !source.problem) timer = window.setTimeout(() => again(undefined), 1000);
    });
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [source, source?.stretch, follows, shown, ready, answers, times]);
}

/** The position of the view in the log, and a slider for a log that is not loaded whole. */
function Position({ source, first, onJump }: { source: LogSource; first: number; onJump: (offset: number) => void }) {
  const offset = source.lines.line(first)?.offset ?? 0;
  const whole = source.atBegin && source.atEnd;
  return (
    <span class="row position">
      {whole ? null : (
        <input
          type="range"
          min={0}
          max={source.total}
          value={offset}
          aria-label={t.log.position}
          onChange={(event) => onJump(Number(event.currentTarget.value))}
        />
      )}
      <span class="soft number">{whole ? bytes(source.total) : t.log.of(bytes(offset), bytes(source.total))}</span>
    </span>
  );
}
