// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { isSweep, joined, merged, type SweepAnswer, type SweepChild, settingsOf } from "../../src/api/sweep.ts";
import type { Run } from "../../src/api/types.ts";
import { trialsOf } from "../../src/pages/run/sweep.tsx";
import { bestSoFar, type Course, stepsOf } from "../../src/sweep/best_so_far.ts";
import { countsOf } from "../../src/sweep/head.tsx";
import { hyperparametersOf, parametersOf, parameterValue } from "../../src/sweep/parameters.ts";
import { trialsOfRuns } from "../../src/sweep/runs.ts";
import { choiceIn } from "../../src/sweep/runs_view.tsx";
import { bestOf, isBetter, metricOf } from "../../src/sweep/trial.ts";
import { listOf, withSeeds } from "./random.ts";

const child = (n: number, more: Partial<SweepChild> = {}): SweepChild => ({
  id: `HD_${n}`,
  n,
  display_name: null,
  state: "Completed",
  reason: null,
  message: null,
  created: "2026-01-01T00:00:00Z",
  started: null,
  ended: null,
  hyperparameters: { "--lr": 0.1 * n },
  arguments: [],
  count: 1,
  last: n,
  min: n,
  max: n,
  ...more,
});
const answer = (children: SweepChild[], more: Partial<SweepAnswer> = {}): SweepAnswer => ({
  change: 1,
  metric: "loss",
  goal: "minimize",
  total: children.length,
  children,
  ...more,
});

describe("parameters of runs", () => {
  const withArguments = (...words: string[]) => ({ hyperparameters: null, arguments: words });
  const pairs = (found: ReturnType<typeof parametersOf>) => found.values.map((values) => Object.fromEntries(values));
  test("are those that the sweep gave them", () => {
    const found = parametersOf([
      { hyperparameters: { "--lr": 0.1, "--net": "a" }, arguments: ["--lr", "0.1", "--seed", "1"] },
      { hyperparameters: { "--lr": 0.1, "--net": 3 }, arguments: ["--lr", "0.1", "--seed", "2"] },
    ]);
    expect([found.names, pairs(found)]).toEqual([
      ["--lr", "--net"],
      [
        { "--lr": 0.1, "--net": "a" },
        { "--lr": 0.1, "--net": 3 },
      ],
    ]);
  });
  test("are else the arguments that differ, absent ones and options without a value too", () => {
    const found = parametersOf([
      withArguments("--lr", "1e-3", "--epochs=3", "--data", "x.csv"),
      withArguments("--lr=0.01", "--epochs", "3", "--data", "x.csv", "--fast"),
    ]);
    expect([found.names, pairs(found)]).toEqual([
      ["--lr", "--fast"],
      [{ "--lr": 0.001 }, { "--lr": 0.01, "--fast": "true" }],
    ]);
  });
  test("of a sweep and of other runs are compared by their names", () => {
    const found = parametersOf([
      { hyperparameters: { "--lr": 0.1 }, arguments: ["--lr", "0.1", "--seed", "7"] },
      withArguments("--lr", "0.2", "--seed", "8"),
    ]);
    expect([found.names, pairs(found)]).toEqual([
      ["--lr", "--seed"],
      [
        { "--lr": 0.1, "--seed": 7 },
        { "--lr": 0.2, "--seed": 8 },
      ],
    ]);
  });
  test("are numbers where their text is a finite one", () => {
    const raw = [
      0.5,
      "0.50",
      " -1e-3",
      "1.",
      "0x10",
      "nan",
      "inf",
      Infinity,
      "",
      " ",
      "1e999",
      true,
      null,
      [1, 2],
      "1 2",
    ];
    expect(raw.map(parameterValue)).toEqual([
      0.5,
      0.5,
      -0.001,
      1,
      "0x10",
      "nan",
      "inf",
      "Infinity",
      "",
      " ",
      "1e999",
      "true",
      "null",
      "[1,2]",
      "1 2",
    ]);
  });
  test("names like members of objects are names like others", () => {
    const found = parametersOf([
      { hyperparameters: JSON.parse('{"__proto__": 1, "constructor": 2}'), arguments: null },
      { hyperparameters: {}, arguments: null },
    ]);
    expect([found.names, [...found.values[0]!]]).toEqual([
      ["__proto__", "constructor"],
      [
        ["__proto__", 1],
        ["constructor", 2],
      ],
    ]);
  });
  test("of no runs are none", () => expect(parametersOf([])).toEqual({ names: [], values: [] }));
  test("each value of a run is the one that was given, under a name of the list", () =>
    withSeeds((random) => {
      const runs = listOf(1 + Math.floor(random() * 6), () => ({
        hyperparameters: Object.fromEntries(
          ["a", "b", "c"].filter(() => random() < 0.6).map((name) => [name, random() < 0.5 ? random() : "word"]),
        ),
        arguments: null,
      }));
      const { names, values } = parametersOf(runs);
      runs.forEach(({ hyperparameters }, i) => {
        expect(Object.fromEntries(values[i]!)).toEqual(hyperparameters);
        for (const name of values[i]!.keys()) expect(names).toContain(name);
      });
    }));
  test("are read from a property as Python writes it", () => {
    const of = (hyperparameters?: string) =>
      hyperparametersOf({ properties: hyperparameters === undefined ? {} : { hyperparameters } });
    expect([of('{"--lr": 0.1}'), of('{"--lr": NaN}'), of("no JSON"), of("[1]"), of()]).toEqual([
      { "--lr": 0.1 },
      { "--lr": null },
      null,
      null,
      null,
    ]);
  });
});

describe("the metric of a run", () => {
  test("is the best that it logged; without a finite one, the last", () => {
    const of = (last: unknown, min: number | null, max: number | null) =>
      (["minimize", "maximize"] as const).map((goal) => metricOf({ last, min, max }, goal));
    expect([of(2, 1, 3), of(NaN, 1, 3), of(NaN, null, null), of(null, null, null), of("word", null, null)]).toEqual([
      [1, 3],
      [1, 3],
      [NaN, NaN],
      [null, null],
      [null, null],
    ]);
  });
  test("the best run is the first of those with the best finite value", () => {
    const trials = [NaN, 3, null, 1, Infinity, 1, -Infinity].map((metric, i) => ({ metric, i }));
    expect([
      bestOf(trials, "minimize")?.i,
      bestOf(trials, "maximize")?.i,
      bestOf([{ metric: NaN }], "minimize"),
    ]).toEqual([3, 1, undefined]);
  });
});

describe("the best so far", () => {
  const course = (id: string, metric: number | null, ...points: [number, number][]): Course => ({ id, metric, points });
  test("is each value that is better than all before it, in order of time", () => {
    const found = bestSoFar(
      [
        course("a", 2, [10, 5], [30, 2]),
        course("b", 3, [20, 3], [40, NaN]),
        course("c", null, [5, Infinity]),
        course("d", null),
      ],
      "minimize",
    );
    expect(found).toEqual([
      { time: 10, value: 5, id: "a" },
      { time: 20, value: 3, id: "b" },
      { time: 30, value: 2, id: "a" },
    ]);
  });
  test("a best value that is among no points counts at the end of its run", () =>
    expect(bestSoFar([course("a", 1, [10, 5], [30, 2])], "minimize").at(-1)).toEqual({ time: 30, value: 1, id: "a" }));
  test("is drawn as steps up to the end", () =>
    expect(
      stepsOf(
        [
          { time: 1, value: 5, id: "a" },
          { time: 3, value: 2, id: "b" },
        ],
        7,
      ),
    ).toEqual([
      { x: 1, y: 5 },
      { x: 3, y: 5 },
      { x: 3, y: 2 },
      { x: 7, y: 2 },
    ]));
  test("only improves, and ends at the best value of all", () =>
    withSeeds((random) => {
      const goal = random() < 0.5 ? "minimize" : "maximize";
      const courses = listOf(Math.floor(random() * 8), (i) => {
        const points = listOf(Math.floor(random() * 6), (j): [number, number] => [
          j + Math.floor(random() * 9),
          random() < 0.2 ? NaN : Math.floor(random() * 20),
        ]).sort((a, b) => a[0] - b[0]);
        const finite = points.map(([, value]) => value).filter(Number.isFinite);
        const best = goal === "minimize" ? Math.min(...finite) : Math.max(...finite);
        return course(String(i), finite.length ? best : null, ...points);
      });
      const found = bestSoFar(courses, goal);
      found.slice(1).forEach((next, i) => {
        expect(isBetter(goal, next.value, found[i]!.value)).toBe(true);
        expect(next.time).toBeGreaterThanOrEqual(found[i]!.time);
      });
      expect(found.at(-1)?.value).toBe(bestOf(courses, goal)?.metric ?? undefined);
    }));
});

describe("a sweep", () => {
  test("is known by a property, and says how many runs it will have, of which parameters, and what it goes on with", () => {
    expect([isSweep({ properties: { "azureml.runsource": "hyperdrive" } }), isSweep({ properties: {} })]).toEqual([
      true,
      false,
    ]);
    const sweep = {
      max_total_runs: 9,
      sampling: { order: ["--b", "--a"] },
      continues: ["HD_1", "HD_2"],
      resume_from: ["HD_2"],
    };
    const nothing = { most: null, order: [], earlier: [] };
    expect(
      [{ configuration: { sweep } }, { configuration: null }, {}, { configuration: { sweep: { sampling: 1 } } }].map(
        settingsOf,
      ),
    ).toEqual([{ most: 9, order: ["--b", "--a"], earlier: ["HD_1", "HD_2"] }, nothing, nothing, nothing]);
  });
  test("children that have changed replace those that are known, in order of their numbers", () => {
    const first = answer([child(0), child(2)]);
    const next = merged(first, answer([child(1), child(2, { state: "Failed" })], { change: 9, total: 3 }));
    expect([next.change, next.total, next.children.map(({ n, state }) => [n, state])]).toEqual([
      9,
      3,
      [
        [0, "Completed"],
        [1, "Completed"],
        [2, "Failed"],
      ],
    ]);
    expect(merged(undefined, first)).toBe(first);
  });
  test("and the sweeps that it goes on with are one", () => {
    const all = joined([answer([child(0)], { metric: "old" }), answer([child(1), child(2)])]);
    expect([all.metric, all.total, all.children.map(({ n }) => n)]).toEqual(["loss", 3, [0, 1, 2]]);
  });
  test("becomes trials, each with its parameters and what its metric came to", () => {
    const { trials, names, metric, goal } = trialsOf(
      answer(
        [
          child(0, { reason: "exited", hyperparameters: { "--a": 1, "--lr": 0 } }),
          child(1, { min: null, max: null, last: NaN, state: "Canceled", reason: "cancelled", message: "too slow" }),
        ],
        { goal: "maximize" },
      ),
      ["--lr", "--gone"],
    );
    expect([names, metric, goal]).toEqual([["--lr", "--a"], "loss", "maximize"]);
    expect(trials.map(({ id, label, reason, metric }) => [id, label, reason, metric])).toEqual([
      ["HD_0", "Run 0", null, 0],
      ["HD_1", "Run 1", "too slow", NaN],
    ]);
    expect(countsOf(trials)).toEqual([
      ["Completed", 1],
      ["Canceled", 1],
    ]);
  });
});

test("runs of no sweep become trials of the metric that the reader chose", () => {
  const run = (id: string, lr: string, hyperparameters?: string) => ({
    run: {
      id,
      status: "Completed",
      reason: "exited",
      error: null,
      started: null,
      ended: null,
      arguments: ["--lr", lr, "--epochs", "3"],
      properties: hyperparameters === undefined ? {} : { hyperparameters },
    } as unknown as Run,
    label: id,
    summary: undefined,
  });
  const { trials, names, goal } = trialsOfRuns(
    [
      { ...run("a", "0.1"), summary: { last: 2, min: 1, max: 3 } },
      run("b", "0.2"),
      { ...run("c", "0.2", '{"--lr": 0.3, "--net": "x"}'), summary: { last: NaN, min: null, max: null } },
    ],
    "loss",
    "maximize",
  );
  expect([names, goal]).toEqual([["--lr", "--net"], "maximize"]);
  expect(trials.map(({ parameters, metric }) => [Object.fromEntries(parameters), metric])).toEqual([
    [{ "--lr": 0.1 }, 3],
    [{ "--lr": 0.2 }, null],
    [{ "--lr": 0.3, "--net": "x" }, NaN],
  ]);
});

test("the address says which metric counts; else the first does", () => {
  const of = (text: string, names = ["loss", "accuracy"]) => choiceIn(new URLSearchParams(text), names);
  expect([of(""), of("of=accuracy&goal=maximize"), of("of=gone&goal=odd"), of("", [])]).toEqual([
    { metric: "loss", goal: "minimize" },
    { metric: "accuracy", goal: "maximize" },
    { metric: "loss", goal: "minimize" },
    undefined,
  ]);
});
