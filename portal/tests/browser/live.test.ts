// SPDX-License-Identifier: Apache-2.0
// What happens is on the screen at once: points, lines, states; also after the connection was lost.
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { front } from "./front.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

const live = (): string => `runs/${segment(stage.made.runs.live)}`;

describe("a run that goes on", () => {
  test("adds its points to the chart and its lines to the log", async () => {
    stage.logPoint();
    stage.logPoint();
    const charts = await stage.page(`${live()}?tab=metrics`);
    const log = await stage.page(`${live()}?tab=files`);
    await charts.getByRole("img", { name: /live: 2 values, last 4/ }).waitFor();
    await log.getByText("point 2").waitFor();
    const n = stage.logPoint();
    await Promise.all([
      charts.getByRole("img", { name: `live: ${n} values, last ${n * n}` }).waitFor(),
      log.getByText(`point ${n}`).waitFor(),
    ]);
  });

  test("does not move a log that is being read, until the reader follows again", async () => {
    const page = await stage.page(`${live()}?tab=files`);
    const lines = page.getByRole("log");
    for (let i = 0; i < 60; ++i) stage.logPoint();
    const last = stage.logPoint();
    await page.getByText(`point ${last}`, { exact: true }).waitFor();
    await lines.hover();
    await page.mouse.wheel(0, -5000);
    await expect.poll(() => lines.evaluate((line) => line.scrollTop)).toBe(0);
    const next = stage.logPoint();
    await expect.poll(() => lines.locator(".log-all").evaluate((element) => element.clientHeight / 20)).toBe(next + 1);
    expect(await lines.evaluate((line) => line.scrollTop)).toBe(0);
    await page.getByRole("button", { name: "Follow" }).click();
    await page.getByText(`point ${next}`, { exact: true }).waitFor();
  });

  test("shows files in logs/ as they grow", async () => {
    const before = stage.logPoint();
    const page = await stage.page(`${live()}?tab=files&file=logs%2Fnotes.txt`);
    await page.getByText(`noted ${before}`, { exact: true }).waitFor();
    await page.getByText(`noted ${stage.logPoint()}`, { exact: true }).waitFor();
  });

  test("has its log followed again when a proxy cuts the stream", async () => {
    const before = stage.logPoint();
    const page = await stage.page(`${live()}?tab=files`);
    await page.getByText(`point ${before}`, { exact: true }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    stage.front.cutLogs();
    await page.getByText(`point ${stage.logPoint()}`, { exact: true }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("two tabs share one event stream, and the remaining tab takes it over", async () => {
    const none = stage.front.streams();
    const first = await stage.page(live());
    const second = await first.context().newPage();
    await second.goto(new URL(live(), stage.front.url).href);
    for (const page of [first, second]) await page.getByText("Live", { exact: true }).waitFor();
    expect(stage.front.streams()).toBe(none + 1);
    await first.close();
    await expect.poll(() => stage.front.streams()).toBe(none + 1);
    const tag = `late ${stage.logPoint()}`;
    await fetch(`${stage.made.url}/api/v1/${live()}/lines`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: `${JSON.stringify({ k: "tag", n: tag, v: null })}\n`,
    });
    await second.getByText(tag).waitFor();
  });

  test("a browser without locks still opens a stream", async () => {
    const page = await stage.page("compute");
    await page.addInitScript(() => {
      for (const name of ["locks", "clipboard"]) Reflect.deleteProperty(Navigator.prototype, name);
    });
    await page.goto(new URL(`${live()}?tab=metrics`, stage.front.url).href);
    await page.getByText("Live", { exact: true }).waitFor();
    const n = stage.logPoint();
    await page.getByRole("img", { name: `live: ${n} values` }).waitFor();
    await page.getByRole("link", { name: "Details" }).click();
    await page.getByText("Run again").waitFor();
    expect([
      await page.getByRole("button", { name: "Copy" }).count(),
      await page.evaluate(() => "locks" in navigator),
    ]).toEqual([0, false]);
  });

  test("so does a browser that refuses locks", async () => {
    const page = await stage.page("compute");
    await page.addInitScript(() => {
      LockManager.prototype.request = () => Promise.reject(new DOMException("not here", "SecurityError"));
    });
    await page.goto(new URL(`${live()}?tab=metrics`, stage.front.url).href);
    await page.getByText("Live", { exact: true }).waitFor();
    stage.logPoint();
    const n = stage.logPoint();
    await page.getByRole("img", { name: `live: ${n} values` }).waitFor();
  });

  test("a lost connection is shown, and missed changes are caught up", async () => {
    const gate = await front(stage.made.url);
    const port = Number(new URL(gate.url).port);
    const page = await stage.page(`${live()}?tab=metrics`, {}, gate.url);
    await page.getByText("Live", { exact: true }).waitFor();
    await gate.close();
    await page.getByText("Connection lost").waitFor();
    const n = stage.logPoint();
    const again = await front(stage.made.url, "/", port);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("img", { name: `live: ${n} values` }).waitFor();
    await page.close();
    await again.close();
  });
});

test("a run that is being prepared shows the log of its build", async () => {
  const page = await stage.page(`runs/${segment(await stage.make("building"))}?tab=files`);
  await page.getByRole("log").getByText("building the environment 'slow'").waitFor();
  await page.getByRole("status").getByText("Preparing").waitFor();
  await page.getByText("building its environment, without a slot meanwhile").waitFor();
});

test("the last lines of a run that ends are shown", async () => {
  const before = stage.logPoint();
  const page = await stage.page(`${live()}?tab=files&file=logs%2Fnotes.txt`);
  await page.getByText(`noted ${before}`, { exact: true }).waitFor();
  stage.endRun();
  await page.getByRole("status").getByText("Completed").waitFor();
  await page.getByText("nothing more to note", { exact: true }).waitFor();
});

describe("a search through a log", () => {
  /** A log's page, and the questions for all of it, which wait. */
  const opened = async (): Promise<[Page, Route[]]> => {
    const page = await stage.page("compute");
    const held: Route[] = [];
    await page.route(/70_driver_log/, (route) =>
      route.request().headers().range ? route.fallback() : void held.push(route),
    );
    await page.goto(new URL(`runs/${segment(stage.made.runs.first)}?tab=files`, stage.front.url).href);
    await page.getByText("one warning").waitFor();
    await page.getByRole("searchbox", { name: "Search the log" }).fill("one warning");
    await page.keyboard.press("Enter");
    await expect.poll(() => held.length).toBe(1);
    return [page, held];
  };

  test("says when it failed", async () => {
    const [page, held] = await opened();
    await held[0]!.abort();
    await page.getByRole("search").getByRole("alert").getByText("The daemon does not answer").waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => held.length).toBe(2);
    await held[1]!.continue();
    await page.getByText("1 of 1 lines").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("shows no results of an earlier text", async () => {
    const [page, held] = await opened();
    await page.getByRole("searchbox", { name: "Search the log" }).fill("nowhere in it");
    const over = Promise.race(
      ["requestfinished", "requestfailed"].map((event) =>
        page.waitForEvent(event as "requestfailed", (request) => request === held[0]!.request()),
      ),
    );
    await held[0]!.continue().catch(() => undefined); // the page no longer waits for it
    await over.catch(() => undefined);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await page.getByRole("search").getByRole("status").count()).toBe(0);
    await page.keyboard.press("Enter");
    await expect.poll(() => held.length).toBe(2);
    await held[1]!.continue();
    await page.getByText("not found").waitFor();
  });
});

describe("a long log", () => {
  test("opens at its end, is searched as a whole, and can be scrolled anywhere", async () => {
    const page = await stage.page(`runs/${segment(await stage.make("big log 100"))}?tab=files`);
    await page.getByText("the very last line").waitFor();
    await expect
      .poll(() =>
        page.getByRole("log").evaluate((box) => Math.abs(box.scrollHeight - box.clientHeight - box.scrollTop) < 1),
      )
      .toBe(true);
    const held = await page.locator(".log-all").evaluate((element) => element.clientHeight / 20);
    expect(held).toBeLessThan(20_000); // of a million
    await page.getByRole("button", { name: "Beginning" }).click();
    await page.getByRole("log").getByText("line").first().waitFor();
    await page.getByRole("searchbox", { name: "Search the log" }).fill("very last");
    await page.keyboard.press("Enter");
    await page.getByText("1 of 1 lines").waitFor();
    await expect.poll(() => page.locator(".log-line.marked").textContent()).toContain("the very last line");
  });
});
