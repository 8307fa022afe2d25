// SPDX-License-Identifier: Apache-2.0
// One chart on uPlot, which gives it axes and a cursor. The lines are drawn here, because a point can stand for several values.
import uPlot from "uplot";
import type { XAxis } from "../api/metrics.ts";
import { axisX, axisY } from "./axes.ts";
import { css, dash, paint } from "./color.ts";
import { join, type Line } from "./lines.ts";
import { drawGaps, drawStrokes, type Look, type Positions } from "./paint.ts";
import { pointAt } from "./point.ts";
import { listenToPointer } from "./pointer.ts";
import { linear, logarithmic, type Scale } from "./scale.ts";
import { extentOfLines, gapsOf, partsIn, type Range, rangeOfX, smoothStrokesOf, strokesOf } from "./strokes.ts";

export interface View {
  x: XAxis;
  log: boolean;
  /** 0: off. */
  smoothing: number;
  range: Range | null;
}

export interface PlotEvents {
  onRange: (range: Range | null) => void;
  /** The nearest point of each line, or null when the pointer is elsewhere. */
  onHover: (x: number | null) => void;
  /** A click at x, nearest to the line of that key. */
  onPoint: (x: number, key: string) => void;
}

export interface Drawn {
  lines: readonly Line[];
  hidden: ReadonlySet<string>;
}

const height = 220;
/** Below the axis: the height of a mark, the room for it, and how many lines' marks lie under one another. */
const mark = { height: 2, step: 3, rows: 3 };
/** Pixels from point to point at which each gets a dot. */
const dotRoom = 10;
/** Cursors go together; zooming is each chart's own. */
const moves = (type: string): boolean => type === "mousemove" || type === "mouseleave";

/** Owns a uPlot in `box`. Replaced when lines are added, removed or change their looks; filled again for new points. */
export class Plot {
  private readonly plot: uPlot;
  private drawn: Drawn;
  private readonly view: View;
  private readonly box: HTMLElement;
  private readonly events: PlotEvents;
  private scale: Scale;

  constructor(box: HTMLElement, drawn: Drawn, view: View, events: PlotEvents, sync: string) {
    this.box = box;
    this.drawn = drawn;
    this.view = view;
    this.events = events;
    this.scale = this.upright();
    this.plot = new uPlot(this.options(sync), this.columns(), box);
    listenToPointer(this.plot.over, {
      range: () => this.xRange(),
      onRange: (range) => this.events.onRange(range),
      zoom: (factor) => this.move(factor, 0),
      onClick: () => this.click(),
    });
  }

  fill(drawn: Drawn): void {
    this.drawn = drawn;
    this.refresh();
  }

  private refresh(): void {
    this.scale = this.upright();
    this.plot.setData(this.columns());
    this.plot.redraw(false, true);
  }

  resize(): void {
    this.plot.setSize({ width: this.plotWidth(), height });
  }

  /** Zooms by `factor` around the middle, or moves by `part` of the width. */
  move(factor: number, part: number): void {
    const shown = this.xRange();
    if (!shown) return;
    const [min, max] = shown;
    const middle = (min + max) / 2 + part * (max - min);
    const half = ((max - min) / 2) * factor;
    this.events.onRange([middle - half, middle + half]);
  }

  /** Has the cursor stand at x, as a pointer would. */
  pointTo(x: number): void {
    this.plot.setCursor({ left: this.plot.valToPos(x, "x"), top: 0 });
  }

  canvas(): HTMLCanvasElement {
    return this.plot.ctx.canvas;
  }

  destroy(): void {
    this.plot.destroy();
  }

  private visible(): Line[] {
    return this.drawn.lines.filter((line) => !this.drawn.hidden.has(line.key));
  }

  /** The scale of y: it holds every value within the range of x that is shown. */
  private upright(): Scale {
    const { log, smoothing, range } = this.view;
    const extent = extentOfLines(
      this.visible().map((line) => line.series),
      log,
      smoothing,
      range,
    );
    return log ? logarithmic(extent ?? { low: 1, high: 10 }) : linear(extent ?? { low: 0, high: 1 });
  }

  /** What the cursor stands on: the last value of each part, as its position on the scale. */
  private columns(): uPlot.AlignedData {
    const position = (value: number | null): number | null =>
      value === null || !Number.isFinite(value) || (this.view.log && value <= 0) ? null : this.scale.at(value);
    return join(
      this.drawn.lines.map(({ series: { x, last } }) => ({ x, ys: [last.map(position)] })),
    ) as uPlot.AlignedData;
  }

  private plotWidth(): number {
    return Math.max(120, this.box.clientWidth);
  }

  private options(sync: string): uPlot.Options {
    const ink = css("--soft");
    const grid = { stroke: css("--line"), width: 1 };
    const { x } = this.view;
    return {
      width: this.plotWidth(),
      height,
      legend: { show: false },
      pxAlign: false,
      padding: [8, 14, 0, 0],
      cursor: {
        sync: { key: sync, scales: ["x", null], filters: { pub: moves, sub: moves } },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        y: false,
      },
      scales: { x: { time: x === "time", range: () => this.range() }, y: { range: [0, 1] } },
      series: [
        {},
        ...this.drawn.lines.map(
          (line): uPlot.Series => ({
            label: line.label,
            stroke: paint(line.color),
            show: !this.drawn.hidden.has(line.key),
            paths: () => null,
            points: { show: false },
          }),
        ),
      ],
      axes: [
        { stroke: ink, grid, ticks: grid, ...axisX(x, () => this.plotWidth()) },
        { stroke: ink, grid, ticks: grid, ...axisY(() => this.scale) },
      ],
      hooks: {
        draw: [(u) => this.drawLines(u)],
        setSelect: [
          (u) =>
            u.select.width > 3 &&
            this.events.onRange([u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")]),
        ],
        setCursor: [
          (u) =>
            this.events.onHover(u.cursor.left == null || u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, "x")),
        ],
      },
    };
  }

  /** The range of x that is shown. */
  private range(): Range {
    return this.view.range ?? rangeOfX(this.drawn.lines.map((line) => line.series));
  }

  private drawLines(u: uPlot): void {
    const { left, top, width, height: tall } = u.bbox;
    const ratio = devicePixelRatio;
    const positions: Positions = {
      x: (value) => u.valToPos(value, "x", true),
      y: (value) => top + tall * (1 - this.scale.at(value)),
    };
    this.clipped(u, [left - 3 * ratio, top - 3 * ratio, width + 6 * ratio, tall + 6 * ratio], () => {
      for (const line of this.visible()) this.drawLine(u, line, positions);
    });
    this.clipped(u, [left - 3 * ratio, top + tall, width + 6 * ratio, 12 * ratio], () => {
      for (const [i, { series, color }] of this.visible().entries()) {
        const edge = top + tall + (2 + mark.step * (i % mark.rows)) * ratio;
        drawGaps(u.ctx, gapsOf(series), positions.x, edge, mark.height * ratio, paint(color));
      }
    });
  }

  private drawLine(u: uPlot, { series, color }: Line, positions: Positions): void {
    const { log, smoothing, range } = this.view;
    const { begin, end } = partsIn(series, this.range());
    const ratio = devicePixelRatio;
    const look: Look = {
      color: paint(color),
      dash: dash(color).map((length) => length * ratio),
      width: 1.75 * ratio,
      alpha: 1,
      dot: 2.5 * ratio,
      dots: end - begin <= u.bbox.width / ratio / dotRoom,
    };
    const strokes = strokesOf(series, log, range);
    if (smoothing === 0) {
      drawStrokes(u.ctx, strokes, positions, look);
      return;
    }
    drawStrokes(u.ctx, strokes, positions, { ...look, dash: [], width: ratio, alpha: 0.3, dots: false });
    drawStrokes(u.ctx, smoothStrokesOf(series, smoothing, log), positions, look);
  }

  private clipped(u: uPlot, box: [number, number, number, number], draw: () => void): void {
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(...box);
    u.ctx.clip();
    draw();
    u.ctx.restore();
  }

  /** The range of x that uPlot shows; null before it has drawn. */
  private xRange(): Range | null {
    const { min, max } = this.plot.scales.x!;
    return min == null || max == null ? null : [min, max];
  }

  private click(): void {
    const { left, top } = this.plot.cursor;
    if (left == null || left < 0) return;
    const x = this.plot.posToVal(left, "x");
    const line = this.lineNear(x, top ?? 0);
    if (line) this.events.onPoint(x, line.key);
  }

  /** The visible line whose value at x is drawn nearest to a height. */
  private lineNear(x: number, top: number): Line | undefined {
    const distance = (line: Line): number => {
      const value = pointAt(line, x)?.value ?? null;
      if (value === null || !Number.isFinite(value) || (this.view.log && value <= 0)) return Infinity;
      return Math.abs(this.plot.valToPos(this.scale.at(value), "y") - top);
    };
    return this.visible().reduce<Line | undefined>(
      (best, line) => (best && distance(best) <= distance(line) ? best : line),
      undefined,
    );
  }

  /** Keeps what changes while the chart stays: the part of x that is shown. */
  show(range: Range | null): void {
    this.view.range = range;
    this.plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.refresh();
  }
}
