// SPDX-License-Identifier: Apache-2.0
// Parallel coordinates: a line for each trial through its values on all axes. A drag along an axis lets only a part of it through.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { css } from "../charts/color.ts";
import { go, link } from "../router.ts";
import { t } from "../text/text.ts";
import { onTheme } from "../ui/theme.ts";
import { type Brush, brushOver, coverOf } from "./brush.ts";
import type { Placed } from "./dimension.ts";
import { type Lit, useLit } from "./lit.ts";
import type { Model } from "./model.ts";
import { type Bundle, drawBundles, heightsOf, nearestLine, type Plane, yOf } from "./parallel_lines.ts";
import { rampColors } from "./ramp.ts";

const height = 330;
const edge = { top: 44, bottom: 12, left: 48, right: 72 };
const leastStep = 92; // pixels from axis to axis
const reach = 14; // pixels beside an axis at which a drag begins
const slack = 4; // pixels that a pointer goes before it drags
const widest = 16_000; // pixels of a canvas

export interface ParallelProps {
  model: Model;
  brushes: readonly Brush[];
  passes: readonly boolean[];
  /** The axis that the reader has chosen to set. */
  chosen: string | undefined;
  onChoose: (key: string) => void;
  /** While a brush is drawn; null: its axis lets everything through. `done`: the pointer was released. */
  onBrush: (key: string, brush: Brush | null, done: boolean) => void;
  lit: Lit;
}

function planeOf(axes: number, width: number): { plane: Plane; width: number; step: number } {
  const room = width - edge.left - edge.right;
  const step = axes > 1 ? Math.max(leastStep, room / (axes - 1)) : room;
  const xs = Array.from({ length: axes }, (_, i) => edge.left + i * step);
  const needed = edge.left + edge.right + step * Math.max(1, axes - 1);
  return { plane: { xs, top: edge.top, bottom: height - edge.bottom }, width: Math.max(width, needed), step };
}

export function Parallel(props: ParallelProps) {
  const { model, brushes, passes, chosen, onChoose, onBrush, lit } = props;
  const { axes, trials, colors } = model;
  const scroller = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  const { plane, width, step } = useMemo(() => planeOf(axes.length, room), [axes.length, room]);
  const heights = useMemo(() => heightsOf(axes, trials.length), [axes, trials.length]);
  useLayoutEffect(() => {
    const measure = (): void => setRoom(scroller.current!.clientWidth);
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(scroller.current!);
    return () => sizes.disconnect();
  }, []);

  const lineAt = (event: PointerEvent): string | null => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const index = nearestLine(heights, passes, plane, event.clientX - box.left, event.clientY - box.top, 10);
    return trials[index]?.id ?? null;
  };
  return (
    <div class="parallel-scroll" ref={scroller} tabIndex={0} role="region" aria-label={t.sweep.parallel}>
      <div class="parallel" style={{ width: `${width}px`, height: `${height}px` }}>
        <Lines colors={colors} passes={passes} heights={heights} plane={plane} width={width} />
        <svg
          width={width}
          height={height}
          role="group"
          aria-label={t.sweep.parallelSpoken(trials.length, passes.filter(Boolean).length)}
          onPointerMove={(event) => lit.set(lineAt(event))}
          onPointerDown={(event) => lit.set(lineAt(event))}
          onPointerLeave={() => lit.set(null)}
          onPointerUp={(event) => {
            const id = event.pointerType === "mouse" && event.button === 0 ? lineAt(event) : null;
            if (id !== null) go(link(["runs", id]));
          }}
        >
          <LitLine lit={lit} model={model} heights={heights} plane={plane} />
          {axes.map((axis, i) => (
            <Axis
              key={axis.dimension.key}
              axis={axis}
              brush={brushes.find(({ key }) => key === axis.dimension.key)}
              x={plane.xs[i]!}
              plane={plane}
              letters={Math.max(5, Math.floor((i === axes.length - 1 ? edge.right : step) / 7) - 1)}
              result={i === axes.length - 1}
              goal={model.goal}
              onBrush={onBrush}
            />
          ))}
        </svg>
        {axes.map(({ dimension: { key, name, log } }, i) => (
          <button
            type="button"
            key={key}
            class={`axis-name${i === axes.length - 1 ? " result" : ""}`}
            style={{ left: `${plane.xs[i]}px`, maxWidth: `${Math.min(step, 2 * edge.left) - 4}px` }}
            title={name}
            aria-pressed={key === chosen}
            onClick={() => onChoose(key)}
          >
            <span>{name}</span>
            {log ? <i>{t.sweep.log}</i> : null}
          </button>
        ))}
      </div>
    </div>
  );
}

interface LinesProps {
  colors: Model["colors"];
  passes: readonly boolean[];
  heights: readonly (readonly number[])[];
  plane: Plane;
  width: number;
}

/** The lines on a canvas: those that the filter holds back, those without a metric, then the others, the best on top. */
function Lines({ colors, passes, heights, plane, width }: LinesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [theme, setTheme] = useState(0);
  useEffect(() => onTheme(() => setTheme((n) => n + 1)), []);
  useLayoutEffect(() => {
    const ratio = Math.min(devicePixelRatio, widest / width);
    const element = canvas.current!;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    const context = element.getContext("2d")!;
    context.scale(ratio, ratio);
    drawBundles(context, bundlesOf(colors, passes, heights), plane);
  }, [colors, passes, heights, plane, width, theme]);
  return <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />;
}

function bundlesOf(
  colors: Model["colors"],
  passes: readonly boolean[],
  heights: readonly (readonly number[])[],
): Bundle[] {
  const linesOf = (holds: (i: number) => boolean) => heights.filter((_, i) => holds(i));
  const many = passes.filter(Boolean).length > 200;
  const [alpha, thin] = [many ? 0.55 : 0.85, many ? 1 : 1.5];
  return [
    { color: css("--line"), alpha: 1, width: 1, lines: linesOf((i) => !passes[i]) },
    { color: css("--off"), alpha: 0.4, width: thin, lines: linesOf((i) => passes[i]! && colors[i] === null) },
    ...rampColors().map((color, n) => ({
      color,
      alpha,
      width: thin,
      lines: linesOf((i) => passes[i]! && colors[i] === n),
    })),
  ];
}

interface LitLineProps {
  lit: Lit;
  model: Model;
  heights: readonly (readonly number[])[];
  plane: Plane;
}

function LitLine({ lit, model, heights, plane }: LitLineProps) {
  const id = useLit(lit);
  const index = id === null ? -1 : model.trials.findIndex((trial) => trial.id === id);
  if (index < 0) return null;
  const points = heights[index]!.map((height, i) => `${plane.xs[i]!.toFixed(1)},${yOf(plane, height).toFixed(1)}`);
  return <polyline class="lit-line" points={points.join(" ")} />;
}

interface AxisProps {
  axis: Placed;
  brush: Brush | undefined;
  x: number;
  plane: Plane;
  /** As many letters as there is room for beside the axis. */
  letters: number;
  /** It is that of the metric, whose colors it shows. */
  result: boolean;
  goal: Model["goal"];
  onBrush: ParallelProps["onBrush"];
}

const short = (text: string, letters: number): string => {
  const all = [...text];
  return all.length > letters ? `${all.slice(0, letters - 1).join("")}…` : text;
};

function Axis({ axis, brush, x, plane, letters, result, goal, onBrush }: AxisProps) {
  const start = useRef<number | null>(null);
  const { key, name } = axis.dimension;
  const { top, bottom } = plane;
  const shareAt = (event: PointerEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.max(0, Math.min(1, (box.bottom - slack - event.clientY) / (bottom - top)));
  };
  const drags = (share: number): boolean => Math.abs(share - start.current!) * (bottom - top) >= slack;
  const press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    start.current = shareAt(event);
    event.stopPropagation();
  };
  const move = (event: PointerEvent): void => {
    if (start.current === null) return;
    event.stopPropagation();
    const share = shareAt(event);
    if (drags(share)) onBrush(key, brushOver(axis, start.current, share), false);
  };
  const release = (event: PointerEvent): void => {
    if (start.current === null) return;
    event.stopPropagation();
    const share = shareAt(event);
    onBrush(key, event.type === "pointerup" && drags(share) ? brushOver(axis, start.current, share) : null, true);
    start.current = null;
  };
  return (
    <g class="parallel-axis">
      {result ? <Ramp x={x} axis={axis} plane={plane} goal={goal} /> : <line x1={x} x2={x} y1={top} y2={bottom} />}
      {axis.marks.map(({ at, text }) => (
        <text x={x + 8} y={yOf(plane, at) + 4}>
          {short(text, letters)}
          <title>{text}</title>
        </text>
      ))}
      {(brush ? coverOf(brush, axis) : []).map(([low, high]) => (
        <rect
          class="brush"
          x={x - 7}
          width={14}
          y={yOf(plane, high)}
          height={Math.max(2, yOf(plane, low) - yOf(plane, high))}
        />
      ))}
      <rect
        class="axis-reach"
        data-axis={name}
        x={x - reach}
        width={2 * reach}
        y={top - slack}
        height={bottom - top + 2 * slack}
        onPointerDown={press}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={release}
      />
    </g>
  );
}

/** The axis of the metric, in the colors of the lines: it is their legend. */
const Ramp = ({ x, axis, plane, goal }: { x: number; axis: Placed; plane: Plane; goal: Model["goal"] }) => {
  const from = yOf(plane, axis.bottom);
  const worst = goal === "minimize" ? plane.top : from;
  const best = goal === "minimize" ? from : plane.top;
  return (
    <>
      <linearGradient id="sweep-ramp" gradientUnits="userSpaceOnUse" x1={0} x2={0} y1={worst} y2={best}>
        <stop offset="0" class="ramp-0" />
        <stop offset="0.5" class="ramp-1" />
        <stop offset="1" class="ramp-2" />
      </linearGradient>
      <rect x={x - 2} width={4} y={plane.top} height={from - plane.top} fill="url(#sweep-ramp)" />
      {axis.bottom > 0 ? <line x1={x} x2={x} y1={from} y2={plane.bottom} /> : null}
    </>
  );
};
