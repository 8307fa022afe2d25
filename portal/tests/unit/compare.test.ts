// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/api/types.ts";
import { differs, factsOf, numberOf } from "../../src/pages/compare/facts.ts";
import { omittedFrom } from "../../src/pages/compare/scatter.tsx";

describe("facts of runs", () => {
  const run = (alpha: string) => ({
    run: {
      arguments: ["--alpha", alpha],
      tags: { kind: "demo" },
      properties: {},
      interpreter: null,
      snapshot: null,
      script: "t.py",
      command: null,
      environment: null,
    } as unknown as Run,
    metrics: [
      {
        kind: "scalar" as const,
        name: "loss",
        count: 1,
        last: Number(alpha) * 2,
        min: 0,
        max: 1,
        numeric: true,
        stepped: false,
      },
    ],
  });
  test("are listed side by side, with those that differ", () => {
    const facts = factsOf([run("0.1"), run("0.9")]);
    expect(facts.filter(differs).map((fact) => [fact.group, fact.name, fact.values])).toEqual([
      ["argument", "--alpha", ["0.1", "0.9"]],
      ["argument", "Command line", ["t.py --alpha 0.1", "t.py --alpha 0.9"]],
      ["metric", "loss", ["0.2", "1.8"]],
    ]);
    expect(facts.map((fact) => fact.name)).toContain("kind");
  });
  test("are positional arguments too, and numbers with the digits that tell them apart", () => {
    const other = (words: string[], last: number) => ({
      run: { ...run("1").run, arguments: words },
      metrics: [{ ...run("1").metrics[0]!, last }],
    });
    const facts = factsOf([
      other(["data.csv", "--n", "3", "fast"], 0.123456),
      other(["data.csv", "--n=3", "slow"], 0.123457),
    ]);
    expect(facts.filter(differs).map(({ name, values }) => [name, ...values])).toEqual([
      ["Argument 2 without a name", "fast", "slow"],
      ["Command line", "t.py data.csv --n 3 fast", "t.py data.csv --n=3 slow"],
      ["loss", "0.123456", "0.123457"],
    ]);
  });
  test("that a scatter cannot show are listed with their reasons", () => {
    const of = (label: string, alpha: string, last: number) => ({
      ...run(alpha),
      metrics: [{ ...run("1").metrics[0]!, last }],
      label,
      color: 0,
    });
    const all = [
      of("a", "0.1", 1),
      of("b", "x", 1),
      of("c", "0.2", NaN),
      of("d", "0.3", 0),
      { ...of("e", "0.4", 1), metrics: [] },
    ];
    const axes = [
      { kind: "argument", name: "--alpha", log: false },
      { kind: "metric", name: "loss", log: true },
    ] as const;
    expect(omittedFrom(all, axes).map(({ axis, why, labels }) => [axis, why, ...labels])).toEqual([
      ["--alpha", "noNumber", "b"],
      ["loss", "notFinite", "c"],
      ["loss", "notPositive", "d"],
      ["loss", "absent", "e"],
    ]);
  });
  test("are numbers where they can be", () => {
    expect(numberOf(run("0.1"), "argument", "--alpha")).toBe(0.1);
    expect([
      numberOf(run("0.1"), "tag", "kind"),
      numberOf(run("x"), "argument", "--alpha"),
      numberOf(run("1"), "metric", "none"),
    ]).toEqual([null, null, null]);
    const lost = (last: number) => ({ ...run("1"), metrics: [{ ...run("1").metrics[0]!, last }] });
    expect([NaN, Infinity, 3].map((last) => numberOf(lost(last), "metric", "loss"))).toEqual([null, null, 3]);
  });
});
