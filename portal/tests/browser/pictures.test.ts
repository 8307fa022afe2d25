// SPDX-License-Identifier: Apache-2.0
// Pictures of every page, for who asks for them: PORTAL_PICTURES=FOLDER, with PORTAL_WIDTHS, PORTAL_THEMES and PORTAL_PAGES
// (lists with commas) for some of them, and PORTAL_LOCALE. `scripts/portal pictures` makes those of the README.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { segment, Stage } from "./stage.ts";

const folder = process.env["PORTAL_PICTURES"];
const listed = (name: string, otherwise: string[]): string[] => process.env[name]?.split(",") ?? otherwise;

/** Addresses of pages by the name of their picture. */
function pages({ first, second, failed, parent, hostile, live }: Stage["made"]["runs"]): Record<string, string> {
  const run = (id: string, tab: string, more = ""): string => `runs/${segment(id)}?tab=${tab}${more}`;
  const compare = (tab: string): string => `compare?run=${segment(first)}&run=${segment(second)}&tab=${tab}`;
  return {
    experiments: "?metric=loss", runs: "runs?column=metric.loss.last&column=tag.alpha", experiment: "experiments/ridge?column=metric.loss.min&column=argument.--alpha",
    details: run(first, "details"), failed: run(failed, "details"), metrics: run(first, "metrics", "&smoothing=0.6"), images: run(first, "images", `&beside=${segment(second)}`),
    children: run(parent, "children"), files: run(first, "files"), csv: run(first, "files", "&file=outputs%2Ftables%2Fscores.csv"), live: run(live, "files"),
    source: run(first, "source"), diff: run(first, "source", `&versus=${segment(second)}`), hostile: run(hostile, "details"), "hostile-metrics": run(hostile, "metrics"),
    compare: compare("differences"), charts: compare("charts"), scatter: compare("scatter"), compute: "compute", "hostile-images": run(hostile, "images"), models: "models", model: "models/1", environments: "environments",
  };
}

test.runIf(folder)("pictures of every page", async () => {
  mkdirSync(folder!, { recursive: true });
  const stage = await Stage.open();
  try {
    stage.logPoint(), stage.logPoint();
    const all = pages(stage.made.runs), single = listed("PORTAL_WIDTHS", ["1280", "820", "390"]).length === 1;
    for (const theme of listed("PORTAL_THEMES", ["light", "dark"]) as ("light" | "dark")[])
      for (const width of listed("PORTAL_WIDTHS", ["1280", "820", "390"]).map(Number)) {
        const page = await stage.page("", { colorScheme: theme, locale: process.env["PORTAL_LOCALE"] ?? "en-GB", viewport: { width, height: width < 500 ? 844 : 860 } });
        for (const name of listed("PORTAL_PAGES", Object.keys(all))) {
          await page.goto(new URL(all[name]!, stage.front.url).href);
          await page.waitForFunction(() => !document.querySelector(".loading"));
          await page.waitForTimeout(400); // what is fetched after that: charts in sight, images, logs
          await page.screenshot({ path: join(folder!, single ? `portal-${name}-${theme}.png` : `${name}-${width}-${theme}.png`), fullPage: !single });
        }
        await page.context().close();
      }
    expect(stage.problems).toEqual([]);
  } finally {
    await stage.close();
  }
}, 300_000);
