// SPDX-License-Identifier: Apache-2.0
// Figures, for who asks for them (PORTAL_FIGURES=1): how long the reader waits. Nothing here is asserted.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { segment, Stage } from "./stage.ts";

let stage: Stage;
const said: string[] = [];
const say = (what: string, figure: string): void => void said.push(`${what.padEnd(64)} ${figure}`);
const median = (all: number[]): number => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
const wanted = Boolean(process.env["PORTAL_FIGURES"]);

beforeAll(async () => void (wanted && (stage = await Stage.open())));
afterAll(async () => {
  await stage?.close();
  if (wanted) console.log(said.join("\n"));
});

/** Milliseconds from a click until `ready` holds in the page and is painted. */
const afterClick = (page: Page, selector: string, ready: string): Promise<number> =>
  page.evaluate(([target, condition]) => new Promise<number>((done) => {
    const test = new Function(`return ${condition}`) as () => boolean;
    const begin = performance.now();
    const look = (): void => (test() ? void requestAnimationFrame(() => done(performance.now() - begin)) : void setTimeout(look, 2));
    document.querySelector<HTMLElement>(target!)!.click();
    look();
  }), [selector, ready] as const);

describe.runIf(wanted)("figures", () => {
  test("first load", async () => {
    const assets = join(import.meta.dirname, "../../dist/assets");
    const script = readdirSync(assets).filter((name) => /^index-.*\.js\.gz$/.test(name)).reduce((sum, name) => sum + statSync(join(assets, name)).size, 0);
    say("script of the first load, compressed", `${(script / 1000).toFixed(1)} kB`);
    const times: number[] = [];
    for (let i = 0; i < 5; ++i) {
      const page = await stage.page("about:blank");
      await page.goto(stage.front.url, { waitUntil: "commit" });
      times.push(await page.evaluate(() => new Promise<number>((done) => {
        const look = (): void => (document.querySelector("tbody tr a") ? void requestAnimationFrame(() => done(performance.now())) : void setTimeout(look, 2));
        look();
      })));
      await page.context().close();
    }
    say("the list of experiments is there after", `${Math.round(median(times))} ms`);
  });

  test("a run with 200 metrics and a million points in one", async () => {
    const id = segment(await stage.make("many metrics"));
    const page = await stage.page(`runs/${id}`);
    await page.getByRole("link", { name: "Metrics" }).waitFor();
    say("200 metrics, a million points in one: charts after the click", `${Math.round(await afterClick(page, "[data-tab=metrics]", "document.querySelectorAll('.u-over').length >= 6"))} ms`);
    await page.getByRole("searchbox", { name: "Find a metric" }).fill("long");
    const plot = page.getByRole("img", { name: /^long\./ });
    await plot.waitFor();
    const zoom: number[] = [];
    for (let i = 0; i < 4; ++i) {
      await plot.focus();
      zoom.push(await plot.evaluate((each) => new Promise<number>((done) => {
        const canvas = each.querySelector("canvas")!, before = canvas.toDataURL(), begin = performance.now();
        each.dispatchEvent(new KeyboardEvent("keydown", { key: "+", bubbles: true }));
        const look = (): void => (canvas.toDataURL() === before ? void requestAnimationFrame(look) : done(performance.now() - begin));
        look();
      })));
      await page.waitForTimeout(1000);
    }
    say("zooming redraws within", `${Math.round(median(zoom))} ms`);
  });

  test("a logged point", async () => {
    const page = await stage.page(`runs/${segment(stage.made.runs.live)}?tab=metrics`);
    stage.logPoint(), stage.logPoint();
    await page.getByRole("img", { name: "live: 2 values" }).waitFor();
    const seen: number[] = [];
    for (let i = 0; i < 30; ++i) {
      const drawn = page.evaluate((n) => new Promise<number>((done) => {
        const look = (): void => (document.querySelector(`.plot[aria-label*="live: ${n} values"]`) ? void requestAnimationFrame(() => done(Date.now())) : void setTimeout(look, 1));
        look();
      }), i + 3);
      await page.waitForTimeout(50 + 7 * i);
      stage.logPoint();
      seen.push(await drawn);
    }
    const { items } = await stage.api<{ items: { metrics: { times: string[] }[] }[] }>(`runs/${segment(stage.made.runs.live)}/metrics?name=live`);
    const logged = items[0]!.metrics[0]!.times.slice(2).map((time) => Date.parse(time));
    say("a point logged by the child to its pixel, p50 of 30", `${Math.round(median(seen.map((time, i) => time - logged[i]!)))} ms`);
  });

  test("a long log", async () => {
    const page = await stage.page(`runs/${segment(await stage.make("big log 1000"))}`);
    await page.getByRole("link", { name: "Outputs + logs" }).waitFor();
    say("a log of 1 GB opens at its end after", `${Math.round(await afterClick(page, "[data-tab=files]", "document.querySelector('.log-lines')?.textContent.includes('the very last line')"))} ms`);
  });

  test("a table of many runs", async () => {
    const count = Number(process.env["PORTAL_RUNS"] ?? 1000);
    await stage.make(`many runs ${count}`);
    const page = await stage.page("");
    const cells = (place: number): string => `[...document.querySelectorAll('.grid-body .grid-row')].map((row) => row.children[${place}]?.textContent)`;
    await page.evaluate(() => Object.assign(document.body.appendChild(document.createElement("a")), { id: "there", href: "experiments/many?column=metric.loss.last", textContent: "there" }));
    const n = String(count);
    say(`${n} runs: open`, `${Math.round(await afterClick(page, "#there", `${cells(2)}.some((text) => text?.startsWith('run '))`))} ms`);
    await page.getByRole("columnheader", { name: "loss (last)" }).waitFor();
    say(`${n} runs: sort by a metric`, `${Math.round(await afterClick(page, ".sorter[title='loss (last)']", `${cells(6)}.length > 1 && ${cells(6)}.slice(0, 2).every((text) => Number(text) > 90)`))} ms`);
    const scrolled = await page.evaluate(() => new Promise<number>((done) => {
      const grid = document.querySelector(".grid")!, begin = performance.now();
      grid.scrollTop = grid.scrollHeight;
      const look = (): void => ([...document.querySelectorAll(".grid-body .grid-row")].at(-1)?.children[2]?.textContent?.startsWith("run ") && grid.scrollTop > 1000
        ? done(performance.now() - begin) : void setTimeout(look, 2));
      setTimeout(look, 20);
    }));
    say(`${n} runs: scroll to the end`, `${Math.round(scrolled)} ms`);
    await page.getByRole("combobox", { name: "Filter" }).fill("metric.loss.last < 5 and status = Failed");
    const filtered = page.evaluate(() => new Promise<number>((done) => {
      const begin = performance.now(), before = document.querySelector(".counts")!.textContent;
      const look = (): void => (document.querySelector(".counts")!.textContent !== before && document.querySelector(".grid-body .grid-row") ? done(performance.now() - begin) : void setTimeout(look, 2));
      look();
    }));
    await page.keyboard.press("Enter");
    say(`${n} runs: filter`, `${Math.round(await filtered)} ms`);
    say(`${n} runs: memory of JavaScript`, `${((await page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize)) / 1e6).toFixed(1)} MB`);
  });

  test("ten live runs with ten charts each", async () => {
    const seconds = Number(process.env["PORTAL_SECONDS"] ?? 30);
    const ids = await stage.make<string[]>("busy runs");
    const page = await stage.page(`compare?tab=charts&${ids.map((id) => `run=${segment(id)}`).join("&")}`, { viewport: { width: 1280, height: 2400 } });
    await page.waitForFunction(() => document.querySelectorAll(".u-over").length === 10);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const measured = async (): Promise<Record<string, number>> => {
      await session.send("HeapProfiler.collectGarbage");
      const { metrics } = await session.send("Performance.getMetrics");
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    };
    const before = await measured();
    await page.waitForTimeout(seconds * 500);
    const half = await measured();
    await page.waitForTimeout(seconds * 500);
    const after = await measured();
    say("ten live runs with ten charts: main thread busy", `${Math.round((100 * (after["TaskDuration"]! - before["TaskDuration"]!)) / (after["Timestamp"]! - before["Timestamp"]!))} %`);
    const memory = [before, half, after].map((each) => (each["JSHeapUsedSize"]! / 1e6).toFixed(1)).join(", ");
    say("... JavaScript's memory at the beginning, the middle and the end", `${memory} MB in ${seconds} s`);
  });
}, 600_000);
