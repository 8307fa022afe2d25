// SPDX-License-Identifier: Apache-2.0
// The chart of one scalar metric of one or several runs: fetched when it comes into sight, finer where it is zoomed into.
import { useMemo, useState } from "preact/hooks";
import { seriesOf } from "../api/metrics.ts";
import type { Run, Series } from "../api/types.ts";
import { useAnswer } from "../live/answer.ts";
import { Oops } from "../ui/parts.tsx";
import { useVisible } from "../ui/visible.ts";
import { Chart } from "./chart.tsx";
import type { Line } from "./lines.ts";
import type { ChartSettings } from "./settings.tsx";

interface Props {
  name: string;
  runs: readonly Pick<Run, "id" | "started">[];
  /** What the lines are called; by default the metric's name. */
  labels?: readonly string[];
  /** Numbers of their colours; by default from 0. */
  colours?: readonly number[];
  settings: ChartSettings;
  onPoint?: (time: number, run: string) => void;
}

const points = 800;

export function MetricChart({ name, runs, labels, colours, settings, onPoint }: Props) {
  const { ref, visible } = useVisible<HTMLDivElement>();
  const [zoom, setZoom] = useState<{ x: string; range: [number, number] } | null>(null);
  const range = zoom?.x === settings.x ? zoom.range : null;
  const key = JSON.stringify([runs.map((run) => run.id), name, settings.x, range]);
  const found = useAnswer(visible ? key : null, async (signal) => {
    const asked = { from: range?.[0], to: range?.[1], points };
    return Promise.all(runs.map((run) => seriesOf(run.id, [name], settings.x, asked, run.started, signal)));
  }, (change) => change.what.includes("metrics") && runs.some((run) => run.id === change.run), true);

  const lines = useMemo(() => (found.value ?? []).flatMap((each: Series[], i): Line[] =>
    each[0] ? [{ key: runs[i]?.id ?? String(i), label: labels?.[i] ?? name, colour: colours?.[i] ?? i, series: each[0] }] : []), [found.value]);
  return (
    <div ref={ref} class="chart-place">
      {found.error ? <Oops error={found.error} again={found.again} /> : null}
      {lines.length ? (
        <Chart title={name} lines={lines} {...settings} range={range} sync={`runyard ${settings.x}`}
          onRange={(next) => setZoom(next && { x: settings.x, range: next })} onPoint={(time, line) => onPoint?.(time, line.key)} />
      ) : <div class="chart card waiting"><strong>{name}</strong></div>}
    </div>
  );
}
