// SPDX-License-Identifier: Apache-2.0
// Pictures of every page and its dialogs, on request: PORTAL_PICTURES=FOLDER, with PORTAL_WIDTHS,
// PORTAL_THEMES and PORTAL_PAGES (lists with commas) for some of them, and PORTAL_LOCALE. `scripts/portal pictures` makes
// those of the README.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { Stage, segment } from "./stage.ts";

const folder = process.env.PORTAL_PICTURES;
const listed = (name: string, otherwise: string[]): string[] => process.env[name]?.split(",") ?? otherwise;

/** An address, and what is done there before the picture is made. */
type Scene = string | { path: string; prepare: (page: Page) => Promise<unknown> };

const press =
  (name: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole("button", { name }).first().click();

/** Scenes by the name of their picture. */
function scenes({ first, second, failed, parent, hostile, live }: Stage["made"]["runs"]): Record<string, Scene> {
  const run = (id: string, tab: string, more = ""): string => `runs/${segment(id)}?tab=${tab}${more}`;
  const compare = (tab: string): string => `compare?run=${segment(first)}&run=${segment(second)}&tab=${tab}`;
  const select = async (page: Page): Promise<void> => {
    for (const id of [first, second]) await page.getByRole("checkbox", { name: id }).check();
  };
  return {
    experiments: "?metric=loss",
    runs: "runs?column=metric.loss.last&column=tag.alpha",
    experiment: "experiments/ridge?column=metric.loss.min&column=argument.--alpha",
    columns: { path: "experiments/ridge?column=metric.loss.min", prepare: press("Columns") },
    filter: {
      path: "experiments/ridge",
      prepare: (page) => page.getByRole("combobox", { name: "Filter" }).pressSequentially("metric."),
    },
    "bad-filter": `runs?filter=${segment("status = Failed and and")}`,
    "no-match": `runs?filter=${segment("status = Canceled")}`,
    selected: { path: "experiments/ridge", prepare: select },
    "ask-cancel": { path: "experiments/ridge", prepare: (page) => select(page).then(() => press("Cancel run")(page)) },
    "ask-tag": { path: run(first, "details"), prepare: press("+ Tag") },
    rename: { path: run(first, "details"), prepare: press("Rename") },
    describe: { path: run(first, "details"), prepare: press("Edit") },
    details: run(first, "details"),
    failed: run(failed, "details"),
    traceback: {
      path: run(failed, "details"),
      prepare: (page) => page.getByText("Traceback", { exact: true }).click(),
    },
    running: run(live, "details"),
    metrics: run(first, "metrics", "&smoothing=0.6"),
    "chart-menu": { path: run(first, "metrics"), prepare: press("More actions for loss") },
    "no-metrics": run(parent, "metrics"),
    images: run(first, "images", `&beside=${segment(second)}`),
    "no-images": run(parent, "images"),
    children: run(parent, "children"),
    "no-children": run(first, "children"),
    files: run(first, "files"),
    csv: run(first, "files", "&file=outputs%2Ftables%2Fscores.csv"),
    json: run(first, "files", "&file=outputs%2Fsummary.json"),
    picture: run(first, "files", "&file=outputs%2Fpicture.png"),
    binary: run(first, "files", "&file=outputs%2Fmodel.bin"),
    "no-file": run(first, "files", "&file=nothing.txt"),
    live: run(live, "files"),
    search: {
      path: run(first, "files"),
      prepare: (page) =>
        page
          .getByRole("searchbox", { name: "Search the log" })
          .fill("loss")
          .then(() => page.keyboard.press("Enter")),
    },
    source: run(first, "source"),
    diff: run(first, "source", `&versus=${segment(second)}`),
    hostile: run(hostile, "details"),
    "hostile-metrics": run(hostile, "metrics"),
    "hostile-images": run(hostile, "images"),
    compare: compare("differences"),
    charts: compare("charts"),
    "compare-images": compare("images"),
    scatter: compare("scatter"),
    parameters: compare("parameters"),
    "experiment-parameters": "experiments/ridge?view=parameters",
    "compare-source": compare("source"),
    "no-compare": "compare",
    compute: "compute",
    models: "models",
    model: "models/1",
    "no-model": "models/99",
    environments: "environments",
    nowhere: "nowhere",
    "no-run": "runs/missing",
  };
}

const empty: Record<string, Scene> = {
  "empty-experiments": "",
  "empty-runs": "runs",
  "empty-compute": "compute",
  "empty-models": "models",
  "empty-data": "data",
  "empty-environments": "environments",
};

const built = (id: string): Record<string, Scene> => ({
  built: `runs/${segment(id)}`,
  "built-environments": "environments",
});

const data = ({ people, prepared, made }: Record<"people" | "prepared" | "made", string>): Record<string, Scene> => ({
  data: "data",
  dataset: `data/${people}`,
  output: `data/${prepared}`,
  "no-dataset": "data/none",
  "data-run": `runs/${segment(made)}`,
});

const odd = ([first, second, third]: string[]): Record<string, Scene> => {
  const compare = `compare?run=${segment(first!)}&run=${segment(second!)}&run=${segment(third!)}`;
  return {
    odd: `runs/${segment(first!)}?tab=metrics`,
    "odd-log": `runs/${segment(first!)}?tab=metrics&scale=log`,
    "odd-charts": `${compare}&tab=charts`,
    "odd-compare": compare,
    "odd-scatter": `${compare}&tab=scatter&sx=metric.diverged.last&sy=metric.once.last&sxscale=log`,
  };
};

const gone: Record<string, Scene> = { "gone-runs": "runs", "gone-run": "runs/any" };

const namesOf = (all: Record<string, Scene>): string[] =>
  Object.keys(all).filter((name) => listed("PORTAL_PAGES", [name]).includes(name));
const wants = (all: Record<string, Scene>): boolean => namesOf(all).length > 0;

const widths = listed("PORTAL_WIDTHS", ["1280", "820", "390"]);
const single = widths.length === 1;

async function take(stage: Stage, all: Record<string, Scene>): Promise<void> {
  for (const theme of listed("PORTAL_THEMES", ["light", "dark"]) as ("light" | "dark")[])
    for (const width of widths.map(Number)) {
      const phone = width < 500;
      const page = await stage.page("", {
        colorScheme: theme,
        locale: process.env.PORTAL_LOCALE ?? "en-GB",
        viewport: { width, height: phone ? 844 : 860 },
        isMobile: phone,
        hasTouch: phone,
      });
      for (const name of namesOf(all)) {
        const scene = all[name]!;
        await page.goto(new URL(typeof scene === "string" ? scene : scene.path, stage.front.url).href);
        await page.waitForFunction(() => !document.querySelector(".loading"));
        if (typeof scene !== "string") await scene.prepare(page);
        await page.waitForTimeout(400); // what is fetched after that: charts in sight, images, logs
        await page.screenshot({
          path: join(folder!, single ? `portal-${name}-${theme}.png` : `${name}-${width}-${theme}.png`),
          fullPage: !single,
        });
      }
      await page.context().close();
    }
}

test.runIf(folder)(
  "pictures of every page",
  async () => {
    mkdirSync(folder!, { recursive: true });
    const stage = await Stage.open();
    try {
      stage.logPoint();
      stage.logPoint();
      await take(stage, scenes(stage.made.runs));
      if (wants(built(""))) await take(stage, built(await stage.make("built")));
      if (wants(data({ people: "", prepared: "", made: "" }))) await take(stage, data(await stage.make("data")));
      if (wants(odd(["", "", ""]))) await take(stage, odd(await stage.make("odd")));
      expect(stage.problems.filter((problem) => !/status of 400/.test(problem))).toEqual([]);
      if (!wants(gone)) return;
      await stage.stopDaemon();
      await take(stage, gone);
    } finally {
      await stage.close();
    }
  },
  600_000,
);

test.runIf(folder)(
  "pictures of a Runyard with nothing in it",
  async () => {
    if (!wants(empty)) return;
    mkdirSync(folder!, { recursive: true });
    const stage = await Stage.open([join(import.meta.dirname, "demo.py"), "empty"]);
    try {
      await take(stage, empty);
      expect(stage.problems).toEqual([]);
    } finally {
      await stage.close();
    }
  },
  300_000,
);
