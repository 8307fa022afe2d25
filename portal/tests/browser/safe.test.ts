// SPDX-License-Identifier: Apache-2.0
// Names and words that try to become markup stay words, and nothing of a page keeps a reader out.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serious } from "./axe.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

const tabs = ["details", "metrics", "images", "children", "files", "source"];

describe("hostile names and values", () => {
  test("are shown as text on every page", async () => {
    const { runs, bad } = stage.made;
    const id = segment(runs.hostile);
    const page = await stage.page("");
    const shown = bad.replace("\u202e", "⟨U+202E⟩");
    const experiment = shown.replace("/", "");
    const files = ["txt", "csv"].map(
      (ending) => `runs/${id}?tab=files&file=${segment(`outputs/${bad.replace("/", "_")}.${ending}`)}`,
    );
    const paths: [string, string][] = [
      ["", experiment],
      ["runs", shown],
      [`experiments/${segment(bad.replace("/", ""))}`, experiment],
      ...tabs.map((tab): [string, string] => [`runs/${id}?tab=${tab}`, shown]),
      ...files.map((path): [string, string] => [path, shown]),
      [`runs/${id}?tab=files&file=outputs%2Fpage.html`, "window.hacked = true"],
      [`runs/${id}?tab=files&file=outputs%2Fpicture.svg`, "alert(2)"],
      [`runs/${id}?tab=files&file=${segment("outputs/a#b?c%2F&d .txt")}`, shown],
      [`compare?run=${id}&run=${segment(runs.first)}`, shown],
      [`compare?run=${id}&run=${segment(runs.first)}&tab=charts`, shown],
      [`compare?run=${id}&run=${segment(runs.first)}&tab=scatter`, shown],
      [`runs?filter=${segment(bad)}&column=${segment(bad)}&sort=${segment(bad)}`, shown],
      [`runs/${id}?tab=${segment(bad)}&x=${segment(`metric.${bad}`)}`, shown],
    ];
    const foreign: string[] = [];
    const dialogs: string[] = [];
    page.on(
      "request",
      (request) => new URL(request.url()).origin === new URL(stage.front.url).origin || foreign.push(request.url()),
    );
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.addInitScript(() => {
      const refused: string[] = [];
      Object.assign(window, { refused });
      document.addEventListener("securitypolicyviolation", (event) =>
        refused.push(`${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    for (const [path, text] of paths) {
      await page.goto(new URL(path, stage.front.url).href);
      await page.getByText(text).first().waitFor();
      await page.waitForFunction(() => !document.querySelector(".loading"));
      expect([
        path,
        await page.evaluate(() => ({
          hacked: (window as { hacked?: unknown }).hacked ?? null,
          refused: (window as unknown as { refused: string[] }).refused,
          made: document.querySelectorAll(
            "img[src='x'], main svg script, script:not([src]), iframe, object, embed, a[href^='javascript' i]",
          ).length,
        })),
      ]).toEqual([path, { hacked: null, refused: [], made: 0 }]);
    }
    expect({ foreign, dialogs }).toEqual({ foreign: [], dialogs: [] });
    expect(stage.problems.splice(0).filter((problem) => !/status of 40[04]/.test(problem))).toEqual([]);
  });

  test("of ten thousand characters do not widen a page or fill the screen with its head", async () => {
    const id = segment(stage.made.runs.hostile);
    for (const path of [
      "runs?column=tag.address",
      ...tabs.map((tab) => `runs/${id}?tab=${tab}`),
      `compare?run=${id}&run=${segment(stage.made.runs.first)}`,
    ]) {
      const page = await stage.page(path, { viewport: { width: 390, height: 844 } });
      await page.getByText("Live", { exact: true }).waitFor();
      await page.waitForFunction(() => !document.querySelector(".loading"));
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 390]);
      const head = await page
        .locator(".run-head")
        .boundingBox({ timeout: 100 })
        .catch(() => null);
      expect([path, (head?.height ?? 0) < 844]).toEqual([path, true]);
      await page.context().close();
    }
  });

  test("in files are downloads, whatever the file says it is", async () => {
    const id = segment(stage.made.runs.hostile);
    const { items } = await stage.api<{ items: { name: string }[] }>(`runs/${id}/files`);
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(["outputs/page.html", "outputs/picture.svg"]));
    for (const { name } of items) {
      const { headers } = await fetch(
        `${stage.made.url}/api/v1/runs/${id}/files/${name.split("/").map(segment).join("/")}`,
      );
      expect([name, headers.get("x-content-type-options"), headers.get("content-disposition")?.split(";")[0]]).toEqual([
        name,
        "nosniff",
        "attachment",
      ]);
    }
    const page = await stage.page("");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.goto(`${stage.made.url}/api/v1/runs/${id}/files/outputs/page.html`).catch(() => null),
    ]);
    expect([
      download.suggestedFilename(),
      await page.evaluate(() => (window as { hacked?: unknown }).hacked ?? null),
    ]).toEqual(["page.html", null]);
  });
});

describe("axe finds nothing serious", () => {
  test.each(["light", "dark"] as const)(
    "in the %s theme",
    async (colorScheme) => {
      const { runs } = stage.made;
      const first = segment(runs.first);
      const page = await stage.page("", { colorScheme });
      const paths = [
        "",
        "runs",
        "experiments/ridge",
        "compute",
        "models",
        "data",
        "environments",
        "nowhere",
        "models/1",
        `runs?filter=${segment("status = Failed and and")}`,
        `runs/${segment(runs.hostile)}`,
        `runs/${segment(runs.hostile)}?tab=metrics`,
        `runs/${first}?tab=source&versus=${segment(runs.second)}`,
        `runs/${segment(runs.failed)}`,
        `runs/${segment(runs.live)}`,
        `runs/${segment(runs.parent)}?tab=children`,
        ...tabs.map((tab) => `runs/${first}?tab=${tab}`),
        `runs/${first}?tab=files&file=outputs%2Ftables%2Fscores.csv`,
        ...["differences", "charts", "images", "scatter", "source"].map(
          (tab) => `compare?run=${first}&run=${segment(runs.second)}&tab=${tab}`,
        ),
      ];
      const found: string[] = [];
      for (const path of paths) {
        await page.goto(new URL(path, stage.front.url).href);
        await page.getByText("Live", { exact: true }).waitFor();
        await page.waitForFunction(() => !document.querySelector(".loading"));
        found.push(...(await serious(page)).map((finding) => `${path}: ${finding}`));
      }
      expect(found).toEqual([]);
    },
    120_000,
  );
});
