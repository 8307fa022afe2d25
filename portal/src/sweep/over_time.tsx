// SPDX-License-Identifier: Apache-2.0
// The metric of all runs of a sweep over time, with the best so far.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Range } from "../charts/strokes.ts";
import { xText, xTitle } from "../charts/words.ts";
import { count, number } from "../format/number.ts";
import { go, link } from "../router.ts";
import { t } from "../text/text.ts";
import { onTheme } from "../ui/theme.ts";
import { bestSoFar, type Course, stepsOf } from "./best_so_far.ts";
import { strokesOfCourse } from "./courses.ts";
import { type Content, CoursesPlot } from "./courses_plot.ts";
import type { Lit } from "./lit.ts";
import type { Model } from "./model.ts";

interface Props {
  model: Model;
  /** By trial. */
  courses: readonly Course[];
  /** By trial: whether it passes the reader's filter. The best so far is that of all. */
  passes: readonly boolean[];
  /** When the sweep began, in seconds since 1970. */
  start: number;
  lit: Lit;
}

export function OverTime({ model, courses, passes, start, lit }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<CoursesPlot | null>(null);
  const [range, setRange] = useState<Range | null>(null);
  const [said, setSaid] = useState(""); // the improvement that was reached by keyboard
  const stood = useRef(-1);
  const [theme, setTheme] = useState(0);
  const { log } = model.result;
  const best = useMemo(() => bestSoFar(courses, model.goal), [courses, model.goal]);
  const content = useMemo(() => contentOf(model, courses, passes, best, start), [model, courses, passes, best, start]);
  const latest = useRef(content);
  latest.current = content;

  useEffect(() => onTheme(() => setTheme((n) => n + 1)), []);
  useEffect(() => {
    const made = new CoursesPlot(box.current!, latest.current, log, range, {
      onRange: setRange,
      onHover: (id) => lit.set(id),
      onOpen: (id) => go(link(["runs", id])),
    });
    plot.current = made;
    const sizes = new ResizeObserver(() => made.resize());
    sizes.observe(box.current!);
    const leave = lit.listen((id) => made.light(id));
    return () => {
      leave();
      sizes.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [log, theme, lit]);
  useEffect(() => plot.current?.fill(content, range), [content, range]);

  const labels = useMemo(() => new Map(model.trials.map(({ id, label }) => [id, label])), [model.trials]);
  const words = (i: number): string => {
    const { time, value, id } = best[i]!;
    return t.sweep.improved(xText("relative", time - start), number(value), labels.get(id) ?? id);
  };
  const step = (by: number): void => {
    if (best.length === 0) return;
    stood.current = Math.max(
      0,
      Math.min(best.length - 1, stood.current < 0 && by < 0 ? best.length - 1 : stood.current + by),
    );
    plot.current?.pointTo(best[stood.current]!.time - start);
    lit.set(best[stood.current]!.id);
    setSaid(words(stood.current));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") step(event.key === "ArrowLeft" ? -1 : 1);
    else if (event.key === "+" || event.key === "-") plot.current?.zoom(event.key === "+" ? 0.5 : 2);
    else if (event.key === "Enter" && lit.id !== null) go(link(["runs", lit.id]));
    else if (event.key === "0" || event.key === "Escape") setRange(null);
    else return;
    event.preventDefault();
  };
  const odd = courses.filter(({ points }) => points.some(([, value]) => !Number.isFinite(value))).length;
  return (
    <figure class="chart card">
      <figcaption>
        <strong title={model.metric}>{t.sweep.overTime(model.metric)}</strong>
        {best.length ? <span class="readout number">{words(best.length - 1)}</span> : null}
        <span class="row chart-tools">
          {range ? (
            <button type="button" class="quiet small" onClick={() => setRange(null)}>
              {t.charts.whole}
            </button>
          ) : null}
        </span>
      </figcaption>
      <div
        class="plot courses"
        ref={box}
        tabIndex={0}
        role="img"
        aria-label={[
          t.sweep.overTime(model.metric),
          t.sweep.runs(count(courses.length)),
          best.length ? words(best.length - 1) : t.charts.empty,
          t.sweep.courseKeys,
        ].join(". ")}
        onKeyDown={press}
        onPointerLeave={() => lit.set(null)}
      />
      <span class="hidden" role="status">
        {said}
      </span>
      <p class="soft caption">
        {xTitle("relative")}. {t.sweep.bestLine} {odd ? t.sweep.oddCourses(odd) : null}
      </p>
    </figure>
  );
}

function contentOf(
  { result, colors }: Model,
  courses: readonly Course[],
  passes: readonly boolean[],
  best: ReturnType<typeof bestSoFar>,
  start: number,
): Content {
  const times = courses.flatMap(({ points }) => (points.length ? [points[0]![0], points.at(-1)![0]] : []));
  const end = times.reduce((latest, time) => Math.max(latest, time), -Infinity);
  const first = times.reduce((earliest, time) => Math.min(earliest, time), Infinity);
  const steps = stepsOf(best, end).map(({ x, y }) => ({ x: x - start, y }));
  const from = Number.isFinite(first) ? Math.min(0, first - start) : 0;
  const to = Number.isFinite(end) ? Math.max(end - start, from + 1) : 1;
  return {
    courses: courses.flatMap((course, i) =>
      passes[i]
        ? [{ id: course.id, strokes: strokesOfCourse(course, start, result.log), color: colors[i] ?? null }]
        : [],
    ),
    best: result.log ? steps.filter(({ y }) => y > 0) : steps,
    whole: [from, to],
  };
}
