// SPDX-License-Identifier: Apache-2.0
// The page of a sweep, which the tests compute: what it draws, filters and sorts, and that it follows what changes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { SweepAnswer, SweepChild } from "../../src/api/sweep.ts";
import { serious } from "./axe.ts";
import { answerWith, fakeSweep } from "./fake_sweep.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;
let sweep: string;

beforeAll(async () => {
  stage = await Stage.open([join(import.meta.dirname, "demo.py"), "empty"]);
  sweep = await stage.make("sweep");
});
afterAll(() => stage?.close());
afterEach(() => stage.closePages());

const large = fakeSweep({ runs: 1000, points: 100 });
const best = (children: readonly SweepChild[]): SweepChild =>
  children.reduce((found, child) => ((child.min ?? Infinity) < (found.min ?? Infinity) ? child : found));

/** The page of the sweep, with that answer. */
async function open(answer: SweepAnswer, query = "", options: BrowserContextOptions = {}): Promise<Page> {
  answerWith(stage.front, sweep, answer);
  const page = await stage.page(`runs/${segment(sweep)}${query}`, options);
  await page.getByRole("link", { name: "Sweep", exact: true }).waitFor();
  await page.waitForFunction(() => !document.querySelector(".loading"));
  return page;
}

const grid = (page: Page) => page.getByRole("grid", { name: "Runs and their parameters" });
const cellsOf = (page: Page, n: number) =>
  grid(page)
    .locator(`.grid-body .grid-row > :nth-child(${n})`)
    .evaluateAll((all) => all.map((cell) => cell.textContent));
const axis = (page: Page, name: string) => page.locator(`[data-axis="${name}"]`);
const shown = (page: Page, text: string) => page.locator(".parallel-card").getByText(text, { exact: true });

/** Drags along an axis between two shares of its length, from its low end. */
async function drag(page: Page, name: string, from: number, to: number): Promise<void> {
  await axis(page, name).scrollIntoViewIfNeeded();
  const box = (await axis(page, name).boundingBox())!;
  const y = (share: number): number => box.y + box.height - 4 - share * (box.height - 8);
  await page.mouse.move(box.x + box.width / 2, y(from));
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, y((from + to) / 2), { steps: 3 });
  await page.mouse.move(box.x + box.width / 2, y(to), { steps: 3 });
  await page.mouse.up();
}

describe("a sweep of a thousand runs", () => {
  test("opens with its best run, and says how many runs are in which state; the time is for people", async () => {
    const page = await open(large);
    const found = best(large.children);
    const head = page.locator(".sweep-head");
    expect(await head.getByRole("link").getAttribute("href")).toBe(`/runs/${found.id}`);
    expect(await head.textContent()).toContain(`loss ${Number(found.min!.toPrecision(5))}`);
    expect(await head.textContent()).toContain("1\u202f000 of 1\u202f200 runs");
    for (const state of ["Completed", "Canceled", "Failed"]) {
      const n = large.children.filter((child) => child.state === state).length;
      await head.getByText(`${state} ${n}`).waitFor();
    }
    // Everything from the address on: scripts, the answer, and all that is drawn of it.
    await page.reload({ waitUntil: "commit" });
    const opened = await page.evaluate(
      () =>
        new Promise<number[]>((done) => {
          const look = (): void => {
            const [asked] = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/sweep?"));
            if (asked && document.querySelector(".courses canvas") && document.querySelector(".grid-body .grid-row a"))
              requestAnimationFrame(() => done([(asked as PerformanceResourceTiming).responseEnd, performance.now()]));
            else setTimeout(look, 5);
          };
          look();
        }),
    );
    console.log(
      `a sweep of 1,000 runs, 100 points each: answered and drawn after ${opened.map(Math.round).join(" and ")} ms`,
    );
  });

  test("is filtered by drags along axes, which the rows and the address follow, and a click on an axis undoes", async () => {
    const page = await open(large);
    await shown(page, "1\u202f000 runs").waitFor();
    await drag(page, "--lr", 0.5, 0.25);
    const all = large.children.map((child) => child.hyperparameters!["--lr"] as number);
    const kept = (): string | null => new URL(page.url()).searchParams.get("brush");
    await expect.poll(kept).not.toBeNull();
    const brush = JSON.parse(kept()!) as [string, [number, number]];
    expect(brush[0]).toBe("argument.--lr");
    // From 1e-5 to 1e-1, with a little room at both ends: 0.25 is near 1e-4, 0.5 near 1e-3.
    expect(Math.log10(brush[1][0])).toBeCloseTo(-4, 0);
    expect(Math.log10(brush[1][1])).toBeCloseTo(-3, 0);
    const inside = all.filter((lr) => lr >= brush[1][0] && lr <= brush[1][1]).length;
    await shown(page, `${inside} of 1\u202f000 runs`).waitFor();
    expect(await grid(page).getAttribute("aria-rowcount")).toBe(String(inside + 1));
    await page.reload();
    await shown(page, `${inside} of 1\u202f000 runs`).waitFor();
    await axis(page, "--lr").click();
    await shown(page, "1\u202f000 runs").waitFor();
    await expect.poll(kept).toBeNull();
  });

  test("has the best run first, sorts by any column, and stopped runs have their reason", async () => {
    const page = await open(large);
    const found = best(large.children);
    await expect.poll(async () => (await cellsOf(page, 1))[0]).toBe(`Run ${found.n}`);
    await grid(page).getByRole("button", { name: "--dropout" }).click();
    const values = large.children.map((child) => child.hyperparameters!["--dropout"] as number);
    await expect.poll(async () => Number((await cellsOf(page, 7))[0])).toBe(Math.max(...values));
    await grid(page).getByRole("button", { name: "Reason" }).click();
    await expect.poll(async () => (await cellsOf(page, 10))[0]).toMatch(/^stopped by the policy|^the script ended/);
  });

  test("a row under the pointer lights its line, and the keys light rows", async () => {
    const page = await open(large);
    await grid(page).locator(".grid-body .grid-row").nth(2).hover();
    const line = page.locator(".lit-line");
    await line.waitFor();
    expect((await line.getAttribute("points"))!.split(" ")).toHaveLength(6);
    await expect.poll(async () => page.locator(".lit-words strong").textContent()).toBe((await cellsOf(page, 1))[2]);
    await page.mouse.move(0, 0);
    await line.waitFor({ state: "detached" });
    await grid(page).focus();
    await page.keyboard.press("ArrowDown");
    await line.waitFor();
  });

  test("is filtered by keyboard too", async () => {
    const page = await open(large);
    await page.getByRole("combobox", { name: "Axis" }).selectOption("--net");
    await page.getByRole("checkbox", { name: "vit" }).check();
    const vits = large.children.filter((child) => child.hyperparameters!["--net"] === "vit").length;
    await shown(page, `${vits} of 1\u202f000 runs`).waitFor();
    await page.getByRole("combobox", { name: "Axis" }).selectOption("loss");
    await page.getByRole("textbox", { name: "loss: To" }).fill("0.3");
    await page.keyboard.press("Enter");
    const both = large.children.filter(
      (child) => child.hyperparameters!["--net"] === "vit" && child.min !== null && child.min <= 0.3,
    ).length;
    await shown(page, `${both} of 1\u202f000 runs`).waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await shown(page, "1\u202f000 runs").waitFor();
  });
});

/** Changes a run that has the id of a child. */
const tagChild = (): Promise<unknown> =>
  fetch(`${stage.made.url}/api/v1/runs/HD_test_3/lines`, {
    method: "POST",
    headers: { "Content-Type": "application/x-ndjson" },
    body: `${JSON.stringify({ k: "tag", n: "seen", v: "yes", t: Date.now() / 1000 })}\n`,
  });

describe("the page of a sweep", () => {
  test("asks only for what has changed since, and shows it", async () => {
    const small = fakeSweep({ runs: 5, points: 10 });
    const better = { ...small.children[3]!, min: 0.001, state: "Completed" as const };
    const asked = answerWith(stage.front, sweep, small, { ...small, change: 11, children: [better] });
    const page = await stage.page(`runs/${segment(sweep)}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await grid(page).waitFor();
    // The page may ask for everything again once its stream is open; a change after that is asked for alone.
    await expect
      .poll(async () => {
        await tagChild();
        return asked.some((query) => query.includes("after=10"));
      })
      .toBe(true);
    await page.locator(".sweep-head").getByText("0.001").waitFor();
    expect(await page.locator(".sweep-head").getByRole("link").textContent()).toBe("Run 3");
  });

  test("without runs says so; one run, and runs without a metric, are drawn", async () => {
    const empty = fakeSweep({ runs: 0, points: 0 });
    const none = await open(empty);
    await none.getByText("This sweep has no runs.").waitFor();
    const one = await open(fakeSweep({ runs: 1, points: 1 }));
    await shown(one, "1 run").waitFor();
    await one.getByText("too few runs").first().waitFor();
    const silent = await open(fakeSweep({ runs: 3, points: 0 }));
    await silent.getByText("No run has logged a finite number as loss yet.").waitFor();
    await silent.getByText("3 of 3 runs are not drawn:").waitFor();
  });

  test("has nothing serious for axe, and with sixty parameters nothing wider than a phone", async () => {
    const wide = await open(fakeSweep({ runs: 40, points: 5, more: 55 }), "", {
      viewport: { width: 390, height: 844 },
    });
    await grid(wide).locator(".grid-body .grid-row").first().waitFor();
    expect(await wide.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await wide.close();
    const page = await open(fakeSweep({ runs: 12, points: 10 }));
    await grid(page).locator(".grid-body .grid-row").first().waitFor();
    expect(await serious(page)).toEqual([]);
    expect(stage.problems).toEqual([]);
  });
});

const folder = process.env.SWEEP_PICTURES;

test.skipIf(!folder)("pictures, on request: SWEEP_PICTURES=FOLDER", async () => {
  mkdirSync(folder!, { recursive: true });
  const scenes: Record<string, SweepAnswer> = {
    large,
    small: fakeSweep({ runs: 12, points: 30 }),
    wide: fakeSweep({ runs: 40, points: 5, more: 55 }),
    one: fakeSweep({ runs: 1, points: 1 }),
    silent: fakeSweep({ runs: 3, points: 0 }),
  };
  for (const [name, answer] of Object.entries(scenes))
    for (const colorScheme of ["light", "dark"] as const)
      for (const width of [1280, 800, 420]) {
        const page = await open(answer, "", { colorScheme, viewport: { width, height: 860 }, hasTouch: width < 500 });
        await page.waitForTimeout(500);
        await page.screenshot({ path: join(folder!, `${name}-${width}-${colorScheme}.png`), fullPage: true });
        await page.context().close();
      }
});
