// SPDX-License-Identifier: Apache-2.0
// The pages under the daemon's own host name, and what another server on its port left in the browser.
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Run } from "../../src/api/types.ts";
import { Stage, segment } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

test("pages under the daemon's own host name are live and can change things", async () => {
  const { portal } = await stage.api<{ portal: string }>("status");
  expect(new URL(portal).hostname).toMatch(/^runyard-[0-9a-f]{20}\.localhost$/);
  const id = stage.made.runs.first;
  const page = await stage.page(`runs/${segment(id)}`, {}, `${portal}/`);
  await page.getByRole("button", { name: "+ Tag" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("own name");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove the tag own name" }).waitFor();
  expect("own name" in (await stage.api<Run>(`runs/${segment(id)}`)).tags).toBe(true);
  expect(await page.context().cookies()).toEqual([]); // the kernel names this browser
  await page.context().close();
});

const worker =
  "self.addEventListener('install', () => self.skipWaiting());" +
  "self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));" +
  "self.addEventListener('fetch', (event) => event.respondWith(new Response('<title>evil</title>', {headers: {'Content-Type': 'text/html'}})));";

/** Another server, which leaves a service worker in every browser. */
async function squat(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const script = request.url === "/worker.js";
    response.setHeader("Content-Type", script ? "text/javascript" : "text/html");
    response.end(
      script ? worker : "<title>squatter</title><script>navigator.serviceWorker.register('/worker.js')</script>",
    );
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return server;
}

test("a service worker that another server left on the port unregisters itself", async () => {
  const { url } = stage.made;
  await stage.stopDaemon();
  const squatter = await squat(Number(new URL(url).port));
  const page = await stage.page("", {}, `${url}/`);
  await page.waitForFunction(async () =>
    Boolean((await navigator.serviceWorker.ready).active && navigator.serviceWorker.controller),
  );
  squatter.closeAllConnections();
  await new Promise((done) => squatter.close(done));
  await stage.startDaemon();
  await page.reload();
  await page.waitForFunction(() => document.title !== "evil" && document.title !== "squatter");
  await expect
    .poll(async () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length))
    .toBe(0);
  await page.reload();
  await page.getByRole("heading").first().waitFor();
  await page.context().close();
});
