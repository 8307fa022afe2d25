// SPDX-License-Identifier: Apache-2.0
// Metrics of a run: the form of each kind, and what can be done with a chart.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { areaOf, inkOf, plotOf } from "./canvas.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());
afterEach(() => expect(stage.problems.splice(0)).toEqual([]));

const tab = (run: keyof Stage["made"]["runs"], name: string): Promise<Page> =>
  stage.page(`runs/${segment(stage.made.runs[run])}?tab=${name}`);

/** Drags along a chart, from one share of its width to another. */
async function drag(page: Page, name: RegExp, from: number, to: number): Promise<void> {
  const box = (await plotOf(page, name).boundingBox())!;
  await page.mouse.move(box.x + box.width * from, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, box.y + 60, { steps: 5 });
  await page.mouse.up();
}

describe("metrics", () => {
  test("every kind of metric is shown in its own form", async () => {
    const page = await tab("first", "metrics");
    await page.getByRole("img", { name: /^loss\. loss: 200 values/ }).waitFor();
    for (const [name, value] of [
      ["best epoch", "17"],
      ["optimizer", "adam"],
    ] as const)
      await expect.poll(() => page.locator(".tile", { hasText: name }).textContent()).toBe(name + value);
    await page.getByRole("img", { name: /^fibonacci\. fibonacci: 8 values, last 13, from 0 to 13/ }).waitFor();
    await page.getByRole("img", { name: /^cosine: cos over degrees\. cos: 37 values, last 1, from −1 to 1/ }).waitFor();
    await page.getByRole("region", { name: "classes" }).getByRole("cell", { name: "owl" }).waitFor();
    await page.getByRole("list").getByText("cool-down").waitFor();
    await page.getByRole("region", { name: "confusion" }).getByRole("cell", { name: "40" }).waitFor();
  });

  test("an accuracy table, residuals and predictions are drawn as figures, with their numbers as tables", async () => {
    const page = await tab("first", "metrics");
    const figure = (name: string) => page.getByRole("figure").filter({ has: page.getByText(name, { exact: true }) });
    await page.getByRole("img", { name: /^accuracy table\. ROC: cat, area 0\.6\d+, dog, area/ }).waitFor();
    await figure("accuracy table").getByRole("combobox", { name: "Curve" }).selectOption("Lift");
    await page.getByRole("img", { name: "accuracy table. Lift: cat, dog" }).waitFor();
    await page.getByRole("img", { name: "residuals. Residuals: 10 bins from -5 to 5" }).waitFor();
    await figure("residuals").getByText("Show the numbers as a table").click();
    await figure("residuals").getByRole("row", { name: "−1 – 0 52" }).waitFor();
    await page.getByRole("img", { name: /^predictions\. .*5 bins from 0 to 100/ }).waitFor();
    expect(await page.locator(".whisker").count()).toBe(4);
    await figure("predictions").getByText("Show the numbers as a table").click();
    await figure("predictions").getByRole("row", { name: "60 – 80 – – 0" }).waitFor();
  });

  test("a drag zooms, a button shows everything again, and settings are kept in the address", async () => {
    const page = await tab("first", "metrics");
    await drag(page, /^loss\./, 0.25, 0.5);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("button", { name: "Show all" }).waitFor({ state: "detached" });
    await page.getByRole("checkbox", { name: "Log scale" }).check();
    await page.getByRole("combobox", { name: "X axis" }).selectOption({ label: "Time since the start" });
    await page.getByRole("combobox", { name: "X axis" }).selectOption("metric.accuracy");
    expect(new URL(page.url()).searchParams.get("x")).toBe("metric.accuracy");
    await page.reload();
    await expect.poll(() => page.getByRole("checkbox", { name: "Log scale" }).isChecked()).toBe(true);
  });

  test("a drag with Shift pans, fetches points when it rests, and ends wherever the button is released", async () => {
    const page = await tab("first", "metrics");
    const plot = plotOf(page, /^loss\./);
    const whole = page.getByRole("button", { name: "Show all" });
    await plot.waitFor();
    const { x, y, width } = (await plot.boundingBox())!;
    const asked: string[] = [];
    page.on("request", (request) => request.url().includes("/series?") && asked.push(request.url()));
    await page.keyboard.down("Shift");
    await page.mouse.move(x + width / 2, y + 50);
    await page.mouse.down();
    await page.mouse.move(x + width / 4, y + 50, { steps: 40 });
    await page.mouse.move(x + width / 4, y - 400);
    await page.mouse.up();
    await page.keyboard.up("Shift");
    const from = (url: string): number => Number(new URL(url).searchParams.get("from"));
    await expect.poll(() => Math.round(from(asked.at(-1) ?? ""))).toBe(50); // a quarter of 200 steps
    expect(asked.length).toBeLessThan(15);
    await whole.click();
    await whole.waitFor({ state: "detached" });
    await page.mouse.move(x + width / 3, y + 50, { steps: 5 });
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await whole.count()).toBe(0);
  });

  test("a chart is saved as CSV and PNG", async () => {
    const page = await tab("first", "metrics");
    await page.getByRole("button", { name: "More actions for accuracy" }).click();
    const [table] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    const lines = readFileSync(await table.path(), "utf8")
      .trim()
      .split("\r\n");
    expect([lines.length, lines[0], lines[1]]).toEqual([201, "Step,accuracy", "0,0"]);
    await page.getByRole("button", { name: "More actions for accuracy" }).click();
    const [picture] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as PNG" }).click(),
    ]);
    expect(
      readFileSync(await picture.path())
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
  });

  test("a table of more columns is a chart of the first two, and its rows", async () => {
    const page = await tab("failed", "metrics");
    await page.getByRole("img", { name: /^grid: loss over depth\. loss: 4 values, last 0\.55/ }).waitFor();
    await page.getByRole("region", { name: "grid" }).getByRole("row", { name: "4 0.55 8" }).waitFor();
  });

  test("a zoom fetches finer points of its range only", async () => {
    const page = await tab("first", "metrics");
    const chart = page.getByRole("img", { name: /^loss\./ });
    await chart.waitFor();
    const whole = await chart.getAttribute("aria-label");
    const asked = page.waitForRequest((request) => new URL(request.url()).searchParams.has("from"));
    await drag(page, /^loss\./, 0.5, 0.75);
    const { searchParams } = new URL((await asked).url());
    const [from, to] = ["from", "to"].map((name) => Number(searchParams.get(name)));
    expect([Math.abs(from! - 100) < 5, Math.abs(to! - 150) < 5, searchParams.get("name")]).toEqual([
      true,
      true,
      "loss",
    ]);
    await expect.poll(() => chart.getAttribute("aria-label")).not.toBe(whole); // it spans other values
  });

  test("a line is smoothed by any amount, with the raw line behind it", async () => {
    const page = await tab("first", "metrics");
    const slider = page.getByRole("slider", { name: "Smoothing" });
    const canvas = page.getByRole("img", { name: /^loss\./ }).locator("canvas");
    await canvas.waitFor();
    const picture = (): Promise<string> => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
    const raw = await picture();
    await slider.fill("0.9");
    await page.waitForURL((url) => url.searchParams.get("smoothing") === "0.9");
    await expect.poll(picture).not.toBe(raw);
    await slider.fill("0");
    await page.waitForURL((url) => !url.searchParams.has("smoothing"));
    await expect.poll(picture).toBe(raw);
  });

  test("cursors of all charts move together", async () => {
    const page = await tab("first", "metrics");
    const readout = (name: string) =>
      page
        .getByRole("figure")
        .filter({ has: page.getByRole("img", { name: new RegExp(`^${name}\\.`) }) })
        .locator(".readout");
    await plotOf(page, /^accuracy\./).waitFor();
    await expect.poll(() => readout("accuracy").textContent()).toBe("0.99713");
    await plotOf(page, /^loss\./).hover({ position: { x: 1, y: 50 } });
    for (const [name, value] of [
      ["loss", "0: 1.1"],
      ["accuracy", "0: 0"],
    ] as const)
      await expect.poll(() => readout(name).textContent()).toBe(value);
  });

  test("the x axis can be the time of day, in the reader's time zone", async () => {
    const page = await stage.page(`runs/${segment(stage.made.runs.first)}?tab=metrics&x=time`, {
      timezoneId: "Asia/Shanghai",
    });
    await plotOf(page, /^loss\./).hover({ position: { x: 1, y: 50 } });
    const { items } = await stage.api<{ items: { metrics: { times: number[] | string[] }[] }[] }>(
      `runs/${segment(stage.made.runs.first)}/metrics?name=loss`,
    );
    const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "Asia/Shanghai" }).format(
      new Date(items[0]!.metrics[0]!.times[0]!),
    );
    await page.locator(".readout", { hasText: time }).first().waitFor();
  });
});

describe("numbers that are hard to draw", () => {
  let runs: string[];
  beforeAll(async () => {
    runs = await stage.make<string[]>("odd");
  });

  test("are drawn at their places: a spike, single values, NaN below the axis, and the largest numbers", async () => {
    const page = await stage.page(`runs/${segment(runs[0]!)}?tab=metrics`);
    const drawn = async (name: RegExp) => {
      await plotOf(page, name).waitFor();
      await page.evaluate(() => new Promise(requestAnimationFrame));
      const area = await areaOf(page, name);
      const ink = await inkOf(page, name, "--line-0");
      const at = (share: number): number => area.left + share * area.width;
      return {
        area,
        at,
        inside: ink.filter(({ y }) => y < area.bottom - 1),
        below: ink.filter(({ y }) => y >= area.bottom),
      };
    };
    const spike = await drawn(/^spike\./);
    const top = spike.inside.reduce((a, b) => (a.y < b.y ? a : b));
    expect([Math.abs(top.x - spike.at(2501 / 4999)) < 3, top.y > spike.area.top, top.y < spike.area.top + 20]).toEqual([
      true,
      true,
      true,
    ]);
    const diverged = await drawn(/^diverged\./);
    const marks = diverged.below.map(({ x }) => x);
    const heights = new Set(diverged.below.map(({ y }) => Math.floor(y)));
    expect([
      Math.abs(Math.min(...marks) - diverged.at(401 / 999)) < 4,
      Math.abs(Math.max(...marks) - diverged.at(1)) < 4,
      heights.size <= 3,
    ]).toEqual([true, true, true]);
    expect(Math.abs(Math.max(...diverged.inside.map(({ x }) => x)) - diverged.at(400 / 999))).toBeLessThan(4);
    await page.getByText("NaN from step 401", { exact: true }).waitFor();
    const alone = await drawn(/^alone\./);
    const columns = [
      ...new Set(alone.inside.map(({ x }) => Math.round((5 * (x - alone.area.left)) / alone.area.width))),
    ];
    expect(columns.sort()).toEqual([1, 5]);
    await page.getByText("NaN or infinite in 4 places, first at step 0").waitFor();
    await page.getByText("The values of x are too far apart to be drawn.").waitFor();
    const far = await drawn(/^far apart\./);
    const ys = far.inside.map(({ y }) => y);
    expect([Math.min(...ys) < far.area.top + 20, Math.max(...ys) > far.area.bottom - 20]).toEqual([true, true]);
  });

  test("are shown in full in their tiles, also on a phone", async () => {
    const page = await stage.page(`runs/${segment(runs[0]!)}?tab=metrics`, { viewport: { width: 390, height: 844 } });
    await page.getByText("123456789012345", { exact: true }).waitFor();
    expect(
      await page
        .locator(".tile strong")
        .evaluateAll((all) =>
          all.filter((element) => element.scrollWidth > element.clientWidth).map((element) => element.textContent),
        ),
    ).toEqual([]);
  });

  test("are compared between runs: a dot for one value, and each run keeps its color when others are hidden", async () => {
    const page = await stage.page(`compare?${runs.map((run) => `run=${segment(run)}`).join("&")}&tab=charts`);
    await page.getByRole("img", { name: /^once\. odd 1: 1 values/ }).waitFor();
    await expect.poll(async () => (await inkOf(page, /^once\./, "--line-0")).length).toBeGreaterThan(4);
    const swatch = page.getByRole("listitem").filter({ hasText: "odd 3" }).locator("i").first();
    const color = await swatch.evaluate((element) => getComputedStyle(element).backgroundColor);
    await page.getByRole("button", { name: "Hide odd 1" }).click();
    await page.getByRole("img", { name: /^once\. odd 2/ }).waitFor();
    expect(await swatch.evaluate((element) => getComputedStyle(element).backgroundColor)).toBe(color);
    expect([
      (await inkOf(page, /^once\./, "--line-0")).length,
      (await inkOf(page, /^once\./, "--line-2")).length > 4,
    ]).toEqual([0, true]);
    await page.goto(
      new URL(
        `${page
          .url()
          .replace("tab=charts", "tab=scatter")
          .replace(/&hide=[^&]*/, "")}&sx=metric.rate.last&sy=metric.once.last&sxscale=log`,
      ).href,
    );
    await expect.poll(() => page.locator("svg circle").count()).toBe(2);
    expect(await page.getByRole("note").textContent()).toBe("1 of 3 runs is not drawn:rate is NaN or infinite: odd 1");
    await page.getByRole("link", { name: "Differences" }).click();
    await page.getByRole("row", { name: "Argument 1 without a name data.csv other other" }).waitFor();
    await page.getByRole("row", { name: "Command line main.py data.csv main.py other main.py other" }).waitFor();
    await page.getByRole("button", { name: "Hide odd 1" }).click();
    await page.getByText("No differences.").waitFor();
    await page.getByText("Arguments: 2", { exact: true }).waitFor();
  });
});
