// SPDX-License-Identifier: Apache-2.0
// A chart on a page: its title, the value under the pointer, a legend that hides lines, zoom, and downloads.
import { useEffect, useRef, useState } from "preact/hooks";
import type { XAxis } from "../api/metrics.ts";
import { cell } from "../format/number.ts";
import { t } from "../text/text.ts";
import { Popover } from "../ui/popover.tsx";
import { onTheme } from "../ui/theme.ts";
import { swatch } from "./color.ts";
import { csv, type Line, nearest } from "./lines.ts";
import { Plot, type View } from "./plot.ts";
import { pointAt } from "./point.ts";
import { saveCanvas, saveText } from "./save.ts";
import { type Range, rangeOfX } from "./strokes.ts";
import { pointText, remarks, spoken, valueText, xText, xTitle } from "./words.ts";

interface Props {
  title: string;
  lines: readonly Line[];
  x: XAxis;
  log: boolean;
  smoothing: number;
  range: Range | null;
  onRange: (range: Range | null) => void;
  /** The time of the point that was clicked, in seconds since 1970, and the line it is of. */
  onPoint?: (time: number, line: Line) => void;
  /** Charts with the same word move their cursors together. */
  sync: string;
}

export function Chart({ title, lines, x, log, smoothing, range, onRange, onPoint, sync }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<number | null>(null);
  const [said, setSaid] = useState(""); // the point that was reached by keyboard
  const stood = useRef<number | null>(null); // the x of that point
  const [theme, setTheme] = useState(0);
  const latest = useRef({ lines, onRange, onPoint });
  latest.current = { lines, onRange, onPoint };
  const [from, to] = rangeOfX(lines.map((line) => line.series));
  const wide = !Number.isFinite(to - from);
  const looks = `${wide}|${lines.map((line) => line.key).join("\n")}|${x}|${log}|${smoothing}|${[...hidden].join("\n")}|${theme}`;

  const toPoint = (where: number, key: string): void => {
    const line = latest.current.lines.find((line) => line.key === key);
    const point = line && pointAt(line, where);
    if (line && point) latest.current.onPoint?.(point.time, line);
  };
  useEffect(() => onTheme(() => setTheme((n) => n + 1)), []);
  useEffect(() => {
    if (wide) return;
    const view: View = { x, log, smoothing, range };
    const made = new Plot(
      box.current!,
      { lines, hidden },
      view,
      {
        onRange: (next) => latest.current.onRange(next),
        onHover: setAt,
        onPoint: toPoint,
      },
      sync,
    );
    plot.current = made;
    const sizes = new ResizeObserver(() => made.resize());
    sizes.observe(box.current!);
    return () => {
      sizes.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [looks]);
  useEffect(() => plot.current?.fill({ lines, hidden }), [lines]);
  useEffect(() => plot.current?.show(range), [range?.[0], range?.[1]]);

  const first = lines.find((line) => !hidden.has(line.key)); // the line that arrow keys follow
  const step = (by: number): void => {
    if (!first?.series.x.length) return;
    const last = first.series.x.length - 1;
    const from = stood.current === null ? (by > 0 ? -1 : last + 1) : nearest(first.series.x, stood.current);
    const next = first.series.x[Math.max(0, Math.min(last, from + by))]!;
    stood.current = next;
    plot.current?.pointTo(next);
    setSaid(lines.map((line) => pointText(line, x, next, lines.length > 1)).join("; "));
  };
  const press = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by && event.shiftKey) plot.current?.move(1, 0.2 * by);
    else if (by) step(by);
    else if (event.key === "Home" || event.key === "End") step(event.key === "End" ? Infinity : -Infinity);
    else if (event.key === "+" || event.key === "-") plot.current?.move(event.key === "+" ? 0.5 : 2, 0);
    else if (event.key === "Enter" && at !== null && first) toPoint(at, first.key);
    else if (event.key === "0" || event.key === "Escape") onRange(null);
    else return;
    event.preventDefault();
  };
  const flip = (key: string): void =>
    setHidden(new Set(hidden.has(key) ? [...hidden].filter((other) => other !== key) : [...hidden, key]));
  return (
    <figure class="chart card">
      <figcaption>
        <strong title={title}>{title}</strong>
        {lines.length === 1 ? <Readout line={lines[0]!} x={x} at={at} /> : null}
        <span class="row chart-tools">
          {range ? (
            <button type="button" class="quiet small" onClick={() => onRange(null)}>
              {t.charts.whole}
            </button>
          ) : null}
          <Downloads
            title={title}
            table={() => csv(xTitle(x), lines)}
            canvas={wide ? null : () => plot.current!.canvas()}
          />
        </span>
      </figcaption>
      {wide ? <p class="soft caption">{t.charts.tooWide(xTitle(x))}</p> : null}
      <div
        class="plot"
        ref={box}
        hidden={wide}
        tabIndex={0}
        role="img"
        aria-label={`${spoken(title, lines)}${onPoint ? `. ${t.charts.keyLog}` : ""}`}
        onKeyDown={press}
        onBlur={() => {
          stood.current = null;
        }}
      />
      <span class="hidden" role="status">
        {said}
      </span>
      <Remarks lines={lines} hidden={hidden} x={x} log={log} range={range} />
      {lines.length > 1 ? <Legend lines={lines} hidden={hidden} x={x} at={at} onFlip={flip} /> : null}
    </figure>
  );
}

interface DownloadProps {
  title: string;
  table: () => string;
  /** Null: nothing is drawn that could be saved. */
  canvas: (() => HTMLCanvasElement) | null;
}

function Downloads({ title, table, canvas }: DownloadProps) {
  const savePicture = (): void => {
    if (canvas) saveCanvas(canvas(), title);
  };
  const item = (label: string, save: () => void, close: () => void, disabled = false) => (
    <button
      type="button"
      class="quiet"
      disabled={disabled}
      onClick={() => {
        save();
        close();
      }}
    >
      {label}
    </button>
  );
  return (
    <Popover label={<span aria-label={t.charts.more(title)}>⋯</span>}>
      {(close) => (
        <div class="menu">
          {item(t.charts.png, savePicture, close, canvas === null)}
          {item(t.charts.csv, () => saveText(table(), title), close)}
        </div>
      )}
    </Popover>
  );
}

interface LegendProps {
  lines: readonly Line[];
  hidden: ReadonlySet<string>;
  x: XAxis;
  at: number | null;
  onFlip: (key: string) => void;
}

/** The lines with their colors and values; a click hides a line or shows it again. */
const Legend = ({ lines, hidden, x, at, onFlip }: LegendProps) => (
  <ul class="legend">
    {lines.map((line) => (
      <li>
        <button
          type="button"
          class={`quiet small${hidden.has(line.key) ? " off" : ""}`}
          aria-pressed={!hidden.has(line.key)}
          onClick={() => onFlip(line.key)}
        >
          <i style={{ background: swatch(line.color) }} aria-hidden="true" /> {line.label}{" "}
          <Readout line={line} x={x} at={at} short />
        </button>
      </li>
    ))}
  </ul>
);

/** Says below a chart which values it cannot show. */
function Remarks({
  lines,
  hidden,
  x,
  log,
  range,
}: {
  lines: readonly Line[];
  hidden: ReadonlySet<string>;
  x: XAxis;
  log: boolean;
  range: Range | null;
}) {
  const all = lines
    .filter((line) => !hidden.has(line.key))
    .flatMap((line) => remarks(line.series, x, log, range).map((text) => ({ line, text })));
  if (all.length === 0) return null;
  return (
    <ul class="remarks soft" tabIndex={all.length > 3 ? 0 : undefined}>
      {all.map(({ line, text }) => (
        <li>
          <i style={{ background: swatch(line.color) }} aria-hidden="true" />{" "}
          {lines.length > 1 ? `${line.label}: ` : ""}
          {text}
        </li>
      ))}
    </ul>
  );
}

/** The value under the pointer, else the last one. */
function Readout({ line, x, at, short }: { line: Line; x: XAxis; at: number | null; short?: boolean }) {
  const point = pointAt(line, at ?? Infinity);
  if (!point) return null;
  return (
    <span class="readout number">
      {short
        ? cell(point.value)
        : at === null
          ? valueText({ ...point, span: null })
          : `${xText(x, point.x)}: ${valueText(point)}`}
    </span>
  );
}
