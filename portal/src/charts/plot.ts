// SPDX-License-Identifier: Apache-2.0
// One chart on uPlot: lines with their raw form faint behind, spread, marks where a value was no number, zoom and pan.
import uPlot from "uplot";
import { duration } from "../format/time.ts";
import { number } from "../format/number.ts";
import type { XAxis } from "../api/metrics.ts";
import { css, paint } from "./colour.ts";
import { followFinger } from "./finger.ts";
import { join, nearest, positive, smooth, type Line } from "./lines.ts";

export interface View {
  x: XAxis;
  log: boolean;
  /** 0: off. */
  smoothing: number;
  range: [number, number] | null;
}

export interface PlotEvents {
  onRange: (range: [number, number] | null) => void;
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
/** Between marks of what is counted: 1, 2, 5, 10, ... */
const wholes = Array.from({ length: 16 }, (_, i) => [1, 2, 5].map((each) => each * 10 ** i)).flat();
/** Cursors go together; zooming is each chart's own. */
const moves = (type: string): boolean => type === "mousemove" || type === "mouseleave";

/** Owns a uPlot in `box`. Made anew when lines come, go or change their looks; filled anew for new points. */
export class Plot {
  private readonly plot: uPlot;
  private drawn: Drawn;
  private readonly view: View;
  private readonly box: HTMLElement;
  private readonly events: PlotEvents;

  constructor(box: HTMLElement, drawn: Drawn, view: View, events: PlotEvents, sync: string) {
    this.box = box;
    this.drawn = drawn;
    this.view = view;
    this.events = events;
    this.plot = new uPlot(this.options(sync), this.columns(), box);
    this.listen();
  }

  fill(drawn: Drawn): void {
    this.drawn = drawn;
    this.plot.setData(this.columns());
  }

  resize(): void {
    this.plot.setSize({ width: Math.max(120, this.box.clientWidth), height });
  }

  /** Zooms by `factor` around the middle, or moves by `part` of the width. */
  move(factor: number, part: number): void {
    const { min, max } = this.plot.scales["x"]!;
    if (min == null || max == null) return;
    const middle = (min + max) / 2 + part * (max - min), half = ((max - min) / 2) * factor;
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

  private shown(): { line: Line; colour: string }[] {
    return this.drawn.lines.map((line) => ({ line, colour: paint(line.colour) }));
  }

  /** Each line, and its smooth form after it when there is smoothing. */
  private columns(): uPlot.AlignedData {
    const { log, smoothing } = this.view;
    return join(this.drawn.lines.map(({ series: { x, last } }) => {
      const y = log ? positive(last) : last;
      return { x, ys: smoothing > 0 ? [y, smooth(y, smoothing)] : [y] };
    })) as uPlot.AlignedData;
  }

  private axisX(): uPlot.Axis {
    const { x } = this.view;
    if (x === "time") return { size: 48 };
    if (x === "relative") return { size: 32, values: (_u, splits) => splits.map((each) => duration(each)) };
    return { size: 32, ...(x === "index" || x === "step" ? { incrs: wholes } : {}) };
  }

  private options(sync: string): uPlot.Options {
    const ink = css("--soft"), grid = { stroke: css("--line"), width: 1 };
    const { x, log, smoothing } = this.view;
    const series = (line: Line, colour: string, faint: boolean): uPlot.Series => ({
      label: line.label, stroke: colour, width: faint ? 1 : 1.75, alpha: faint ? 0.3 : 1, show: !this.drawn.hidden.has(line.key),
      spanGaps: false, points: faint ? { show: false } : { size: 5, fill: colour },
    });
    const forms = smoothing > 0 ? [true, false] : [false];
    return {
      width: Math.max(120, this.box.clientWidth), height, legend: { show: false }, pxAlign: false, padding: [8, 14, 0, 0],
      cursor: { sync: { key: sync, scales: ["x", null], filters: { pub: moves, sub: moves } }, drag: { x: true, y: false, setScale: false }, points: { size: 7 }, y: false },
      scales: { x: { time: x === "time", range: (_u, min, max) => this.range(min, max) }, y: { distr: log ? 3 : 1 } },
      series: [{}, ...this.shown().flatMap(({ line, colour }) => forms.map((faint) => series(line, colour, faint)))],
      axes: [
        { stroke: ink, grid, ticks: grid, ...this.axisX() },
        { stroke: ink, grid, ticks: grid, size: 62, values: (_u, splits) => splits.map((each) => (each === null ? "" : number(each, 4))) },
      ],
      hooks: {
        drawClear: [(u) => this.drawSpread(u)],
        draw: [(u) => this.drawNoNumbers(u)],
        setSelect: [(u) => u.select.width > 3 && this.events.onRange([u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")])],
        setCursor: [(u) => this.events.onHover(u.cursor.left == null || u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, "x"))],
      },
    };
  }

  private range(min: number | null, max: number | null): [number, number] {
    if (this.view.range) return this.view.range;
    if (min === null || max === null) return [0, 1];
    return min === max ? [min - 0.5, max + 0.5] : [min, max];
  }

  /** What the parts of a reduced line leave out: from the lowest to the highest value of each. */
  private drawSpread(u: uPlot): void {
    this.eachVisible(u, ({ series }, colour, px) => {
      u.ctx.fillStyle = colour;
      u.ctx.globalAlpha = 0.22;
      const wide = Math.max(1, Math.min(6, u.bbox.width / Math.max(1, series.x.length)));
      series.x.forEach((x, i) => {
        const low = series.low[i] ?? null, high = series.high[i] ?? null;
        if (series.n[i]! < 2 || low === null || high === null || (this.view.log && low <= 0)) return;
        const top = u.valToPos(high, "y", true), bottom = u.valToPos(low, "y", true);
        u.ctx.fillRect(px(x) - wide / 2, top, wide, Math.max(1, bottom - top));
      });
    });
  }

  /** A cross at the bottom where something was logged that is no finite number. */
  private drawNoNumbers(u: uPlot): void {
    this.eachVisible(u, ({ series }, colour, px) => {
      const size = 3.5 * devicePixelRatio, y = u.bbox.top + u.bbox.height - 2 * size;
      u.ctx.strokeStyle = colour;
      u.ctx.lineWidth = 1.5 * devicePixelRatio;
      u.ctx.beginPath();
      series.nan.forEach((count, i) => {
        if (!count) return;
        const x = px(series.x[i]!);
        u.ctx.moveTo(x - size, y - size), u.ctx.lineTo(x + size, y + size);
        u.ctx.moveTo(x + size, y - size), u.ctx.lineTo(x - size, y + size);
      });
      u.ctx.stroke();
    });
  }

  private eachVisible(u: uPlot, draw: (line: Line, colour: string, px: (x: number) => number) => void): void {
    for (const { line, colour } of this.shown()) {
      if (this.drawn.hidden.has(line.key)) continue;
      u.ctx.save();
      u.ctx.beginPath();
      u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
      u.ctx.clip();
      draw(line, colour, (x) => u.valToPos(x, "x", true));
      u.ctx.restore();
    }
  }

  private listen(): void {
    const { over } = this.plot;
    followFinger(over);
    let pressed = 0, panFrom: { x: number; range: [number, number] } | null = null;
    over.addEventListener("pointerdown", (event) => {
      pressed = event.clientX;
      const { min, max } = this.plot.scales["x"]!;
      if (event.shiftKey && min != null && max != null) panFrom = { x: event.clientX, range: [min, max] };
    });
    over.addEventListener("mousedown", (event) => event.shiftKey && event.stopImmediatePropagation(), true);
    over.addEventListener("pointermove", (event) => {
      if (event.buttons === 0) panFrom = null; // let go elsewhere
      if (!panFrom) return;
      const moved = ((panFrom.x - event.clientX) / over.clientWidth) * (panFrom.range[1] - panFrom.range[0]);
      this.events.onRange([panFrom.range[0] + moved, panFrom.range[1] + moved]);
    });
    over.addEventListener("pointerup", () => (panFrom = null));
    over.addEventListener("dblclick", () => this.events.onRange(null));
    over.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.move(event.deltaY > 0 ? 1.25 : 0.8, 0);
    }, { passive: false });
    over.addEventListener("click", (event) => {
      const { left, top } = this.plot.cursor;
      if (Math.abs(event.clientX - pressed) >= 3 || left == null || left < 0) return;
      const x = this.plot.posToVal(left, "x"), line = this.lineNear(x, top ?? 0);
      if (line) this.events.onPoint(x, line.key);
    });
  }

  /** The visible line whose value at x is drawn nearest to a height. */
  private lineNear(x: number, top: number): Line | undefined {
    const distance = (line: Line): number => {
      const value = pointAt(line, x)?.value ?? null;
      return value === null ? Infinity : Math.abs(this.plot.valToPos(value, "y") - top);
    };
    const visible = this.drawn.lines.filter((line) => !this.drawn.hidden.has(line.key));
    return visible.reduce<Line | undefined>((best, line) => (best && distance(best) <= distance(line) ? best : line), undefined);
  }

  /** Keeps what changes while the chart stays: the part of x that is shown. */
  show(range: [number, number] | null): void {
    this.view.range = range;
    this.plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.plot.redraw(true, true);
    const x = this.plot.data[0];
    if (x.length) this.plot.setScale("x", { min: range?.[0] ?? x[0]!, max: range?.[1] ?? x[x.length - 1]! });
  }
}

/** The value of a line nearest to x, and where it stands; null for a line without points. */
export function pointAt({ series }: Line, x: number): { x: number; value: number | null; time: number } | null {
  const i = nearest(series.x, x);
  return i < 0 ? null : { x: series.x[i]!, value: series.last[i] ?? null, time: series.time[i]! };
}
