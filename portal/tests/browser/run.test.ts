// SPDX-License-Identifier: Apache-2.0
// The page of a run: its head, details, images, child runs and files.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Run } from "../../src/api/types.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());
afterEach(async () => {
  await stage.closePages();
  expect(stage.problems.splice(0)).toEqual([]);
});

const tab = (run: keyof Stage["made"]["runs"], name: string): Promise<Page> =>
  stage.page(`runs/${segment(stage.made.runs[run])}?tab=${name}`);
/** The value beside a name in a list of facts. */
const fact = (page: Page, name: string) => page.locator(`dt:text-is("${name}") + dd`).first();

describe("the head of a run", () => {
  test("says its experiment, age, duration, target and submitter", async () => {
    const run = await stage.api<Run>(`runs/${segment(stage.made.runs.first)}`);
    const page = await tab("first", "details");
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "ridge" }).waitFor();
    for (const [name, text] of [
      ["No.", String(run.number)],
      ["Target", "local"],
      ["Submitted by", run.submitter!],
    ] as const)
      expect([name, await fact(page, name).textContent()]).toEqual([name, text]);
    await expect.poll(() => fact(page, "Created").textContent()).toMatch(/^(just now|\d+ (s|min) ago)$/);
    expect(await fact(page, "Duration").textContent()).toMatch(/^[\d.]+ s$/);
    expect(await page.title()).toBe(`Completed – ${run.name} – Runyard`);
  });

  test("says why it waits, then that it is canceled, without a reload", async () => {
    const page = await tab("queued", "details");
    await page.getByText("queued behind 1 run on local (1 slot)").waitFor();
    await page.getByRole("button", { name: "Cancel run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Go back" }).click();
    await page.getByRole("status").getByText("Queued").waitFor();
    await page.getByRole("button", { name: "Cancel run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the run" }).click();
    await page.getByRole("status").getByText("Canceled").waitFor();
    await page.getByRole("button", { name: "Cancel run" }).waitFor({ state: "detached" });
    await expect.poll(() => page.title()).toMatch(/^Canceled – /);
  });
});

describe("the details of a run", () => {
  test("name its interpreter and its packages", async () => {
    const run = await stage.api<Run>(`runs/${segment(stage.made.runs.first)}`);
    const page = await tab("first", "details");
    await expect
      .poll(() => fact(page, "Python").textContent())
      .toBe(`${run.interpreter!.path as string} ${run.interpreter!.version}`);
    const [[name, version]] = Object.entries(run.interpreter!.packages!) as [[string, string]];
    await page.getByText(/^\d+ packages$/).click();
    await page.getByRole("row", { name: `${name} ${version}`, exact: true }).waitFor();
  });

  test("say which commit it ran from, and what the snapshot excludes", async () => {
    const id = await stage.make("repository");
    const { git, left_out: excluded } = (await stage.api<Run>(`runs/${segment(id)}`)).snapshot!;
    const page = await stage.page(`runs/${segment(id)}`);
    expect([Object.values(git).includes("trunk"), excluded.includes("data/")]).toEqual([true, true]);
    for (const [name, value] of Object.entries(git))
      expect(await fact(page, `git ${name}`).textContent()).toBe(String(value));
    expect(await fact(page, "Excluded").textContent()).toBe(excluded);
    await page.getByRole("link", { name: "Snapshot" }).click();
    await page.getByText(excluded).waitFor();
  });

  test("can be copied as the command that runs it again", async () => {
    const page = await stage.page("", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(new URL(`runs/${segment(stage.made.runs.second)}`, stage.front.url).href);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
      /^cd \S+\nrunyard submit --experiment ridge --python \S+ main\.py --alpha 0\.9$/,
    );
  });

  test("times are in the reader's zone, and in UTC on hover", async () => {
    const { created } = await stage.api<Run>(`runs/${segment(stage.made.runs.first)}`);
    const page = await stage.page(`runs/${segment(stage.made.runs.first)}`, { timezoneId: "Asia/Shanghai" });
    const time = page.locator(".part time").first();
    expect(await time.textContent()).toBe(
      new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "Asia/Shanghai" }).format(
        new Date(created),
      ),
    );
    expect(await time.getAttribute("title")).toBe(`${created.slice(0, 10)} ${created.slice(11, 19)} UTC`);
  });
});

describe("images, children, files", () => {
  test("images are shown one step at a time, beside those of another run", async () => {
    const page = await tab("first", "images");
    await page.getByRole("combobox", { name: "Compare with" }).selectOption(stage.made.runs.second);
    await expect
      .poll(() =>
        page.locator("img").evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth)),
      )
      .toEqual([96, 96]);
    await page.getByText("3 of 3").waitFor();
    await page.getByRole("slider").focus();
    await page.keyboard.press("Home");
    await page.getByText("1 of 3").waitFor();
    await expect.poll(() => page.locator("img").first().getAttribute("src")).toContain("picture_0.png");
  });

  test("a missing image does not hide the others", async () => {
    const page = await stage.page("");
    await page.route(/picture_2\.png/, (route) => route.fulfill({ status: 404 }));
    await page.goto(new URL(`runs/${segment(stage.made.runs.first)}?tab=images`, stage.front.url).href);
    await page.getByText(/^The browser cannot show \S*picture_2.png/).waitFor();
    await page.getByRole("slider").focus();
    await page.keyboard.press("Home");
    await expect
      .poll(() =>
        page.locator("img").evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth)),
      )
      .toEqual([96]);
  });

  test("child runs have their own table", async () => {
    const page = await tab("parent", "children");
    await page.getByRole("link", { name: "fold 2", exact: true }).click();
    await page.getByRole("link", { name: "Parent run" }).click();
    await page.waitForURL(new RegExp(segment(stage.made.runs.parent)));
  });

  test("files are previewed by their kind", async () => {
    const page = await tab("first", "files");
    await page.getByRole("link", { name: /scores.csv/ }).click();
    await page.getByRole("cell", { name: "item, 7" }).waitFor();
    await page.getByRole("link", { name: /summary.json/ }).click();
    await page.getByText('"alpha": 0.1').waitFor();
    await page.getByRole("link", { name: /notes.txt/ }).click();
    await page.getByText("made by train.py").first().waitFor();
    await page.getByRole("link", { name: /^picture\.png/ }).click();
    await expect
      .poll(() => page.locator("img.whole").evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(64);
    await page.getByRole("link", { name: /model.bin/ }).click();
    await page.getByText("There is no preview").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(readFileSync(await file.path())).toEqual(Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
  });

  test("the log has colors, overwritten text is gone, and every line has a link", async () => {
    const page = await tab("first", "files");
    await page.getByText("one warning").waitFor();
    expect(await page.getByText("one warning").getAttribute("class")).toBe("k1");
    expect(await page.getByText("writing 90 %").count()).toBe(0);
    await page.getByText("writing 100 %").waitFor();
    await page.getByRole("searchbox", { name: "Search the log" }).fill("STEP 120");
    await page.keyboard.press("Enter");
    await page.getByText("1 of 1 lines").waitFor();
    const line = page.locator(".log-line.marked");
    await expect.poll(() => line.textContent()).toContain("step 120");
    const href = await line.getByRole("link").getAttribute("href");
    await page.goto(new URL(href!, page.url()).href);
    await expect.poll(() => page.locator(".log-line.marked").textContent()).toContain("step 120");
  });
});

test("a log says when its visible lines were written", async () => {
  const { started } = await stage.api<Run>(`runs/${segment(stage.made.runs.first)}`);
  const page = await tab("first", "files");
  const times = page.getByText("Visible lines were written").locator("time");
  await expect.poll(() => times.count()).toBe(2);
  expect(Math.abs(Date.parse((await times.first().getAttribute("datetime"))!) - Date.parse(started!))).toBeLessThan(
    60_000,
  );
});

test("a snapshot is downloaded as one file", async () => {
  const page = await tab("first", "source");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as zip" }).click(),
  ]);
  const bytes = readFileSync(await file.path());
  expect([bytes.subarray(0, 2).toString(), bytes.includes("shapes.py")]).toEqual(["PK", true]);
});

describe("the details of a run, changed", () => {
  test("a failed run begins with its reason, and has its traceback", async () => {
    const page = await tab("failed", "details");
    const notice = page.locator(".details > *").first();
    await expect.poll(() => notice.textContent()).toContain("ValueError: the learning rate must be above 0");
    const traceback = page.getByText('raise ValueError("the learning rate');
    await traceback.waitFor({ state: "hidden" });
    await page.getByText("Traceback", { exact: true }).click();
    await traceback.waitFor();
  });

  test("say what ran and how to run it again", async () => {
    const page = await tab("second", "details");
    await page.getByText(/runyard submit --experiment ridge --python \S+ main.py --alpha 0.9/).waitFor();
    await page.getByText("2 files").or(page.getByText("3 files")).first().waitFor();
  });

  test("name, description and tags can be edited", async () => {
    const page = await tab("second", "details");
    const id = segment(stage.made.runs.second);
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("the second one");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "the second one" }).waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Description" }).fill("tried with more");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("tried with more").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.keyboard.press("End"); // the second field that opens on a page has the focus too
    await page.keyboard.type("!");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("tried with more!").waitFor();
    await page.getByRole("button", { name: "Rename" }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe("name-input");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "+ Tag" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("quality");
    await page.getByRole("textbox", { name: "Value" }).fill("high");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove the tag quality" }).click();
    await page.getByRole("button", { name: "Remove the tag quality" }).waitFor({ state: "detached" });
    const run = await stage.api<Run>(`runs/${id}`);
    expect([run.display_name, run.description, Object.keys(run.tags).includes("quality")]).toEqual([
      "the second one",
      "tried with more!",
      false,
    ]);
  });
});
