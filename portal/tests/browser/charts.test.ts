// SPDX-License-Identifier: Apache-2.0
// Metrics of a run: the form of each kind, and what can be done with a chart.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { segment, Stage } from "./stage.ts";

let stage: Stage;

beforeAll(async () => void (stage = await Stage.open()));
afterAll(() => stage?.close());
afterEach(() => expect(stage.problems.splice(0)).toEqual([]));

const tab = (run: keyof Stage["made"]["runs"], name: string): Promise<Page> => stage.page(`runs/${segment(stage.made.runs[run])}?tab=${name}`);
const plotOf = (page: Page, name: RegExp) => page.getByRole("img", { name }).locator(".u-over");

/** Drags along a chart, from one share of its width to another. */
async function drag(page: Page, name: RegExp, from: number, to: number): Promise<void> {
  const box = (await plotOf(page, name).boundingBox())!;
  await page.mouse.move(box.x + box.width * from, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, box.y + 60, { steps: 5 });
  await page.mouse.up();
}

describe("metrics", () => {
  test("each kind has its form", async () => {
    const page = await tab("first", "metrics");
    await page.getByRole("img", { name: /^loss\. loss: 200 values/ }).waitFor();
    for (const [name, value] of [["best epoch", "17"], ["optimizer", "adam"]] as const)
      await expect.poll(() => page.locator(".tile", { hasText: name }).textContent()).toBe(name + value);
    await page.getByRole("img", { name: /^fibonacci\. fibonacci: 8 values, last 13, from 0 to 13/ }).waitFor();
    await page.getByRole("img", { name: /^cosine: cos over degrees\. cos: 37 values, last 1, from −1 to 1/ }).waitFor();
    await page.getByRole("region", { name: "classes" }).getByRole("cell", { name: "owl" }).waitFor();
    await page.getByRole("list").getByText("cool-down").waitFor();
    await page.getByRole("region", { name: "confusion" }).getByRole("cell", { name: "40" }).waitFor();
  });

  test("an accuracy table, residuals and predictions are figures, with their numbers beside them", async () => {
    const page = await tab("first", "metrics");
    const figure = (name: string) => page.getByRole("figure").filter({ has: page.getByText(name, { exact: true }) });
    await page.getByRole("img", { name: /^accuracy table\. ROC: cat, area 0\.6\d+, dog, area/ }).waitFor();
    await figure("accuracy table").getByRole("combobox", { name: "Curve" }).selectOption("Lift");
    await page.getByRole("img", { name: "accuracy table. Lift: cat, dog" }).waitFor();
    await page.getByRole("img", { name: "residuals. Residuals: 10 bins from -5 to 5" }).waitFor();
    await figure("residuals").getByText("The numbers, as a table").click();
    await figure("residuals").getByRole("row", { name: "−1 – 0 52" }).waitFor();
    await page.getByRole("img", { name: /^predictions\. .*5 bins from 0 to 100/ }).waitFor();
    expect(await page.locator(".whisker").count()).toBe(4);
    await figure("predictions").getByText("The numbers, as a table").click();
    await figure("predictions").getByRole("row", { name: "60 – 80 – – 0" }).waitFor();
  });

  test("a drag zooms, a button shows all again, and settings are kept in the address", async () => {
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

  test("a drag with Shift moves what is shown, asks for it when it rests, and ends wherever it is let go", async () => {
    const page = await tab("first", "metrics"), plot = plotOf(page, /^loss\./), whole = page.getByRole("button", { name: "Show all" });
    await plot.waitFor();
    const { x, y, width } = (await plot.boundingBox())!, asked: string[] = [];
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

  test("a chart is taken along as CSV and PNG", async () => {
    const page = await tab("first", "metrics");
    await page.getByRole("button", { name: "More of accuracy" }).click();
    const [table] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as CSV" }).click()]);
    const lines = readFileSync(await table.path(), "utf8").trim().split("\r\n");
    expect([lines.length, lines[0], lines[1]]).toEqual([201, "Step,accuracy", "0,0"]);
    await page.getByRole("button", { name: "More of accuracy" }).click();
    const [picture] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as PNG" }).click()]);
    expect(readFileSync(await picture.path()).subarray(1, 4).toString()).toBe("PNG");
  });

  test("a table of more columns is a chart of the first two, and its rows", async () => {
    const page = await tab("failed", "metrics");
    await page.getByRole("img", { name: /^grid: loss over depth\. loss: 4 values, last 0\.55/ }).waitFor();
    await page.getByRole("region", { name: "grid" }).getByRole("row", { name: "4 0.55 8" }).waitFor();
  });

  test("a zoom asks for finer points of its stretch only", async () => {
    const page = await tab("first", "metrics");
    const chart = page.getByRole("img", { name: /^loss\./ });
    await chart.waitFor();
    const whole = await chart.getAttribute("aria-label"), asked = page.waitForRequest((request) => new URL(request.url()).searchParams.has("from"));
    await drag(page, /^loss\./, 0.5, 0.75);
    const { searchParams } = new URL((await asked).url());
    const [from, to] = ["from", "to"].map((name) => Number(searchParams.get(name)));
    expect([Math.abs(from! - 100) < 5, Math.abs(to! - 150) < 5, searchParams.get("name")]).toEqual([true, true, "loss"]);
    await expect.poll(() => chart.getAttribute("aria-label")).not.toBe(whole); // it spans other values
  });

  test("is smoothed as far as one likes, its raw line behind it", async () => {
    const page = await tab("first", "metrics"), slider = page.getByRole("slider", { name: "Smoothing" });
    const canvas = page.getByRole("img", { name: /^loss\./ }).locator("canvas");
    await canvas.waitFor();
    const picture = (): Promise<string> => canvas.evaluate((each: HTMLCanvasElement) => each.toDataURL());
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
    const readout = (name: string) => page.getByRole("figure").filter({ has: page.getByRole("img", { name: new RegExp(`^${name}\\.`) }) }).locator(".readout");
    await plotOf(page, /^accuracy\./).waitFor();
    await expect.poll(() => readout("accuracy").textContent()).toBe("0.99713");
    await plotOf(page, /^loss\./).hover({ position: { x: 1, y: 50 } });
    for (const [name, value] of [["loss", "0: 1.1"], ["accuracy", "0: 0"]] as const) await expect.poll(() => readout(name).textContent()).toBe(value);
  });

  test("goes along the time of day, in the reader's zone", async () => {
    const page = await stage.page(`runs/${segment(stage.made.runs.first)}?tab=metrics&x=time`, { timezoneId: "Asia/Shanghai" });
    await plotOf(page, /^loss\./).hover({ position: { x: 1, y: 50 } });
    const { items } = await stage.api<{ items: { metrics: { times: number[] | string[] }[] }[] }>(`runs/${segment(stage.made.runs.first)}/metrics?name=loss`);
    const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "Asia/Shanghai" }).format(new Date(items[0]!.metrics[0]!.times[0]!));
    await page.locator(".readout", { hasText: time }).first().waitFor();
  });
});
