// SPDX-License-Identifier: Apache-2.0
// The first load, and a run with much in it.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { Stage, segment } from "../browser/stage.ts";
import { clickOn, Figures, repeated, until } from "./figures.ts";

let stage: Stage;
const figures = new Figures();

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(async () => {
  await stage?.close();
  figures.print();
});

test("first load", async () => {
  const assets = join(import.meta.dirname, "../../dist/assets");
  const scripts = readdirSync(assets)
    .filter((name) => name.endsWith(".js.gz"))
    .map((name) => statSync(join(assets, name)).size);
  figures.add("all script, compressed", scripts.reduce((sum, size) => sum + size, 0) / 1000, "kB", 120);
  figures.add(
    "first load: the list of experiments is there",
    await repeated(5, async () => {
      const page = await stage.page("about:blank");
      await page.goto(stage.front.url, { waitUntil: "commit" });
      const time = await page.evaluate(
        () =>
          new Promise<number>((done) => {
            const look = (): void =>
              document.querySelector(".grid-body a, tbody tr a")
                ? void requestAnimationFrame(() => done(performance.now()))
                : void setTimeout(look, 2);
            look();
          }),
      );
      await page.context().close();
      return time;
    }),
    "ms",
    500,
  );
});

test("a run with 200 metrics and a million points in one", async () => {
  const page = await stage.page(`runs/${segment(await stage.make("many metrics"))}`);
  await page.getByRole("link", { name: "Metrics" }).waitFor();
  figures.add(
    "200 metrics, a million points in one: charts after the click",
    await repeated(3, async () => {
      await page.getByRole("link", { name: "Details" }).click();
      return until(page, clickOn("[data-tab=metrics]"), "document.querySelectorAll('.u-over').length >= 6");
    }),
    "ms",
    300,
  );
  await page.getByRole("searchbox", { name: "Find a metric" }).fill("long");
  const plot = page.getByRole("img", { name: /^long\./ });
  await plot.waitFor();
  figures.add(
    "... zooming redraws",
    await repeated(4, async () => {
      await page.waitForTimeout(1000);
      return plot.evaluate(
        (element) =>
          new Promise<number>((done) => {
            const canvas = element.querySelector("canvas")!;
            const before = canvas.toDataURL();
            const begin = performance.now();
            element.dispatchEvent(new KeyboardEvent("keydown", { key: "+", bubbles: true }));
            const look = (): void =>
              canvas.toDataURL() === before ? void requestAnimationFrame(look) : done(performance.now() - begin);
            look();
          }),
      );
    }),
    "ms",
    100,
  );
});

test("a long log", async () => {
  const page = await stage.page(`runs/${segment(await stage.make("big log 1000"))}`);
  await page.getByRole("link", { name: "Outputs + logs" }).waitFor();
  figures.add(
    "a log of 1 GB opens at its end",
    await repeated(3, async () => {
      await page.getByRole("link", { name: "Details" }).click();
      return until(
        page,
        clickOn("[data-tab=files]"),
        "document.querySelector('.log-lines')?.textContent.includes('the very last line')",
      );
    }),
    "ms",
    300,
  );
});
