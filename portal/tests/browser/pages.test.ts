// SPDX-License-Identifier: Apache-2.0
// A walk through every page, against a real daemon and real runs.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Run, RunPage } from "../../src/api/types.ts";
import { front } from "./front.ts";
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

const open = (...asked: Parameters<Stage["page"]>): Promise<Page> => stage.page(...asked);
const rows = (page: Page) => page.getByRole("row").filter({ has: page.getByRole("gridcell") });

describe("experiments and runs", () => {
  test("an experiment links to its runs, and a run to its page", async () => {
    const page = await open("");
    await page.getByRole("link", { name: "ridge", exact: true }).click();
    await page.getByRole("heading", { name: "ridge" }).waitFor();
    await expect.poll(() => rows(page).count()).toBe(3);
    await rows(page).first().getByRole("link").first().click();
    await page.getByText("the learning rate must be above 0").first().waitFor();
    await page.goBack();
    await expect.poll(() => rows(page).count()).toBe(3);
  });

  test("a count opens as many runs, with child runs and without", async () => {
    const page = await open("");
    await page
      .getByRole("row", { name: /^families 1 1 Completed/ })
      .getByRole("link", { name: "1 Completed" })
      .click();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.goBack();
    await page.getByRole("checkbox", { name: "Include child runs" }).check();
    await page
      .getByRole("row", { name: /^families 4 4 Completed/ })
      .getByRole("link", { name: "4 Completed" })
      .click();
    await expect.poll(() => rows(page).count()).toBe(4);
    await page.getByRole("button", { name: "4 Completed" }).waitFor();
    expect(new URL(page.url()).searchParams.get("children")).toBe("1");
    await page.getByRole("checkbox", { name: "Include child runs" }).uncheck();
    await expect.poll(() => rows(page).count()).toBe(1);
  });

  test("long numbers are not cut off", async () => {
    const page = await open("");
    await page.route(/api\/v1\/runs\?/, async (route) => {
      const answer = await route.fetch();
      const list = (await answer.json()) as RunPage;
      for (const run of list.items)
        Object.assign(run, { number: 1_234_567, columns: { "metric.loss.last": -123456789012345 } });
      await route.fulfill({ response: answer, json: list });
    });
    await page.goto(new URL("runs?column=metric.loss.last", stage.front.url).href);
    await rows(page).getByText("1234567").first().waitFor();
    expect(
      await page
        .locator(".grid-row > .number")
        .evaluateAll((all) =>
          all.filter((element) => element.scrollWidth > element.clientWidth).map((element) => element.textContent),
        ),
    ).toEqual([]);
  });

  test("part of a name finds an experiment", async () => {
    const page = await open("");
    await page.getByRole("searchbox", { name: "Find an experiment" }).fill("FAMI");
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    await page.getByRole("searchbox").first().fill("nothing of that name");
    await page.getByText("No experiment name contains that text.").waitFor();
  });

  test("two selected runs are compared: what differs, charts, images, a scatter", async () => {
    const page = await open("experiments/ridge");
    for (const run of [stage.made.runs.first, stage.made.runs.second])
      await page.getByRole("checkbox", { name: run }).check();
    await page.getByRole("link", { name: "Compare" }).click();
    await page.getByRole("row", { name: /--alpha 0\.\d 0\.\d/ }).waitFor();
    expect(await page.getByRole("row", { name: "script" }).count()).toBe(0);
    await page.getByRole("checkbox", { name: "Show equal values too" }).check();
    await page.getByRole("row", { name: /^Script/ }).waitFor();
    await page.getByRole("link", { name: "Charts" }).click();
    await page
      .getByRole("img", {
        name: /^loss\. ridge 2: 200 values.*ridge 1: 200 values|^loss\. ridge 1: 200 values.*ridge 2: 200 values/,
      })
      .waitFor();
    await page.getByRole("button", { pressed: true }).first().click();
    await page.locator("button[aria-pressed=false]").waitFor();
    await page.getByRole("link", { name: "Images" }).click();
    await expect.poll(() => page.locator("img").count()).toBe(2);
    await page.getByRole("link", { name: "Scatter" }).click();
    await expect.poll(() => page.locator("svg circle").count()).toBe(2);
    await page.getByRole("combobox", { name: "X axis" }).selectOption({ label: "Metric: accuracy" });
    await page.getByRole("combobox", { name: "Y axis" }).selectOption({ label: "Argument: --alpha" });
    await page.getByRole("link", { name: /: 0\.99713, 0\.1$/ }).waitFor();
    await page.reload();
    await page.getByRole("group", { name: "--alpha against accuracy" }).waitFor();
    await page.getByRole("link", { name: "Source" }).click();
    await page.locator("tr.added, tr.removed", { hasText: "150 // size" }).waitFor();
  });

  test("several runs are canceled at once", async () => {
    const ids = await Promise.all(
      ["first", "second"].map(async (name) => {
        const body = {
          submission_id: `queued ${name}`,
          experiment: "waiting",
          kind: "command",
          command: ["/bin/true"],
        };
        return (await stage.post<Run>("runs", body)).id;
      }),
    );
    const page = await open("experiments/waiting");
    for (const id of ids) await page.getByRole("checkbox", { name: id }).check();
    await page.getByRole("button", { name: "Cancel run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => rows(page).getByText("Canceled").count()).toBe(2);
    for (const id of ids) expect((await stage.api<Run>(`runs/${segment(id)}`)).status).toBe("Canceled");
  });

  test("only the experiments in sight are drawn", async () => {
    const workspace = (await stage.api<Run>(`runs/${segment(stage.made.runs.first)}`)).workspace;
    for (let i = 0; i < 300; ++i) await stage.post("experiments", { workspace, name: `one of many ${i}` });
    const page = await open("");
    await page.getByRole("searchbox", { name: "Find an experiment" }).fill("one of many");
    await expect.poll(() => page.getByRole("grid").getAttribute("aria-rowcount")).toBe("301");
    expect(await rows(page).count()).toBeLessThan(60);
    await page.getByRole("grid").focus();
    await page.keyboard.press("End");
    await page.getByRole("link", { name: "one of many 0", exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "one of many 0" }).waitFor();
  });

  test("several runs are tagged at once", async () => {
    const page = await open("experiments/ridge");
    for (const run of [stage.made.runs.first, stage.made.runs.second])
      await page.getByRole("checkbox", { name: run }).check();
    await page.getByRole("button", { name: "Tag", exact: true }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("chosen");
    await page.getByRole("dialog").getByRole("button", { name: "Tag" }).click();
    for (const run of [stage.made.runs.first, stage.made.runs.second])
      await expect.poll(async () => (await stage.api<Run>(`runs/${segment(run)}`)).tags).toHaveProperty("chosen", null);
  });

  test("the keyboard goes through rows, selects, and opens", async () => {
    const page = await open("experiments/ridge");
    await expect.poll(() => rows(page).count()).toBe(3);
    await page.getByRole("grid").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press(" ");
    await page.getByText("1 selected").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Parts of the run" }).waitFor();
    await page.getByRole("link", { name: "Details" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("link", { name: "Metrics", exact: true }).and(page.locator("[aria-current]")).waitFor();
  });

  test("a page that does not exist says so", async () => {
    await (await open("nowhere")).getByText("Page not found.").waitFor();
    await (await open("runs/missing")).getByText("There is no run missing.").waitFor();
    await (await open("experiments/nothing")).getByText("No runs yet").waitFor();
  });
});

describe("compute, models, environments", () => {
  test("a target shows active and queued runs; a queued run is canceled", async () => {
    const page = await open("compute");
    await page.getByText("1 of 1 slot in use.").waitFor();
    const queued = page.getByRole("region", { name: "Queued (1)" });
    await queued.getByText("queued behind 1 run on local (1 slot)").waitFor();
    await queued.getByRole("button", { name: "Cancel run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByText("No run is queued.").waitFor();
    await expect
      .poll(async () => (await stage.api<Run>(`runs/${segment(stage.made.runs.queued)}`)).status)
      .toBe("Canceled");
  });

  test("slots are set, and a wrong number is refused with a message", async () => {
    const page = await open("compute");
    await page.getByRole("spinbutton", { name: "Slots" }).fill("3");
    await page.getByRole("button", { name: "Set" }).click();
    await page.getByText("1 of 3 slots in use.").waitFor();
    const slots = page.getByRole("spinbutton", { name: "Slots" });
    for (const wrong of ["-1", "10001", ""]) {
      await slots.fill(wrong);
      await page.getByRole("button", { name: "Set" }).click();
      expect(await slots.evaluate((input: HTMLInputElement) => input.validationMessage)).not.toBe("");
    }
    expect((await stage.api<{ items: { slots: number }[] }>("targets")).items[0]!.slots).toBe(3);
  });

  test.each([
    ["models", "Models"],
    ["environments", "Environments"],
  ])("%s are listed", async (path, title) => {
    const page = await open(path);
    await page.getByRole("heading", { name: title }).waitFor();
    await page
      .getByText(/^(ridge|mine 1)$/)
      .first()
      .waitFor();
  });
});

test("a user-managed environment shows what a run with it recorded", async () => {
  const page = await open("environments");
  const run = await stage.api<Run>(`runs/${segment(stage.made.runs.first)}`);
  const card = page.locator("section.card", { has: page.getByRole("heading", { name: "own 1" }) });
  await card.getByText(`${run.interpreter!.path as string} ${run.interpreter!.version}`).waitFor();
  await card.getByRole("link", { name: run.name }).waitFor();
  await card.getByText(/^\d+ packages$/).click();
  const [[name, version]] = Object.entries(run.interpreter!.packages!) as [[string, string]];
  await card.getByText(`${name} ${version}`, { exact: true }).waitFor();
  expect(await card.locator("dl").getByText("python=3.6.2").count()).toBe(0);
});

describe("everywhere", () => {
  test("Chinese can be chosen, and is remembered", async () => {
    const page = await open("");
    await page.getByRole("combobox", { name: /Language/ }).selectOption("zh");
    await page.getByRole("heading", { name: "实验" }).waitFor();
    await page.getByRole("link", { name: "计算" }).click();
    await page.getByRole("heading", { name: "计算" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "计算" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
  });

  test("the theme is the system's, or the reader's", async () => {
    const page = await open("", { colorScheme: "dark" });
    const theme = (): Promise<string | null> => page.locator("html").getAttribute("data-theme");
    expect(await theme()).toBe("dark");
    await page.getByRole("combobox", { name: "Light or dark" }).selectOption("light");
    expect(await theme()).toBe("light");
  });

  test("the portal works below a prefix of a proxy", async () => {
    const behind = await front(stage.made.url, "/user/me/proxy/7471/");
    try {
      const page = await open(`runs/${segment(stage.made.runs.first)}?tab=metrics`, {}, behind.url);
      await page.getByRole("img", { name: /^loss\./ }).waitFor();
      await page.getByText("Live", { exact: true }).waitFor();
      await page.getByRole("link", { name: "ridge" }).click();
      await expect.poll(() => rows(page).count()).toBe(3);
      expect(page.url()).toBe(`${behind.url}experiments/ridge`);
      await page.reload();
      await expect.poll(() => rows(page).count()).toBe(3);
      await page.close();
    } finally {
      await behind.close();
    }
  });
});
