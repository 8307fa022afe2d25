// SPDX-License-Identifier: Apache-2.0
// What happens now: a point on its way to the screen, and ten live runs with ten charts for some minutes (PORTAL_SECONDS).
import { afterAll, beforeAll, test } from "vitest";
import { Stage, segment } from "../browser/stage.ts";
import { Figures, median } from "./figures.ts";

let stage: Stage;
const figures = new Figures();

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(async () => {
  await stage?.close();
  figures.print();
});

test("a logged point", async () => {
  const page = await stage.page(`runs/${segment(stage.made.runs.live)}?tab=metrics`);
  stage.logPoint();
  stage.logPoint();
  await page.getByRole("img", { name: "live: 2 values" }).waitFor();
  const seen: number[] = [];
  for (let i = 0; i < 30; ++i) {
    const drawn = page.evaluate(
      (n) =>
        new Promise<number>((done) => {
          const look = (): void =>
            document.querySelector(`.plot[aria-label*="live: ${n} values"]`)
              ? void requestAnimationFrame(() => done(Date.now()))
              : void setTimeout(look, 1);
          look();
        }),
      i + 3,
    );
    await page.waitForTimeout(50 + 7 * i);
    stage.logPoint();
    seen.push(await drawn);
  }
  const { items } = await stage.api<{ items: { metrics: { times: string[] }[] }[] }>(
    `runs/${segment(stage.made.runs.live)}/metrics?name=live`,
  );
  const logged = items[0]!.metrics[0]!.times.slice(2).map((time) => Date.parse(time));
  figures.add(
    "a point logged by the child to its pixel, p50 of 30",
    median(seen.map((time, i) => time - logged[i]!)),
    "ms",
    200,
  );
});

test("ten live runs with ten charts each", async () => {
  const seconds = Number(process.env.PORTAL_SECONDS ?? 300);
  const quarters = 4;
  const ids = await stage.make<string[]>("busy runs");
  const page = await stage.page(`compare?tab=charts&${ids.map((id) => `run=${segment(id)}`).join("&")}`, {
    viewport: { width: 1280, height: 2400 },
  });
  await page.waitForFunction(() => document.querySelectorAll(".u-over").length === 10);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const measured = async (): Promise<Record<string, number>> => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  await page.waitForTimeout(10_000); // until every chart has as many points as it ever shows
  const seen = [await measured()];
  for (let i = 0; i < quarters; ++i) {
    await page.waitForTimeout((seconds * 1000) / quarters);
    seen.push(await measured());
  }
  const [first, last] = [seen[0]!, seen.at(-1)!];
  figures.add(
    "ten live runs with ten charts: main thread busy",
    (100 * (last.TaskDuration! - first.TaskDuration!)) / (last.Timestamp! - first.Timestamp!),
    "%",
    30,
  );
  const memory = seen.map((sample) => sample.JSHeapUsedSize! / 1e6);
  figures.add(
    `... JavaScript's memory grows in the last half of ${seconds} s (${memory.map((sample) => sample.toFixed(1)).join(", ")} MB)`,
    memory.at(-1)! - memory[2]!,
    "MB",
    1,
  );
  figures.add(
    `... nodes more than at first (${seen.map((sample) => sample.Nodes).join(", ")})`,
    last.Nodes! - first.Nodes!,
    "nodes",
    1000,
  );
}, 900_000);
