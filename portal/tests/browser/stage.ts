// SPDX-License-Identifier: Apache-2.0
// What the browser tests share: a daemon with real runs (demo.py), the portal before it, and a Chromium.
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { type Front, front } from "./front.ts";

interface Made {
  url: string;
  runs: Record<"first" | "second" | "failed" | "parent" | "hostile" | "live" | "queued", string>;
  points: string;
  bad: string;
}

/** Owned by one test file. `problems`: what the pages said on their consoles, and scripts that the policy refused. */
export class Stage {
  readonly problems: string[] = [];
  private points = 0;
  readonly made: Made;
  readonly front: Front;
  private readonly browser: Browser;
  private readonly daemon: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  private constructor(daemon: ChildProcess, lines: AsyncIterator<string>, made: Made, site: Front, browser: Browser) {
    this.daemon = daemon;
    this.lines = lines;
    this.made = made;
    this.front = site;
    this.browser = browser;
  }

  /** `script`: what starts a daemon and says as a line of JSON where it is and what there is, and its arguments. */
  static async open(script = [join(import.meta.dirname, "demo.py")]): Promise<Stage> {
    const daemon = spawn("python3", script, { stdio: ["pipe", "pipe", "inherit"] });
    const reader: Interface = createInterface({ input: daemon.stdout! });
    const lines = reader[Symbol.asyncIterator]();
    const made = JSON.parse(((await lines.next()).value as string | undefined) ?? "null") as Made | null;
    if (!made) throw new Error(`${script[0]} could not start a daemon: its words are above`);
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
    return new Stage(daemon, lines, made, await front(made.url), browser);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.front.close();
    this.daemon.stdin!.end();
    if (this.daemon.exitCode === null) await new Promise((done) => this.daemon.once("exit", done));
  }

  /** More runs, of a kind that demo.py knows; the id, or several. */
  async make<T = string>(what: string): Promise<T> {
    this.daemon.stdin!.write(`make ${what}\n`);
    return JSON.parse((await this.lines.next()).value as string) as T;
  }

  stopDaemon = (): Promise<unknown> => this.make("daemon stop");
  startDaemon = (): Promise<unknown> => this.make(`daemon at ${new URL(this.made.url).port}`);

  /** The live run logs its next point and line. */
  logPoint(): number {
    this.points += 1;
    writeFileSync(join(this.made.points, String(this.points)), "");
    return this.points;
  }

  /** The live run ends. */
  endRun = (): void => writeFileSync(join(this.made.points, "end"), "");

  /** A page of the portal in a browser profile of its own. */
  async page(path: string, options: BrowserContextOptions = {}, site = this.front.url): Promise<Page> {
    const context = await this.browser.newContext({
      locale: "en-GB",
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of 404/.test(message.text()))
        this.problems.push(`${page.url()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.problems.push(`${page.url()}: ${error.stack ?? error.message}`));
    await page.goto(new URL(path, site).href);
    return page;
  }

  async closePages(): Promise<void> {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const answer = await fetch(`${this.made.url}/api/v1/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer.json() as Promise<T>;
  }

  api = async <T>(path: string): Promise<T> => (await fetch(`${this.made.url}/api/v1/${path}`)).json() as Promise<T>;
}

export const segment = encodeURIComponent;
