// SPDX-License-Identifier: Apache-2.0
// The chart of one scalar metric of one or several runs: fetched when it comes into sight, finer where it is zoomed into.
import { useMemo, useRef, useState } from "preact/hooks";
import { seriesOf } from "../api/metrics.ts";
import type { Run, Series } from "../api/types.ts";
import { useAnswer } from "../live/answer.ts";
import { ErrorNotice } from "../ui/parts.tsx";
import { useRested } from "../ui/rested.ts";
import { useVisible } from "../ui/visible.ts";
import { Chart } from "./chart.tsx";
import type { Line } from "./lines.ts";
import type { ChartSettings } from "./settings.tsx";
import type { Range } from "./strokes.ts";

interface Props {
  name: string;
  runs: readonly Pick<Run, "id">[];
  /** What the lines are called; by default the metric's name. */
  labels?: readonly string[];
  /** Numbers of their colors; by default from 0. */
  colors?: readonly number[];
  settings: ChartSettings;
  onPoint?: (time: number, run: string) => void;
}

/**
 * How many parts a line has: fewer when many lines share a chart. A part has its first, last, lowest and highest
 * value; for the range that is zoomed into, parts are requested again.
 */
const partsFor = (lines: number): number => (lines > 4 ? 400 : 800);

export function MetricChart({ name, runs, labels, colors, settings, onPoint }: Props) {
  const { ref, visible } = useVisible<HTMLDivElement>();
  const [zoom, setZoom] = useState<{ x: string; range: Range } | null>(null);
  const rested = useRested(zoom, 150);
  const of = (zoomed: typeof zoom): Range | null => (zoomed?.x === settings.x ? zoomed.range : null);
  const range = of(zoom);
  const asked = of(rested); // the range that is shown, and the range for which points are fetched
  const key = JSON.stringify([runs.map((run) => run.id), name, settings.x, asked]);
  const known = useRef({ key, series: new Map<string, Series | undefined>() });
  if (known.current.key !== key) known.current = { key, series: new Map() };
  const found = useAnswer(
    visible ? key : null,
    async (_signal, changed) => {
      const { series } = known.current;
      const stretch = { x: settings.x, from: asked?.[0], to: asked?.[1], points: partsFor(runs.length) };
      await Promise.all(
        runs
          .filter((run) => !changed || changed.has(run.id) || !series.has(run.id))
          .map(async ({ id }) => void series.set(id, await seriesOf(name, { ...stretch, run: id }))),
      );
      return new Map(series);
    },
    (change) => change.what.includes("metrics") && runs.some((run) => run.id === change.run),
    true,
  );

  const lines = useMemo(
    () =>
      runs.flatMap((run, i): Line[] => {
        const series = found.value?.get(run.id);
        return series ? [{ key: run.id, label: labels?.[i] ?? name, color: colors?.[i] ?? i, series }] : [];
      }),
    [found.value, labels?.join("\n"), colors?.join()],
  );
  return (
    <div ref={ref} class="chart-place">
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      {lines.length ? (
        <Chart
          title={name}
          lines={lines}
          {...settings}
          range={range}
          sync={`runyard ${settings.x}`}
          onRange={(next) => setZoom(next && { x: settings.x, range: next })}
          {...(onPoint ? { onPoint: (time: number, line: Line) => onPoint(time, line.key) } : {})}
        />
      ) : (
        <div class="chart card waiting">
          <strong>{name}</strong>
        </div>
      )}
    </div>
  );
}
