// SPDX-License-Identifier: Apache-2.0
// Tables of very many runs (PORTAL_RUNS) and of very many names of metrics (PORTAL_NAMES).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { Stage } from "../browser/stage.ts";
import { clickOn, Figures, repeated, until } from "./figures.ts";

const many = process.env.PORTAL_RUNS ?? "100000";
const names = process.env.PORTAL_NAMES ?? "12000";
let stage: Stage;
const figures = new Figures();

beforeAll(async () => {
  stage = await Stage.open([join(import.meta.dirname, "many_runs.py"), many, names]);
});
afterAll(async () => {
  await stage?.close();
  figures.print();
});

const cells = (column: number): string =>
  `[...document.querySelectorAll('.grid-body .grid-row')].map((row) => row.children[${column}]?.textContent)`;
const named = `${cells(2)}.some((text) => text?.startsWith('run '))`;

/** A page with a link to elsewhere in the portal, so that following it does not load the page again. */
async function beforeLink(href: string): Promise<Page> {
  const page = await stage.page("models");
  await page.getByText("Live", { exact: true }).waitFor();
  await page.evaluate(
    (to) =>
      Object.assign(document.body.appendChild(document.createElement("a")), {
        id: "there",
        href: to,
        textContent: "there",
      }),
    href,
  );
  return page;
}

/** Megabytes of the largest of the browser's page processes, what it shares with others divided among them. */
async function memoryOf(page: Page): Promise<number> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sizes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8"))?.[1] ?? 0));
  return Math.max(...sizes) / 1000;
}

test("a table of many runs", async () => {
  const page = await beforeLink("experiments/many?column=metric.loss.last");
  figures.add(
    `${many} runs: open`,
    await repeated(5, async () => {
      const time = await until(page, clickOn("#there"), named);
      await page.goBack();
      return time;
    }),
    "ms",
    200,
  );
  await page.evaluate(clickOn("#there"));
  await page.getByText(/^\d.*runs$/).waitFor();
  const sorter = ".sorter[title='loss (last)']";
  figures.add(
    `${many} runs: sort by a metric`,
    await repeated(5, (i) => {
      const sorted = i % 2 === 0 ? "value > 99" : "value < 1";
      return until(
        page,
        clickOn(sorter),
        `(() => { const all = ${cells(6)}.map(Number); return all.length > 1 && all.every((value) => ${sorted}); })()`,
      );
    }),
    "ms",
    200,
  );
  figures.add(
    "... of that the daemon's answer",
    await repeated(5, async (i) => {
      const begin = performance.now();
      await stage.api(`runs?experiment=many&column=metric.loss.last&sort=${i % 2 ? "" : "-"}metric.loss.last`);
      return performance.now() - begin;
    }),
    "ms",
    100,
  );
  await page.getByRole("button", { name: "Created" }).click();
  await page.waitForTimeout(1000);
  figures.add(
    `${many} runs: scroll to the end`,
    await repeated(3, async () => {
      const time = await until(
        page,
        "const grid = document.querySelector('.grid'); grid.scrollTop = grid.scrollHeight",
        `[...document.querySelectorAll('.grid-body .grid-row')].at(-1).ariaRowIndex > ${many} && ${cells(2)}.every((text) => text?.startsWith('run '))`,
      );
      await page.evaluate(() => {
        document.querySelector(".grid")!.scrollTop = 0;
      });
      await page.waitForTimeout(500);
      return time;
    }),
    "ms",
    200,
  );
  const filter = page.getByRole("combobox", { name: "Filter" });
  figures.add(
    `${many} runs: filter`,
    await repeated(3, async (i) => {
      await filter.fill(`metric.loss.last < ${9 - 3 * i} and status = Failed`);
      const enter =
        "document.querySelector('.filter input').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))";
      const time = await until(
        page,
        enter,
        `(() => { const all = ${cells(6)}.map(Number); return all.length > 1 && all.every((value) => value < ${9 - 3 * i}) && location.search.includes('+${9 - 3 * i}+'); })()`,
      );
      await page.waitForTimeout(500);
      return time;
    }),
    "ms",
    200,
  );
  figures.add(`${many} runs: memory of the browser's process for the page`, await memoryOf(page), "MB", 200);
  await page.context().close();
});

test("very many names of metrics", async () => {
  const page = await beforeLink("experiments/wide?column=metric.%22metric+00007%22.last");
  figures.add(
    `${names} names of metrics: the table opens`,
    await repeated(5, async () => {
      const time = await until(page, clickOn("#there"), named);
      await page.goBack();
      return time;
    }),
    "ms",
    500,
  );
  await page.evaluate(clickOn("#there"));
  await page.getByRole("button", { name: "Columns" }).click();
  const search = page.getByRole("searchbox", { name: "Type part of a name" });
  await search.waitFor();
  figures.add(
    `${names} names of metrics: a column is found by typing`,
    await repeated(5, async (i) => {
      const name = `metric 0${i}123`;
      const typed = `const box = document.querySelector('.chooser input[type=search]'); box.value = '${name}'; box.dispatchEvent(new Event('input', { bubbles: true }))`;
      return until(
        page,
        typed,
        `[...document.querySelectorAll('.choices li')].some((item) => item.textContent.includes('${name}')) && document.querySelectorAll('.choices li').length === 1`,
      );
    }),
    "ms",
    500,
  );
  await page.keyboard.press("Escape");
  const id = (await stage.api<{ items: { id: string }[] }>("runs?experiment=wide&limit=1")).items[0]!.id;
  const run = await beforeLink(`runs/${id}?tab=metrics`);
  figures.add(
    `a run with ${names} metrics: its page opens`,
    await until(run, clickOn("#there"), "document.querySelector('.tile')"),
    "ms",
    500,
  );
});
