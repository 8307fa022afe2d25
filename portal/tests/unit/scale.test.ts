// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { colors, dash } from "../../src/charts/color.ts";
import { axesOf, plane } from "../../src/charts/frame.tsx";
import { extentOf, linear, logarithmic, ticks } from "../../src/charts/scale.ts";

const extents = [
  [0, 1],
  [3, 3],
  [0, 0],
  [-5, 5],
  [1e-5, 2e-5],
  [1e16, 1e16 + 2],
  [-1e308, 1e308],
  [1.7e308, 1.7e308],
  [-Number.MAX_VALUE, Number.MAX_VALUE],
  [5e-324, 5e-324],
  [1e-310, 1e-309],
  [0.1, 0.1 + 1e-16],
  [123456, 123456.001],
  [7, 1e12],
] as const;

describe("a scale", () => {
  test.each(extents)(
    "from %s to %s has a position for both ends, apart, and ticks with different texts",
    (low, high) => {
      for (const scale of [linear({ low, high }), ...(low > 0 ? [logarithmic({ low, high })] : [])]) {
        const positions = [low, high].map(scale.at);
        for (const position of positions) expect([position >= 0, position <= 1]).toEqual([true, true]);
        if (high - low > Math.max(1e-300, Math.abs(high) * 1e-12))
          expect(positions[1]! - positions[0]!).toBeGreaterThan(0.5);
        expect(scale.ticks.length).toBeGreaterThan(0);
        for (const tick of scale.ticks) expect(Math.abs(scale.at(tick) - 0.5)).toBeLessThan(0.5 + 1e-6);
        expect(new Set(scale.ticks.map(scale.text)).size).toBe(scale.ticks.length);
      }
    },
  );
  test("of values at or above zero does not go below zero", () =>
    expect([linear({ low: 0, high: 3 }).low, linear({ low: 0.1, high: 3 }).low]).toEqual([0, 0]));
  test("knows only finite values", () => {
    expect(extentOf([NaN, 3, Infinity, -2])).toEqual({ low: -2, high: 3 });
    expect(extentOf([NaN, -Infinity])).toBeNull();
  });
  test("leads back from a position to its value", () => {
    for (const scale of [linear({ low: 2, high: 9 }), logarithmic({ low: 2, high: 9 })])
      expect(scale.back(scale.at(5))).toBeCloseTo(5);
  });
  test("on a log scale has powers of ten, and round numbers between few of them", () => {
    expect(logarithmic({ low: 1e-3, high: 1e3 }, 0).ticks).toEqual([0.001, 0.1, 10, 1000]);
    expect(logarithmic({ low: 1, high: 20 }, 0).ticks).toEqual([1, 2, 5, 10, 20]);
  });
});

test("ticks are round and lie within", () => {
  expect(ticks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks(-0.036, -0.031)).toEqual([-0.036, -0.035, -0.034, -0.033, -0.032, -0.031]);
  expect(ticks(3, 3)).toEqual([3]);
});

test("a figure leaves room for the longest number beside it", () => {
  const { left, x, y } = axesOf([1, 2], [-1.2345e300, 1.2345e300]);
  expect([left > 84, x.at(1) > left, x.at(2) < plane.right, y.at(1.2345e300) >= plane.top]).toEqual([
    true,
    true,
    true,
    true,
  ]);
  const log = axesOf([1, 1000], [1, 10], { log: true });
  expect(log.x.at(31.6228) - log.x.at(1)).toBeCloseTo(log.x.at(1000) - log.x.at(31.6228), 2);
});

describe("the colors of lines", () => {
  const sheet = readFileSync(join(import.meta.dirname, "../../src/style/colors.css"), "utf8");
  const themes = sheet
    .split('[data-theme="dark"]')
    .map(
      (part) =>
        new Map([...part.matchAll(/--(card|line-\d+): #([0-9a-f]{3,6});/g)].map(([, name, hex]) => [name!, hex!])),
    );
  const rgb = (hex: string): number[] =>
    (hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g)!)
      .map((channel) => parseInt(channel, 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const light = (hex: string): number => rgb(hex).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i]!, 0);
  /** As OKLab, in which distances are as large as they look. */
  const lab = (hex: string): number[] => {
    const [r, g, b] = rgb(hex) as [number, number, number];
    const [l, m, s] = [
      [0.4122, 0.5363, 0.0514],
      [0.2119, 0.6807, 0.1074],
      [0.0883, 0.2817, 0.63],
    ].map(([x, y, z]) => Math.cbrt(x! * r + y! * g + z! * b)) as [number, number, number];
    return [
      0.2105 * l + 0.7936 * m - 0.0041 * s,
      1.978 * l - 2.4286 * m + 0.4506 * s,
      0.0259 * l + 0.7828 * m - 0.8087 * s,
    ];
  };
  test.each([
    ["light", 0],
    ["dark", 1],
  ] as const)("are %s ones that differ from each other and from the ground", (_name, theme) => {
    const found = Array.from({ length: colors }, (_, i) => themes[theme]!.get(`line-${i}`)!);
    const ground = light(themes[theme]!.get("card")!);
    found.forEach((hex, i) => {
      const [dim, bright] = [light(hex), ground].sort((a, b) => a - b) as [number, number];
      expect([hex, (bright + 0.05) / (dim + 0.05) >= 3]).toEqual([hex, true]);
      for (const other of found.slice(0, i))
        expect([hex, other, Math.hypot(...lab(hex).map((channel, k) => channel - lab(other)[k]!)) > 0.09]).toEqual([
          hex,
          other,
          true,
        ]);
    });
  });
  test("repeat with dashes", () =>
    expect([dash(19).length, new Set([0, 20, 40, 60].map((n) => dash(n).join())).size]).toEqual([0, 4]));
});
