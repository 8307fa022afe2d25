// SPDX-License-Identifier: Apache-2.0
// A Runyard with nothing in it yet: every page says what it will hold and what to do for that, and comes to life by itself.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Stage } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open([join(import.meta.dirname, "demo.py"), "empty"]);
});
afterAll(() => stage?.close());

test.each([
  ["", "No experiments yet", "runyard python enable"],
  ["runs", "No runs yet", "runyard submit"],
  ["models", "No models yet", "register_model"],
  ["data", "No datasets yet", "runyard dataset register"],
  ["environments", "No environments yet", 'Environment("mine").register'],
  ["compute", "No run is queued.", "A slot takes one run at a time"],
  ["compare", "Nothing to compare yet", "Select two or more runs"],
])("the page at /%s says so, and what to do next", async (path, title, next) => {
  const page = await stage.page(path);
  await page.getByText(title).waitFor();
  await page.getByText(next).waitFor();
});

test("the first run appears by itself, and the message that the portal has not started is gone", async () => {
  const page = await stage.page("");
  await page.getByText("No experiments yet").waitFor();
  await stage.make("repository");
  await page.getByRole("grid", { name: "Experiments" }).getByRole("link", { name: "kept" }).click();
  await page.getByRole("link", { name: /^run_kept/ }).waitFor();
  expect(await page.locator(".late").count()).toBe(0);
  expect(stage.problems).toEqual([]);
});
