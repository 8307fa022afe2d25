// SPDX-License-Identifier: Apache-2.0
// The daemon far away or gone: a proxy before it, its end and its return, a tab that slept.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Run } from "../../src/api/types.ts";
import { front } from "./front.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;
const proxies: ChildProcess[] = [];
const opened: Page[] = [];

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.context().close()));
  for (const proxy of proxies.splice(0)) proxy.stdin!.end();
});

const open = async (path: string, site?: string): Promise<Page> => {
  const page = await stage.page(path, {}, site);
  opened.push(page);
  return page;
};

const prefix = "/user/me/proxy/7471/";

/** The address of a daemon's pages behind a proxy that strips a prefix. */
async function behind(...how: string[]): Promise<string> {
  const proxy = spawn("python3", [join(import.meta.dirname, "proxy.py"), stage.made.url, prefix, ...how], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  proxies.push(proxy);
  const [port] = (await once(proxy.stdout!, "data")) as [Buffer];
  return `http://127.0.0.1:${String(port).trim()}${prefix}`;
}

const tag = async (id: string, name: string): Promise<boolean> => name in (await stage.api<Run>(`runs/${id}`)).tags;

describe("behind a proxy with a prefix", () => {
  test("the daemon's pages work, live, and can change things", async () => {
    const site = await behind();
    const id = segment(stage.made.runs.first);
    const page = await open("", site);
    await page.getByRole("link", { name: "ridge", exact: true }).click();
    await page
      .getByRole("link", { name: /^run_ridge/ })
      .last()
      .click();
    await page.getByRole("link", { name: "Metrics" }).click();
    await page.getByRole("img", { name: /^loss\. loss: 200 values/ }).waitFor();
    await page.reload();
    await page.getByRole("img", { name: /^loss\. loss: 200 values/ }).waitFor();
    await page.getByRole("link", { name: "Outputs + logs" }).click();
    await page.getByText("one warning").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(file.url().startsWith(site)).toBe(true);
    await page.getByRole("button", { name: "+ Tag" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("from afar");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove the tag from afar" }).waitFor();
    expect([page.url().startsWith(`${site}runs/${id}`), await tag(id, "from afar")]).toEqual([true, true]);
    await page.goto(`${site}runs/${segment(stage.made.runs.live)}?tab=metrics`);
    await page.getByText("Live", { exact: true }).waitFor();
    stage.logPoint();
    const n = stage.logPoint();
    await page.getByRole("img", { name: `live: ${n} values` }).waitFor();
  });

  test("when it passes on a foreign origin, the page says what the proxy has to do", async () => {
    const page = await open(`runs/${segment(stage.made.runs.second)}`, await behind("keep-origin"));
    await page.getByText("A proxy before it must send the same name and port as Host and as Origin").waitFor();
    expect(stage.problems.splice(0).filter((problem) => !/status of 403/.test(problem))).toEqual([]);
  });
});

describe("a daemon that ended", () => {
  test("is reported with what to do; the page continues by itself when it is back", async () => {
    const [page, proxied] = [await open("compute"), await open("compute", await behind())];
    for (const tab of [page, proxied]) await tab.getByText("Live", { exact: true }).waitFor();
    await stage.stopDaemon();
    for (const tab of [page, proxied]) {
      await tab.getByText("Connection lost").waitFor();
      await tab.getByRole("link", { name: "Models" }).click();
      await tab.getByText("Start it with “runyard up”").waitFor();
      await tab.getByRole("link", { name: "Runs", exact: true }).click();
      await tab.getByText("Start it with “runyard up”").first().waitFor();
    }
    await stage.startDaemon();
    for (const tab of [page, proxied]) {
      await tab.getByText("Live", { exact: true }).waitFor();
      await tab
        .getByRole("grid", { name: "All runs" })
        .getByRole("link", { name: /^run_live/ })
        .first()
        .waitFor();
      await expect.poll(() => tab.getByRole("alert").count()).toBe(0);
    }
  });

  test("and came back without the reader's session refuses, and the page says what to do", async () => {
    const gate = await front(stage.made.url);
    const page = await open("compute", gate.url);
    let asked = 0;
    page.on("request", () => void ++asked);
    await page.getByText("Live", { exact: true }).waitFor();
    await expect
      .poll(async () => {
        // until nothing more is asked
        const before = asked;
        await new Promise((done) => setTimeout(done, 700));
        return asked - before;
      })
      .toBe(0);
    const body = JSON.stringify({ error: { code: "forbidden", message: "this browser has no session", details: {} } });
    await page.route("**/api/v1/**", (route) => route.fulfill({ status: 403, contentType: "application/json", body }));
    await gate.close();
    await page.getByText("Connection lost").waitFor();
    await page.getByText("this browser has no session").first().waitFor();
    await page.unroute("**/api/v1/**");
    const again = await front(stage.made.url, "/", Number(new URL(gate.url).port));
    await page.getByText("Live", { exact: true }).waitFor();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
    await again.close();
  });

  test("does not move the log of a run, which is followed again afterwards", async () => {
    const page = await open(`runs/${segment(stage.made.runs.live)}?tab=files`);
    const before = stage.logPoint();
    await page.getByText(`point ${before}`, { exact: true }).waitFor();
    await stage.stopDaemon();
    await page.getByText("Connection lost").waitFor();
    const meanwhile = stage.logPoint();
    await page.getByText(`point ${before}`, { exact: true }).waitFor();
    await stage.startDaemon();
    await page.getByText(`point ${meanwhile}`, { exact: true }).waitFor();
    const after = stage.logPoint();
    await page.getByText(`point ${after}`, { exact: true }).waitFor();
  });
});

/** Makes a page believe that it is hidden, and visible again that many seconds later. */
const hide = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
const show = (page: Page, seconds: number): Promise<void> =>
  page.evaluate((later) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 1000 * later;
    Object.defineProperty(document, "hidden", { value: false, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, seconds);

describe("a tab that slept", () => {
  const live = (): string => `runs/${segment(stage.made.runs.live)}`;
  const values = async (): Promise<number> =>
    (await stage.api<{ items: { metrics: { values: number[] }[] }[] }>(`${live()}/metrics?name=live`)).items[0]!
      .metrics[0]!.values.length;
  /** Logs points, until the daemon has them; how many there are. */
  const more = async (points: number): Promise<number> => {
    let n = 0;
    while (points--) n = stage.logPoint();
    await expect.poll(values).toBe(n);
    return n;
  };
  const tagged = (name: string): Promise<Response> =>
    fetch(`${stage.made.url}/api/v1/${live()}/lines`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: `${JSON.stringify({ k: "tag", n: name, v: null })}\n`,
    });

  test("catches up", async () => {
    const page = await open(`${live()}?tab=metrics`);
    await page.getByText("Live", { exact: true }).waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    const n = await more(6);
    await session.send("Page.setWebLifecycleState", { state: "active" });
    await page.getByRole("img", { name: `live: ${n} values` }).waitFor();
  });

  test("for long, while its stream died unnoticed, shows everything it missed once, and is live again", async () => {
    const before = await more(1);
    await expect.poll(() => stage.front.streams()).toBe(0); // of the tests before
    const charts = await open(`${live()}?tab=metrics`);
    const log = await charts.context().newPage();
    await log.goto(new URL(`${live()}?tab=files`, stage.front.url).href);
    await charts.getByRole("img", { name: `live: ${before} values` }).waitFor();
    await log.getByText(`point ${before}`, { exact: true }).waitFor();
    await Promise.all([charts, log].map(hide));
    stage.front.silence();
    const n = await more(5);
    await tagged("while it slept");
    for (const page of [charts, log]) await page.getByText("Live", { exact: true }).waitFor(); // for all it knows

    await Promise.all([charts, log].map((page) => show(page, 31)));
    await charts.getByRole("img", { name: `live: ${n} values, last ${n * n}` }).waitFor();
    for (const page of [charts, log]) await page.getByText("while it slept").waitFor();
    await log.getByText(`point ${n}`, { exact: true }).waitFor();
    for (let i = before; i <= n; ++i)
      expect([i, await log.getByText(`point ${i}`, { exact: true }).count()]).toEqual([i, 1]);
    const after = await more(1);
    await charts.getByRole("img", { name: `live: ${after} values` }).waitFor();
    await log.getByText(`point ${after}`, { exact: true }).waitFor();
    await expect.poll(() => stage.front.streams()).toBe(1);
  });

  test("does not wait for the tab that holds the stream and may still sleep", async () => {
    const first = await open(`${live()}?tab=metrics`);
    const second = await first.context().newPage();
    await first.getByText("Live", { exact: true }).waitFor();
    await second.goto(new URL(`${live()}?tab=metrics`, stage.front.url).href);
    await second.getByText("Live", { exact: true }).waitFor();
    await hide(second);
    const asked = first.waitForEvent("dialog");
    const answered = first.evaluate(() => alert("nothing goes on in this tab until this is answered"));
    const asleep = await asked;
    await show(second, 31);
    let n = 0;
    for (let i = 0; i < 3; ++i) {
      // one could be seen by the look at everything that a tab takes when it is shown again
      n = await more(1);
      await second.getByRole("img", { name: `live: ${n} values` }).waitFor();
    }
    await asleep.dismiss();
    await answered;
    await first.getByRole("img", { name: `live: ${n} values` }).waitFor();
    const after = await more(1);
    for (const page of [first, second]) await page.getByRole("img", { name: `live: ${after} values` }).waitFor();
  });
});
