// SPDX-License-Identifier: Apache-2.0
// The courses of all runs of a sweep in one plot on uPlot, which gives it axes and a cursor: a thin line for each run, or a dot
// where it has one value, and the best so far as a step line. All are drawn here, because a thousand runs have hardly an x in common.
import uPlot from "uplot";
import { axisX, axisY } from "../charts/axes.ts";
import { css } from "../charts/color.ts";
import { drawStrokes, type Look, type Positions } from "../charts/paint.ts";
import { listenToPointer } from "../charts/pointer.ts";
import { extentOf, linear, logarithmic, type Scale } from "../charts/scale.ts";
import { type Range, type Stroke, valuesWithin } from "../charts/strokes.ts";
import { nearestCourse } from "./courses.ts";
import { rampColors } from "./ramp.ts";

export interface DrawnCourse {
  id: string;
  strokes: readonly Stroke[];
  /** The number of its color; null: it has no finite value of the metric. */
  color: number | null;
}

export interface Content {
  courses: readonly DrawnCourse[];
  best: Stroke;
  /** From the beginning to the end of what there is. */
  whole: Range;
}

export interface CourseEvents {
  onRange: (range: Range | null) => void;
  /** The course that the pointer is at. */
  onHover: (id: string | null) => void;
  onOpen: (id: string) => void;
}

const height = 260;

/** Owns a uPlot in `box`, and over it the line of the run that is lit. */
export class CoursesPlot {
  private readonly plot: uPlot;
  private readonly box: HTMLElement;
  private readonly log: boolean;
  private readonly events: CourseEvents;
  private readonly over = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private content: Content;
  private range: Range | null;
  private scale: Scale;
  private lit: string | null = null;
  private pointed = false;

  constructor(box: HTMLElement, content: Content, log: boolean, range: Range | null, events: CourseEvents) {
    this.box = box;
    this.content = content;
    this.log = log;
    this.range = range;
    this.events = events;
    this.scale = this.upright();
    this.plot = new uPlot(this.options(), this.columns(), box);
    this.over.setAttribute("class", "lit-course");
    this.plot.over.append(this.over);
    listenToPointer(this.plot.over, {
      range: () => this.shown(),
      onRange: events.onRange,
      zoom: (factor) => this.zoom(factor),
      onClick: () => this.lit !== null && events.onOpen(this.lit),
    });
  }

  /** Shows other content, or another range of it. */
  fill(content: Content, range: Range | null): void {
    this.content = content;
    this.range = range;
    this.scale = this.upright();
    this.plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.plot.setData(this.columns());
    this.plot.redraw(false, true);
    this.light(this.lit);
  }

  resize(): void {
    this.plot.setSize({ width: this.width(), height });
    this.light(this.lit);
  }

  zoom(factor: number): void {
    const [from, to] = this.shown();
    const half = ((to - from) / 2) * factor;
    this.events.onRange([(from + to) / 2 - half, (from + to) / 2 + half]);
  }

  /** Has the cursor stand at x, as a pointer would. */
  pointTo(x: number): void {
    this.plot.setCursor({ left: this.plot.valToPos(x, "x"), top: 0 }, false);
  }

  /** Draws the line of a run over all others. */
  light(id: string | null): void {
    this.lit = id;
    const course = this.content.courses.find((course) => course.id === id);
    const y = this.heightOf();
    const path = (course?.strokes ?? []).map((stroke) =>
      stroke.map(
        ({ x, y: value }, i) => `${i ? "L" : "M"}${this.plot.valToPos(x, "x").toFixed(1)} ${y(value).toFixed(1)}`,
      ),
    );
    const drawn = path.map((parts) => (parts.length === 1 ? `${parts[0]}h.01` : parts.join(""))).join("");
    const line = document.createElementNS(this.over.namespaceURI, "path");
    line.setAttribute("d", drawn);
    this.over.replaceChildren(line);
  }

  destroy(): void {
    this.plot.destroy();
  }

  private shown(): Range {
    return this.range ?? this.content.whole;
  }

  private upright(): Scale {
    const strokes = [...this.content.courses.flatMap((course) => course.strokes), this.content.best];
    const extent = extentOf(valuesWithin(strokes, this.range));
    return this.log ? logarithmic(extent ?? { low: 1, high: 10 }) : linear(extent ?? { low: 0, high: 1 });
  }

  /** Only what the cursor needs: the ends of x. */
  private columns(): uPlot.AlignedData {
    return [this.content.whole, [null, null]];
  }

  private width(): number {
    return Math.max(120, this.box.clientWidth);
  }

  private options(): uPlot.Options {
    const ink = css("--soft");
    const grid = { stroke: css("--line"), width: 1 };
    const common = { stroke: ink, grid, ticks: grid };
    return {
      width: this.width(),
      height,
      legend: { show: false },
      pxAlign: false,
      padding: [8, 14, 0, 0],
      cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false }, y: false },
      scales: { x: { time: false, range: () => this.shown() }, y: { range: [0, 1] } },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        { ...common, ...axisX("relative", () => this.width()) },
        { ...common, ...axisY(() => this.scale) },
      ],
      hooks: {
        draw: [(u) => this.draw(u)],
        setSelect: [
          (u) =>
            u.select.width > 3 &&
            this.events.onRange([u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")]),
        ],
        setCursor: [(u) => this.hover(u)],
      },
    };
  }

  private draw(u: uPlot): void {
    const { left, top, width, height: tall } = u.bbox;
    const positions: Positions = {
      x: (value) => u.valToPos(value, "x", true),
      y: (value) => top + tall * (1 - this.scale.at(value)),
    };
    const ratio = devicePixelRatio;
    const look = (color: string, thick: number, alpha: number): Look => ({
      color,
      dash: [],
      width: thick * ratio,
      alpha,
      dot: 2.5 * ratio,
      dots: false,
    });
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(left - 3 * ratio, top - 3 * ratio, width + 6 * ratio, tall + 6 * ratio);
    u.ctx.clip();
    const colors = rampColors();
    const alpha = this.content.courses.length > 100 ? 0.45 : 0.75;
    for (const { strokes, color } of this.content.courses)
      drawStrokes(u.ctx, strokes, positions, look(color === null ? css("--off") : colors[color]!, 1, alpha));
    drawStrokes(u.ctx, [this.content.best], positions, look(css("--ink"), 2, 1));
    u.ctx.restore();
  }

  /** Where a value lies, in pixels from the top of the plot's area. */
  private heightOf(): (value: number) => number {
    const tall = this.plot.over.clientHeight;
    return (value) => tall * (1 - this.scale.at(value));
  }

  private hover(u: uPlot): void {
    const { left, top } = u.cursor;
    const pointed = left != null && left >= 0 && top != null;
    if (!pointed) {
      if (this.pointed) this.events.onHover(null); // else the pointer is elsewhere on the page, perhaps at another run
      this.pointed = false;
      return;
    }
    this.pointed = true;
    const [from, to] = this.shown();
    const strokes = this.content.courses.map((course) => course.strokes);
    const perPixel = (to - from) / Math.max(1, u.over.clientWidth);
    const place = nearestCourse(strokes, u.posToVal(left, "x"), top, this.heightOf(), perPixel);
    this.events.onHover(this.content.courses[place]?.id ?? null);
  }
}
