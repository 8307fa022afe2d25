// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { test } from "vitest";
import { Stage, segment } from "./stage.ts";

test.runIf(process.env["PORTAL_SHOTS"])("pictures of every page", async () => {
  const out = process.env["PORTAL_SHOTS"]!;
  mkdirSync(out, { recursive: true });
  const stage = await Stage.open();
  try {
    const { runs } = stage.made;
    stage.logPoint(), stage.logPoint();
    const pages: Record<string, string> = {
      experiments: "", runs: "runs", ridge: "experiments/ridge", details: `runs/${segment(runs.first)}`, failed: `runs/${segment(runs.failed)}`,
      metrics: `runs/${segment(runs.first)}?tab=metrics`, smooth: `runs/${segment(runs.first)}?tab=metrics&smoothing=0.9&x=time`, images: `runs/${segment(runs.first)}?tab=images&beside=${segment(runs.second)}`,
      children: `runs/${segment(runs.parent)}?tab=children`, files: `runs/${segment(runs.first)}?tab=files`, csv: `runs/${segment(runs.first)}?tab=files&file=outputs%2Ftables%2Fscores.csv`,
      source: `runs/${segment(runs.first)}?tab=source`, hostile: `runs/${segment(runs.hostile)}`, hostilemetrics: `runs/${segment(runs.hostile)}?tab=metrics`,
      compare: `compare?run=${segment(runs.first)}&run=${segment(runs.second)}`, comparecharts: `compare?run=${segment(runs.first)}&run=${segment(runs.second)}&tab=charts`,
      scatter: `compare?run=${segment(runs.first)}&run=${segment(runs.second)}&tab=scatter`, compute: "compute", models: "models", environments: "environments",
    };
    const only = process.env["PORTAL_ONLY"]?.split(",");
    const sizes = (process.env["PORTAL_SIZES"] ?? "1280,820,390").split(",").map(Number);
    for (const theme of (process.env["PORTAL_THEMES"] ?? "light,dark").split(",") as ("light" | "dark")[])
      for (const width of sizes) {
        const page = await stage.page("", { colorScheme: theme, viewport: { width, height: width < 500 ? 844 : 900 } });
        for (const [name, path] of Object.entries(pages)) {
          if (only && !only.includes(name)) continue;
          await page.goto(new URL(path, stage.front.url).href);
          await page.waitForTimeout(700);
          await page.screenshot({ path: `${out}/${name}-${width}-${theme}.png` });
        }
        await page.context().close();
      }
    console.log(stage.problems.join("\n"));
  } finally {
    await stage.close();
  }
}, 300_000);
