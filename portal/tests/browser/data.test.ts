// SPDX-License-Identifier: Apache-2.0
// The page of the data, and the links between datasets and runs, against a real daemon and real runs.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { serious } from "./axe.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;
let made: Record<"people" | "prepared" | "linked" | "made" | "used", string>;

beforeAll(async () => {
  stage = await Stage.open();
  made = await stage.make("data");
});
afterAll(() => stage?.close());
afterEach(async () => {
  await stage.closePages();
  expect(stage.problems.splice(0)).toEqual([]);
});

const open = (...asked: Parameters<Stage["page"]>): Promise<Page> => stage.page(...asked);

test("datastores and datasets are listed, and a dataset links to the runs that made and used it", async () => {
  const page = await open("");
  await page.getByRole("link", { name: "Data", exact: true }).click();
  await page.getByRole("row", { name: /^workspaceblobstore default AzureBlob / }).waitFor();
  await page.getByRole("row", { name: /^blobs AzureBlob .*account_name ?account/ }).waitFor();
  await page.getByRole("row", { name: /^people 1 tabular .*people\.csv who they are area ?demo/ }).waitFor();
  await page.getByRole("link", { name: "prepared", exact: true }).click();
  await page.getByRole("heading", { name: /^Data.*prepared 1$/ }).waitFor();
  await page.getByRole("region", { name: "Made by" }).getByRole("link", { name: made.made }).waitFor();
  await expect.poll(() => page.getByRole("region", { name: "Used by" }).getByRole("link").count()).toBe(2);
  await page.getByRole("heading", { name: /rows\.csv$/ }).waitFor();
  await page.getByRole("region", { name: "Made by" }).getByRole("link", { name: made.made }).click();
  await page.getByRole("heading", { name: "Outputs", exact: true }).waitFor();
  await page.getByRole("link", { name: "people 1" }).click();
  await page.getByRole("cell", { name: "Ada" }).waitFor();
  await page.getByText("No run has it as an output.").waitFor();
});

test("a dataset that is not there is said, and runs without datasets have no such part", async () => {
  await (await open("data/none")).getByText("This workspace has no dataset none.").waitFor();
  const page = await open(`runs/${segment(stage.made.runs.first)}`);
  await page.getByRole("heading", { name: "Times and resources" }).waitFor();
  expect(await page.getByRole("heading", { name: "Inputs" }).count()).toBe(0);
});

test.each([
  [420, "light"],
  [420, "dark"],
  [800, "dark"],
] as const)(
  "at %i pixels and in the %s theme nothing is too wide, and axe finds nothing serious",
  async (width, colorScheme) => {
    for (const path of ["data", `data/${made.people}`, `data/${made.prepared}`, `runs/${segment(made.made)}`]) {
      const page = await open(path, { viewport: { width, height: 900 }, colorScheme });
      await page.getByRole("heading").first().waitFor();
      await page.waitForFunction(() => !document.querySelector(".loading"));
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, width]);
      expect([path, await serious(page)]).toEqual([path, []]);
    }
  },
);
