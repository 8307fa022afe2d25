// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import {
  type Brush,
  brushOver,
  coverOf,
  parseBrush,
  passes,
  passing,
  spellBrush,
  withBrush,
} from "../../src/sweep/brush.ts";
import { nearestCourse, strokesOfCourse } from "../../src/sweep/courses.ts";
import { dimensionOf, placed } from "../../src/sweep/dimension.ts";
import { correlationRatio, importances, rankCorrelation, ranks } from "../../src/sweep/importance.ts";
import { modelOf } from "../../src/sweep/model.ts";
import { orderOf } from "../../src/sweep/order.ts";
import { heightsOf, nearestLine } from "../../src/sweep/parallel_lines.ts";
import { colorNumber, mixed, rampInk, rampSteps, rgbOf } from "../../src/sweep/ramp.ts";
import type { Trial, Value } from "../../src/sweep/trial.ts";
import { listOf, withSeeds } from "./random.ts";

const dimension = (values: (Value | null)[], log?: boolean) => dimensionOf("k", "n", values, log);

describe("an axis", () => {
  test("is logarithmic where numbers above zero are far apart, or where the reader asks for it and that is possible", () => {
    const logs = (values: (Value | null)[], log?: boolean) => dimension(values, log).log;
    expect([
      logs([1e-5, 1e-1]),
      logs([16, 64]),
      logs([0, 1e-5, 1]),
      logs([-1, 100]),
      logs([]),
      logs([1, null, 100]),
    ]).toEqual([true, false, false, false, false, true]);
    expect([logs([16, 64], true), logs([1e-5, 1e-1], false), logs([0, 1], true), logs(["a", 1], true)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
  test("of texts, or of numbers and texts, has names: numbers by size, then texts", () => {
    expect(dimension(["b", 10, "a", 9, null, 10]).names).toEqual(["9", "10", "a", "b"]);
    expect(dimension([1, null, NaN]).names).toBeNull();
    const axis = placed(dimension(["b", "a"]));
    expect([axis.at("a"), axis.at("b"), axis.marks.map(({ text }) => text)]).toEqual([0.25, 0.75, ["a", "b"]]);
  });
  test("keeps room below for trials without a value, which NaN is too", () => {
    const axis = placed(dimension([1, NaN, 3]));
    expect(axis.marks[0]).toEqual({ at: axis.at(null), text: "–" });
    expect(axis.at(null)).toBeLessThan(axis.bottom);
    expect(axis.at(1)).toBeGreaterThan(axis.bottom);
    expect(placed(dimension([1, 3])).bottom).toBe(0);
    expect(placed(dimension([null, null])).marks.map(({ text }) => text)).toEqual(["–"]);
  });
  test("has a place from 0 to 1 for every value, in their order, and leads back to it", () =>
    withSeeds((random) => {
      const values = listOf(1 + Math.floor(random() * 20), () =>
        random() < 0.1 ? null : (random() - 0.3) * 10 ** Math.floor(random() * 12 - 6),
      );
      const axis = placed(dimension(values));
      const numbers = values.filter((value) => value !== null).sort((a, b) => a - b);
      const places = numbers.map(axis.at);
      places.forEach((place, i) => {
        expect(place).toBeGreaterThanOrEqual(axis.bottom);
        expect(place).toBeLessThanOrEqual(1);
        if (i > 0) expect(place).toBeGreaterThanOrEqual(places[i - 1]!);
        expect(axis.at(axis.back(place))).toBeCloseTo(place, 9);
      });
    }));
});

describe("a brush", () => {
  test("lets a range, some names, or trials without a value through", () => {
    const range: Brush = { key: "k", range: [1, 2], names: [], missing: false };
    expect([0.9, 1, 2, 2.1, "1", null].map((value) => passes(range, value))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ]);
    const names: Brush = { key: "k", range: null, names: ["a", "3"], missing: true };
    expect(["a", "b", 3, null].map((value) => passes(names, value))).toEqual([true, false, true, true]);
  });
  test("that is drawn over a part of an axis lets exactly the values through that lie there", () =>
    withSeeds((random) => {
      const texts = random() < 0.4;
      const values = listOf(12, (): Value | null =>
        random() < 0.15 ? null : texts && random() < 0.5 ? "abcdef"[Math.floor(random() * 6)]! : random() * 100,
      );
      const axis = placed(dimension(values, random() < 0.5));
      const [from, to] = [random(), random()];
      const brush = brushOver(axis, from, to);
      for (const value of values) {
        const place = axis.at(value);
        const edge = Math.min(Math.abs(place - from), Math.abs(place - to));
        if (edge < 1e-9) continue;
        expect(passes(brush, value)).toBe(place > Math.min(from, to) && place < Math.max(from, to));
      }
      for (const [low, high] of coverOf(brush, axis)) {
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(high);
      }
      expect(parseBrush(spellBrush(brush))).toEqual(brush);
    }));
  test("of another axis is kept; a text that is no brush is none", () => {
    const one: Brush = { key: "a", range: [0, 1], names: [], missing: false };
    const two: Brush = { key: "b", range: null, names: ["x"], missing: false };
    expect(withBrush([one, two], "a", null)).toEqual([two]);
    expect(withBrush([one, two], "a", { ...one, range: [5, 6] })).toEqual([two, { ...one, range: [5, 6] }]);
    expect(["", "{}", "[1]", "nothing", '["a",[1]]'].map(parseBrush)).toEqual([
      null,
      null,
      null,
      null,
      { key: "a", range: null, names: [], missing: false },
    ]);
  });
  test("all brushes together let the trials through that each lets through; one of no axis changes nothing", () => {
    const axes = [placed(dimensionOf("a", "a", [1, 2, 3])), placed(dimensionOf("b", "b", ["x", "y", "x"]))];
    const range: Brush = { key: "a", range: [2, 9], names: [], missing: false };
    const names: Brush = { key: "b", range: null, names: ["x"], missing: false };
    expect(passing(axes, [range, names, { ...names, key: "gone" }], 3)).toEqual([false, false, true]);
    expect(passing(axes, [], 3)).toEqual([true, true, true]);
  });
});

describe("importance", () => {
  test("ranks are from 1; equal values share the mean of theirs", () =>
    expect(ranks([30, 10, 20, 10])).toEqual([4, 1.5, 3, 1.5]));
  test("of numbers is Spearman's rank correlation", () => {
    // Without equal values it is 1 - 6 sum(d^2) / (n (n^2 - 1)): here d = 1, 1, 1, 1, 0.
    expect(rankCorrelation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(1 - (6 * 4) / (5 * 24), 12);
    expect(rankCorrelation([1, 2, 3], [1, 10, 1000])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(rankCorrelation([1, 1, 1], [3, 2, 1])).toBeNull();
  });
  test("of categories is the correlation ratio of the metric's ranks", () => {
    // Ranks 1, 2 | 3, 4: between the groups 2 * 1 + 2 * 1 of 5 in all.
    expect(correlationRatio(["a", "a", "b", "b"], [1, 2, 3, 4])).toBeCloseTo(Math.sqrt(4 / 5), 12);
    expect(correlationRatio(["a", "b", "a", "b"], [1, 1, 2, 2])).toBeCloseTo(0, 12);
    expect(correlationRatio(["a", "a"], [1, 2])).toBeNull();
  });
  test("is from 0 to 1, and the same after any growing function of the values", () =>
    withSeeds((random) => {
      const n = 4 + Math.floor(random() * 20);
      const a = listOf(n, () => Math.floor(random() * 10));
      const b = listOf(n, () => random());
      const found = rankCorrelation(a, b);
      if (found === null) return;
      expect(Math.abs(found)).toBeLessThanOrEqual(1);
      expect(rankCorrelation(a.map(Math.exp), b.map(Math.log))).toBeCloseTo(found, 12);
      expect(rankCorrelation(b, a)).toBeCloseTo(found, 12);
      const ratio = correlationRatio(a.map(String), b)!;
      expect(ratio).toBeGreaterThanOrEqual(Math.abs(found) - 1e-9); // any function of the categories fits at least as well as a line
      expect(ratio).toBeLessThanOrEqual(1);
    }));
  test("lists the most important first; too few runs, missing values and equal values say nothing", () => {
    const metric = dimensionOf("metric.loss", "loss", [1, 2, 3, 4, null]);
    const of = (name: string, values: (Value | null)[]) => dimensionOf(name, name, values);
    const found = importances(
      [
        of("equal", [1, 1, 1, 1, 2]),
        of("few", [1, 2, null, null, 5]),
        of("falls", [4, 3, 2, 1, 0]),
        of("words", ["a", "a", "b", "b", "c"]),
      ],
      metric,
    );
    expect(found.map(({ name, share, direction, trials }) => [name, share?.toFixed(3), direction, trials])).toEqual([
      ["falls", "1.000", -1, 4],
      ["words", "0.894", 0, 4],
      ["equal", undefined, 0, 4],
      ["few", undefined, 0, 2],
    ]);
  });
});

describe("the order of rows", () => {
  test("is by size or letters; what has no value, or NaN, is last in both directions", () => {
    const values = [3, null, "b", 1, NaN, "a"];
    expect([orderOf(values, false), orderOf(values, true)]).toEqual([
      [3, 0, 5, 2, 1, 4],
      [2, 5, 0, 3, 1, 4],
    ]);
  });
  test("holds each row once", () =>
    withSeeds((random) => {
      const values = listOf(20, () => (random() < 0.2 ? null : random() < 0.3 ? "x" : Math.floor(random() * 5)));
      expect(orderOf(values, random() < 0.5).sort((a, b) => a - b)).toEqual(listOf(20, (i) => i));
    }));
});

describe("lines", () => {
  const plane = { xs: [0, 100], top: 0, bottom: 100 };
  test("run through the values of a trial; the nearest to the pointer is found, of those that pass", () => {
    const axes = [placed(dimension(["a", "b"])), placed(dimension(["c", "d"]))];
    const heights = heightsOf(axes, 2);
    expect(heights).toEqual([
      [0.25, 0.25],
      [0.75, 0.75],
    ]);
    const at = (x: number, y: number, passes = [true, true]) => nearestLine(heights, passes, plane, x, y, 10);
    expect([at(50, 70), at(50, 30), at(50, 50), at(50, 70, [false, true])]).toEqual([0, 1, -1, -1]);
    expect(nearestLine([[0.5]], [true], { ...plane, xs: [10] }, 10, 50, 10)).toBe(0);
  });
  test("of a course end at NaN and begin again; one value is a dot", () => {
    const points: [number, number][] = [
      [10, 1],
      [11, NaN],
      [12, 2],
      [13, -3],
    ];
    expect(strokesOfCourse({ points }, 10, false)).toEqual([
      [{ x: 0, y: 1 }],
      [
        { x: 2, y: 2 },
        { x: 3, y: -3 },
      ],
    ]);
    expect(strokesOfCourse({ points }, 10, true)).toEqual([[{ x: 0, y: 1 }], [{ x: 2, y: 2 }]]);
  });
  test("of a course are found between their points and at dots", () => {
    const line = [
      [
        { x: 0, y: 0 },
        { x: 100, y: 100 },
      ],
    ];
    const dot = [[{ x: 50, y: 20 }]];
    const at = (x: number, top: number) => nearestCourse([line, dot], x, top, (value) => value, 1);
    expect([at(50, 55), at(45, 22), at(70, 22), at(200, 100)]).toEqual([0, 1, -1, -1]);
  });
});

describe("colors", () => {
  test("go from the worst to the best; without a finite metric there is none", () => {
    const axis = placed(dimension([1, 2, 3, null]));
    const worst = colorNumber(3, axis, "minimize")!;
    const best = colorNumber(1, axis, "minimize")!;
    expect([worst, best].every((n) => n >= 0 && n < rampSteps)).toBe(true);
    expect(best).toBeGreaterThan(worst);
    expect(colorNumber(3, axis, "maximize")).toBe(best);
    expect([colorNumber(null, axis, "minimize"), colorNumber(NaN, axis, "minimize")]).toEqual([null, null]);
  });
  test("are mixed of their neighbors", () => {
    const colors = ["#000000", "#ff0000", "#ff00ff"].map(rgbOf);
    expect([0, 0.25, 0.5, 1, 2].map((share) => mixed(colors, share))).toEqual([
      "rgb(0 0 0)",
      "rgb(128 0 0)",
      "rgb(255 0 0)",
      "rgb(255 0 255)",
      "rgb(255 0 255)",
    ]);
    expect([rampInk(0), rampInk(rampSteps - 1), rampInk(null)]).toEqual([
      "color-mix(in srgb, var(--ramp-1) 0%, var(--ramp-0))",
      "color-mix(in srgb, var(--ramp-2) 100%, var(--ramp-1))",
      "var(--off)",
    ]);
  });
});

test("a model has an axis for each parameter and the metric, which a parameter of the same name is not", () => {
  const trial = (id: string, loss: Value, metric: number | null): Trial => ({
    id,
    label: id,
    status: "Completed",
    reason: null,
    started: null,
    ended: null,
    parameters: new Map([["loss", loss]]),
    metric,
  });
  const trials = [trial("a", "l1", 1), trial("b", "l2", 1000), trial("c", "l1", null)];
  const model = modelOf(
    { trials, names: ["loss"], metric: "loss", goal: "minimize" },
    new Map([["metric.loss", false]]),
  );
  expect(model.axes.map(({ dimension: { key, names, log } }) => [key, names, log])).toEqual([
    ["argument.loss", ["l1", "l2"], false],
    ["metric.loss", null, false],
  ]);
  expect(model.colors[2]).toBeNull();
});
