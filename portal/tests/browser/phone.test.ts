// SPDX-License-Identifier: Apache-2.0
// On a phone: nothing is wider than it, nothing too small for a finger, and a finger does what a mouse does.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serious } from "./axe.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

const width = 390;
const open = async (path: string): Promise<Page> => {
  const page = await stage.page(path, { viewport: { width, height: 844 }, isMobile: true, hasTouch: true });
  await page.getByText("Live", { exact: true }).waitFor();
  await page.waitForFunction(() => !document.querySelector(".loading"));
  return page;
};

function paths(): string[] {
  const { first, second, failed, parent } = stage.made.runs;
  const compare = `compare?run=${segment(first)}&run=${segment(second)}`;
  return [
    "",
    "runs",
    "compute",
    "models",
    "models/1",
    "data",
    "environments",
    "experiments/ridge?view=parameters",
    `runs/${segment(failed)}`,
    `runs/${segment(parent)}?tab=children`,
    ...["details", "metrics", "images", "files", "source"].map((tab) => `runs/${segment(first)}?tab=${tab}`),
    `runs/${segment(first)}?tab=source&versus=${segment(second)}`,
    ...["differences", "charts", "parameters", "images", "scatter", "source"].map((tab) => `${compare}&tab=${tab}`),
  ];
}

test("no page is wider than the screen, no control is too small, and axe finds nothing serious", async () => {
  for (const path of paths()) {
    const page = await open(path);
    expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, width]);
    const small = await page
      .locator("button, .button, select, input, nav.main-nav a, .tabs a, .tree a, summary")
      .evaluateAll((all) =>
        all.flatMap((element) => {
          const box = (
            element.closest("label.pick, label:has(input[type=checkbox])") ?? element
          ).getBoundingClientRect();
          return box.height > 0 && (box.height < 32 || box.width < 24)
            ? [`${element.outerHTML.slice(0, 90)}: ${box.width} x ${box.height}`]
            : [];
        }),
      );
    expect([path, small, await serious(page)]).toEqual([path, [], []]);
    await page.context().close();
  }
});

test("the rows of a small table are blocks, every cell with the name of its column, and a table for screen readers", async () => {
  const page = await open("compute");
  const queued = page.getByRole("region", { name: "Queued (1)" });
  await queued.getByRole("table").getByRole("cell", { name: "queued behind 1 run on local (1 slot)" }).waitFor();
  const label = await queued
    .getByRole("cell", { name: "queued behind" })
    .evaluate((cell) => getComputedStyle(cell, "::before").content);
  expect(label).toBe('"Why it waits"');
  const button = (await queued.getByRole("button", { name: "Cancel run" }).boundingBox())!;
  expect(button.x + button.width).toBeLessThan(width);
});

test("a finger dragged along a chart zooms; one moved up and down scrolls", async () => {
  const page = await open(`runs/${segment(stage.made.runs.first)}?tab=metrics`);
  const session = await page.context().newCDPSession(page);
  const plot = page.getByRole("img", { name: /^loss\./ }).locator(".u-over");
  await plot.scrollIntoViewIfNeeded();
  const drag = async (dx: number, dy: number): Promise<void> => {
    const box = (await plot.boundingBox())!;
    const x = box.x + box.width / 3;
    const y = box.y + box.height / 2;
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
    for (let i = 1; i <= 10; ++i)
      await session.send("Input.dispatchTouchEvent", {
        type: "touchMove",
        touchPoints: [{ x: x + (dx * i) / 10, y: y + (dy * i) / 10 }],
      });
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  };
  const before = await page.evaluate(() => scrollY);
  await drag(0, -200);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before);
  expect(await page.getByRole("button", { name: "Show all" }).count()).toBe(0);
  await drag(120, 0);
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByRole("button", { name: "Show all" }).waitFor({ state: "detached" });
});

test("a tap on a point shows the log of that time", async () => {
  const page = await open(`runs/${segment(stage.made.runs.first)}?tab=metrics`);
  await page
    .getByRole("img", { name: /^loss\./ })
    .locator(".u-over")
    .tap({ position: { x: 100, y: 60 } });
  await page.getByRole("log").waitFor();
});
