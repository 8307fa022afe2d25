// SPDX-License-Identifier: Apache-2.0
// From the first page to the log of a point without a pointer: only keys are pressed here.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Stage, segment } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

/** What has the focus: its role or tag, and what it is called. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const label =
      element.getAttribute("aria-label") ??
      (element as HTMLInputElement).labels?.[0]?.textContent ??
      element.textContent ??
      "";
    return `${element.getAttribute("role") ?? element.tagName.toLowerCase()} ${label.trim()}`;
  });

/** Presses Tab until what has the focus is so called. */
async function tabTo(page: Page, name: RegExp, most = 80): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press("Tab");
    passed.push(await focused(page));
    if (name.test(passed.at(-1)!)) return;
  }
  throw new Error(`Tab does not lead to ${name}; it went through ${passed.join(" | ")}`);
}

/** Presses the arrow from the first row of the grid that has the focus until a row says so. */
async function arrowTo(page: Page, words: RegExp): Promise<void> {
  await page.keyboard.press("Home");
  const row = () =>
    page.evaluate(
      () =>
        document.getElementById(document.activeElement?.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "",
    );
  await expect
    .poll(async () => {
      if (words.test(await row())) return true;
      await page.keyboard.press("ArrowDown");
      return false;
    })
    .toBe(true);
}

test("the keyboard alone leads from an experiment to the log of a point", async () => {
  const page = await stage.page("");
  await page.getByRole("grid", { name: "Experiments" }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("a Skip to content");
  await page.keyboard.press("Enter");
  await tabTo(page, /^grid Experiments/);
  await arrowTo(page, /^ridge/);
  await page.keyboard.press("Enter");
  await page.getByRole("grid", { name: "ridge" }).waitFor();
  await tabTo(page, /^grid ridge/);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Parts of the run" }).waitFor();
  await tabTo(page, /^a Metrics/);
  await page.keyboard.press("Enter");
  await page.getByRole("img", { name: /^loss\./ }).waitFor();

  await tabTo(page, /^img loss\./);
  await page.keyboard.press("+");
  await page.getByRole("button", { name: "Show all" }).waitFor();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("0");
  await page.getByRole("button", { name: "Show all" }).waitFor({ state: "detached" });
  const said = page
    .getByRole("figure")
    .filter({ has: page.getByRole("img", { name: /^loss\./ }) })
    .getByRole("status");
  await expect
    .poll(async () => {
      // until all of the line is there again
      await page.keyboard.press("Home");
      return said.textContent();
    })
    .toBe("0: 1.1");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => said.textContent()).toMatch(/^1: 1\.1/);
  await page.keyboard.press("Enter");
  await page.getByRole("log").waitFor();
  expect(new URL(page.url()).searchParams.get("at")).toMatch(/^\d+$/);
});

test("the link to the content stays on its page", async () => {
  for (const path of ["runs", `runs/${segment(stage.made.runs.first)}?tab=metrics`, "?metric=loss"]) {
    const page = await stage.page(path);
    const { href } = new URL(path, stage.front.url);
    await page.getByRole("main").getByRole("heading").or(page.getByRole("grid")).first().waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("a Skip to content");
    await page.keyboard.press("Enter");
    expect([await page.evaluate(() => document.activeElement?.id), page.url()]).toEqual(["main", href]);
  }
});

test("panels and dialogs take the focus and return it", async () => {
  const page = await stage.page("experiments/ridge");
  await page.getByRole("grid", { name: "ridge" }).waitFor();
  await tabTo(page, /^button Columns/);
  await page.keyboard.press("Enter");
  await tabTo(page, /^input Type part of a name/);
  await page.keyboard.type("accu");
  await page.getByRole("checkbox", { name: "accuracy" }).waitFor();
  await tabTo(page, /^input\s+accuracy/);
  await page.keyboard.press(" ");
  await page.getByRole("columnheader", { name: /accuracy/ }).waitFor();
  await page.keyboard.press("Escape");
  expect(await focused(page)).toMatch(/^button Columns/);
  await tabTo(page, /^button accuracy \(last\)/);
  await page.keyboard.press("Enter");
  await page.locator("[aria-sort=descending]").waitFor();
  await tabTo(page, /^grid ridge|^input Select/);
  await page.keyboard.press(" ");
  await page.getByText("1 selected").waitFor();
  await page.keyboard.press("Shift+Tab");
  for (let i = 0; i < 20 && !/^button Tag/.test(await focused(page)); ++i) await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await focused(page)).toBe("button Tag");
});

test("an edited text returns the focus, and so does an answered dialog", async () => {
  const page = await stage.page(`runs/${segment(stage.made.runs.second)}?tab=details`);
  await page.getByText("Run again").waitFor();
  await tabTo(page, /^button Rename/);
  for (const end of ["Escape", "Enter"]) {
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Name" }).focus();
    await page.keyboard.type(" again");
    await page.keyboard.press(end);
    await expect.poll(() => focused(page)).toBe("button Rename");
  }
  await page.getByRole("heading", { name: /again/ }).waitFor();
  await tabTo(page, /^button \+ Tag/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("by keys");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove the tag by keys" }).waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await focused(page)).toBe("button + Tag");
  await tabTo(page, /^button Edit/);
  for (const end of ["Go back", "Save"]) {
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Description" }).focus();
    await page.keyboard.type("tried by keys");
    await tabTo(page, new RegExp(`^button ${end}`));
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe("button Edit");
  }
  await page.getByText("tried by keys", { exact: true }).waitFor();
});
