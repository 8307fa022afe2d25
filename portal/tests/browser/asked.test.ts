// SPDX-License-Identifier: Apache-2.0
// What the daemon works out for the portal: filters, columns, single files of snapshots, times of logs, models.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Run } from "../../src/api/types.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

const rows = (page: Page) => page.getByRole("row").filter({ has: page.getByRole("gridcell") });
const columnOf = (page: Page, n: number) =>
  rows(page).evaluateAll((all, column) => all.map((row) => row.children[column]!.textContent), n);
const first = (): string => segment(stage.made.runs.first);

describe("a list of runs", () => {
  test("is filtered, with completion by keyboard, and the link shows the same", async () => {
    const page = await stage.page("experiments/ridge");
    const filter = page.getByRole("combobox", { name: "Filter" });
    await filter.pressSequentially("sta");
    await page.getByRole("option", { name: "status" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("= Fa");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => columnOf(page, 3)).toEqual(["Failed"]);
    expect(new URL(page.url()).searchParams.get("filter")).toBe("status = Failed");
    await page.reload();
    await expect.poll(() => columnOf(page, 3)).toEqual(["Failed"]);
    await page.getByText("1 run", { exact: true }).waitFor();
  });

  test("a mistake in the filter is shown at its place", async () => {
    const page = await stage.page(`experiments/ridge?filter=${segment("status = Failed and and")}`);
    await page.getByRole("alert").waitFor();
    await expect
      .poll(() => page.locator(".filter mark").evaluate((mark) => mark.parentElement!.textContent))
      .toBe("status = Failed and and");
  });

  test("has columns for the minimum and maximum of a metric, for tags, properties and arguments, and is sorted by them", async () => {
    const page = await stage.page("experiments/ridge");
    await page.getByRole("button", { name: "Columns" }).click();
    const choose = async (kind: string, name: string, value?: string): Promise<void> => {
      await page.getByRole("combobox", { name: "What to show" }).selectOption(kind);
      if (value) await page.getByRole("combobox", { name: "Which value" }).selectOption(value);
      await page.getByRole("checkbox", { name, exact: true }).check();
    };
    await choose("Metric", "accuracy", "min");
    await choose("Metric", "accuracy", "max");
    await choose("Tag", "alpha");
    await choose("Property", "data");
    await choose("Argument", "--alpha");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Columns (5)" }).waitFor();
    const heads = ["accuracy (min)", "accuracy (max)", "alpha", "data", "--alpha"];
    const values = [
      ["0", "0.99713", "0.1", "made up", "0.1"],
      ["0", "0.95096", "0.9", "made up", "0.9"],
      ["–", "–", "–", "–", "–"],
    ];
    for (const [i, head] of heads.entries()) {
      await page.getByRole("columnheader").getByRole("button", { name: head, exact: true }).click();
      await page.getByRole("columnheader", { name: head, exact: true }).and(page.locator("[aria-sort]")).waitFor();
      await expect.poll(async () => (await columnOf(page, 6 + i)).sort()).toEqual(values.map((row) => row[i]!).sort());
      expect((await columnOf(page, 6 + i)).at(-1)).toBe("–"); // what has none comes last
    }
    await page.getByRole("columnheader").getByRole("button", { name: "--alpha", exact: true }).click();
    await expect.poll(() => columnOf(page, 10)).toEqual(["0.9", "0.1", "–"]);
    await page.getByRole("button", { name: "Columns (5)" }).click();
    await page.getByRole("button", { name: "Remove data" }).click();
    await page.getByRole("columnheader", { name: "data" }).waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.getAll("column")).toEqual([
      "metric.accuracy.min",
      "metric.accuracy.max",
      "tag.alpha",
      "argument.--alpha",
    ]);
  });

  test("has a column for any metric, found by typing, and is sorted by it", async () => {
    const page = await stage.page("experiments/ridge");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("searchbox", { name: "Type part of a name" }).fill("accu");
    await page.getByRole("checkbox", { name: "accuracy" }).check();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "accuracy (last)" }).click();
    await page
      .getByRole("columnheader", { name: /accuracy/ })
      .and(page.locator("[aria-sort=descending]"))
      .waitFor();
    await expect.poll(() => columnOf(page, 6)).toEqual(["0.99713", "0.95096", "–"]);
    await page.getByRole("button", { name: "accuracy (last)" }).click();
    await expect.poll(() => columnOf(page, 6)).toEqual(["0.95096", "0.99713", "–"]);
    await page.reload();
    await expect.poll(() => columnOf(page, 6)).toEqual(["0.95096", "0.99713", "–"]);
  });
});

test("experiments show their runs by status, and a metric by run", async () => {
  const page = await stage.page("");
  await page.getByRole("combobox", { name: "Metric" }).fill("loss");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("metric") === "loss");
  const ridge = page.getByRole("row").filter({ has: page.getByRole("link", { name: "ridge", exact: true }) });
  await ridge.getByText("1 Failed").waitFor();
  await ridge.getByText("2 Completed").waitFor();
  await ridge.getByRole("img", { name: "loss, run by run" }).waitFor();
  await ridge.getByText(/^(just now|\d+ (s|min) ago)$/).waitFor();
});

test("a workspace is chosen where there are several, and a link shows the same", async () => {
  await stage.make("repository");
  const page = await stage.page("");
  const experiments = page
    .getByRole("grid", { name: "Experiments" })
    .getByRole("row")
    .filter({ has: page.getByRole("gridcell") });
  await page.getByRole("combobox", { name: "Workspace" }).selectOption("elsewhere");
  await expect.poll(() => experiments.count()).toBe(1);
  await page.reload();
  await expect.poll(() => experiments.count()).toBe(1);
  await experiments.getByRole("link", { name: "kept", exact: true }).click();
  await page.getByRole("grid", { name: "kept" }).waitFor();
  expect(new URL(page.url()).searchParams.get("workspace")).toBe("elsewhere");
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("combobox", { name: "Workspace" }).selectOption("elsewhere");
  await expect.poll(() => columnOf(page, 4)).toEqual(["kept"]);
  await page.reload();
  await expect.poll(() => columnOf(page, 4)).toEqual(["kept"]);
});

describe("a snapshot", () => {
  test("is browsed and read", async () => {
    const page = await stage.page(`runs/${first()}?tab=source`);
    await page.getByText("A run that logs one of everything that the portal draws").waitFor();
    await page.getByRole("link", { name: /shapes.py/ }).click();
    await page.getByText("def ramp(").waitFor();
  });

  test("is compared with another run's, line by line", async () => {
    const page = await stage.page(`runs/${segment(stage.made.runs.second)}?tab=source`);
    await page.getByRole("combobox", { name: "Compare with" }).selectOption(stage.made.runs.first);
    const changed = page.locator("details", { hasText: "shapes.py" });
    await changed.locator("tr.removed", { hasText: "120 // size" }).waitFor();
    await changed.locator("tr.added", { hasText: "150 // size" }).waitFor();
    await page.locator("details", { hasText: "notes.md" }).getByText("added").first().waitFor();
    expect(await page.locator("details", { hasText: "main.py" }).count()).toBe(0);
  });
});

test("a click on a point shows the log of that time", async () => {
  const page = await stage.page(`runs/${first()}?tab=metrics`);
  const plot = page.getByRole("img", { name: /^loss\./ }).locator(".u-over");
  await plot.click({ position: { x: 200, y: 60 } });
  await page.getByRole("log").waitFor();
  expect(new URL(page.url()).searchParams.get("at")).toMatch(/^\d+$/);
});

test("a click on a line of several runs shows the log of its run", async () => {
  const { first: one, second: other } = stage.made.runs;
  const page = await stage.page(`compare?tab=charts&run=${segment(one)}&run=${segment(other)}`);
  const plot = page.getByRole("img", { name: /^loss\./ }).locator(".u-over");
  await plot.click({ position: { x: 12, y: 20 } }); // the second begins higher
  await page.getByRole("log").waitFor();
  expect(new URL(page.url()).pathname).toContain(segment(other));
});

test("a run is submitted again from its page", async () => {
  const page = await stage.page(`runs/${first()}`);
  await page.getByRole("button", { name: "Resubmit" }).click();
  await page.waitForURL((url) => url.pathname.includes("/runs/ridge_") && !url.pathname.includes(first()));
  const id = new URL(page.url()).pathname.split("/").at(-1)!;
  expect((await stage.api<Run>(`runs/${id}`)).arguments).toEqual(["--alpha", "0.1"]);
});

test("all files of a run are downloaded as one", async () => {
  const page = await stage.page(`runs/${first()}?tab=files`);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "All files as zip" }).click(),
  ]);
  const bytes = readFileSync(await file.path());
  expect([bytes.subarray(0, 2).toString(), bytes.includes("outputs/tables/scores.csv")]).toEqual(["PK", true]);
});

test("a model shows its files, and an environment its definition", async () => {
  const page = await stage.page("models");
  await page.getByRole("link", { name: "ridge", exact: true }).click();
  await page.getByRole("heading", { name: /ridge 1/ }).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "model.bin" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("model.bin");
  await page.getByRole("link", { name: "Environments" }).click();
  await page.getByText("numpy>=1.20").first().waitFor();
  await page.getByText("OMP_NUM_THREADS=2").waitFor();
});

test("a built environment is shown on the run's page, and in the list with the run that used it last", async ({
  skip,
}) => {
  const id = await stage.make("built");
  const run = await stage.api<Run>(`runs/${segment(id)}`);
  if (!("prepared" in run)) skip("this daemon does not say which environment was prepared");
  const page = await stage.page(`runs/${segment(id)}`);
  const part = page.locator("section.card").filter({ has: page.getByRole("heading", { name: "Built environment" }) });
  await part.getByText("empty", { exact: true }).waitFor();
  await part.getByText(run.prepared!.digest).waitFor();
  await page.getByRole("link", { name: "Environments" }).click();
  const row = page.getByRole("region", { name: "Built environments" }).getByRole("row").filter({ hasText: "empty" });
  await row.getByRole("link").click();
  await page.waitForURL((url) => url.pathname.endsWith(segment(id)));
});

test("the daemon serves the portal itself", async () => {
  stage.problems.length = 0; // of the mistake that a test above makes
  const answer = await fetch(`${stage.made.url}/runs`);
  expect(await answer.text()).toContain('id="portal"');
  const again = await fetch(`${stage.made.url}/runs`, {
    headers: { "If-None-Match": answer.headers.get("etag") ?? "" },
  });
  expect(again.status).toBe(304);
  const page = await stage.page(`runs/${first()}?tab=metrics`, {}, `${stage.made.url}/`);
  await page.getByRole("img", { name: /^loss\./ }).waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  expect(stage.problems.splice(0)).toEqual([]);
});
