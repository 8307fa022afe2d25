// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { complete, nameAt, options, spotAt } from "../../src/filter/complete.ts";
import { argument, argumentNames, parseKey, spell } from "../../src/filter/keys.ts";

describe("keys", () => {
  test("are read as they are spelled", () => {
    for (const text of [
      "status",
      "tag.kind",
      'metric."val loss".min',
      "metric.loss.last",
      "argument.--alpha",
      'property."a ""b"""',
    ])
      expect(spell(parseKey(text)!)).toBe(text);
  });
  test("a metric without a suffix is its last value", () =>
    expect(parseKey("metric.loss")).toEqual({ kind: "metric", name: "loss", summary: "last" }));
  test("other texts are refused", () => {
    for (const text of ["", "metric.", "tag.a b", "other.x", "tag.k.min", '"x"']) expect(parseKey(text)).toBeNull();
  });
});

describe("arguments", () => {
  const run = { arguments: ["data.csv", "--alpha", "0.5", "--beta=-2", "--flag", "--gamma", "-3"] };
  test("have the value that follows, or stands behind =, or none", () =>
    expect(["--alpha", "--beta", "--flag", "--gamma", "--delta"].map((name) => argument(run, name))).toEqual([
      "0.5",
      "-2",
      "true",
      "-3",
      undefined,
    ]));
  test("a negative number is no name", () =>
    expect(argumentNames(run)).toEqual(["--alpha", "--beta", "--flag", "--gamma"]));
});

/** The spot at the | of a text. */
const at = (text: string) => spotAt(text.replace("|", ""), text.indexOf("|"));

describe("completion", () => {
  test.each([
    ["|", "key"],
    ["sta|", "key"],
    ["status |", "operator"],
    ["status = |", "value"],
    ["status = Fai|", "value"],
    ["status = Failed |", "joint"],
    ["status = Failed and |", "key"],
    ["not |", "key"],
    ["(|", "key"],
    ["(status = Failed) |", "joint"],
    ['tag."a b" |', "operator"],
    ["duration>=|", "value"],
  ])("after %s comes a %s", (text, expects) => expect(at(text).expects).toBe(expects));

  test("a status is completed with statuses only", () => {
    expect(options(at("status = C|"), [])).toEqual(["CancelRequested", "Completed", "Canceled"]);
    expect(options(at("name = C|"), [])).toEqual([]);
  });
  test("a name is asked for by its part, and spelled with quotes where needed", () => {
    expect(nameAt(at("metric.lo|"))).toEqual({ kind: "metric", part: "lo" });
    expect(nameAt(at('metric."val lo|'))).toEqual({ kind: "metric", part: "val lo" });
    expect(options(at("tag.a|"), ["alpha", "a b"])).toEqual(["tag.alpha", 'tag."a b"']);
    expect(options(at("metric.lo|"), ["loss"])).toEqual(["metric.loss.last", "metric.loss.min", "metric.loss.max"]);
  });
  test("takes the place of the word at the caret, whatever stands behind it", () => {
    const spot = at("sta| = Failed");
    expect(complete("sta = Failed", spot, "status")).toEqual({ text: "status = Failed", caret: 7 });
    expect(complete("metr", spotAt("metr", 4), "metric.")).toEqual({ text: "metric.", caret: 7 });
  });
});
