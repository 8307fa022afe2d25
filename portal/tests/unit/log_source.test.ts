// SPDX-License-Identifier: Apache-2.0
// A log as a view reads it, from a daemon whose answers come when the test says so.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { driverLog } from "../../src/api/files.ts";
import { LogSource } from "../../src/log/log_source.ts";

const line = (n: number): string => `line ${String(n).padStart(9, "0")}\n`; // 15 bytes
const size = 15;
const count = 100_000;
const long = Array.from({ length: count }, (_, i) => line(i)).join("");

/** The content of the log, and the requests that were not answered yet. */
let log = "";
let held: { range: string | null; answer: () => void }[] = [];
let streams: ReadableStreamDefaultController<Uint8Array>[] = [];

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

function rangeOf(range: string): Response {
  const [, from = "", to = ""] = /bytes=(\d*)-(\d*)/.exec(range)!;
  const begin = from === "" ? Math.max(0, log.length - Number(to)) : Number(from);
  if (begin >= log.length) return new Response("{}", { status: 416 });
  const bytes = log.slice(begin, from === "" ? undefined : Number(to) + 1);
  return new Response(utf8(bytes), {
    status: 206,
    headers: { "Content-Range": `bytes ${begin}-${begin + bytes.length - 1}/${log.length}` },
  });
}

beforeEach(() => {
  [log, held, streams] = [long, [], []];
  // An answer may come after its request was aborted: this fetch ignores the signal.
  vi.stubGlobal("fetch", (url: string, options: RequestInit) => {
    if (url.includes("follow=1"))
      return Promise.resolve(
        new Response(new ReadableStream({ start: (controller) => void streams.push(controller) })),
      );
    const range = (options.headers as Record<string, string>).Range ?? "";
    return new Promise((done) => held.push({ range, answer: () => done(rangeOf(range)) }));
  });
});
afterEach(() => void vi.unstubAllGlobals());

/** Has the n-th question that waits answered. */
async function answer(n = 0): Promise<void> {
  held.splice(n, 1)[0]!.answer();
  await settled();
}

async function atEnd(name = driverLog): Promise<LogSource> {
  const source = new LogSource("run", name, () => undefined);
  void source.openEnd();
  await answer();
  expect(source.atEnd).toBe(true);
  return source;
}

/** Whether every line that is held is what stands in the log where the line is said to begin. */
const isTrue = ({ lines }: LogSource): boolean =>
  Array.from({ length: lines.count }, (_, i) => lines.line(i)!).every(
    ({ offset, text }) => log.startsWith(text, offset) && (offset === 0 || log[offset - 1] === "\n"),
  );

describe("another part of a log", () => {
  test("ignores data that was read or followed for the part before", async () => {
    const source = await atEnd();
    const following = new AbortController();
    void source.follow(following.signal);
    await settled();
    void source.openAt(0);
    await answer();
    log += line(count);
    streams[0]!.enqueue(utf8(line(count)));
    await settled();
    expect([source.lines.from, isTrue(source), source.atEnd]).toEqual([0, true, false]);
    void source.after();
    await answer();
    expect(isTrue(source)).toBe(true);
  });

  test("is not replaced by an older request whose answer comes last", async () => {
    const source = await atEnd();
    const shown = [source.openAt(20_000 * size), source.openAt(60_000 * size)];
    await answer(1);
    await answer();
    expect(await Promise.all(shown)).toEqual([false, true]);
    expect(source.lines.from).toBeGreaterThan(50_000 * size);
    const late = source.openAt(0);
    source.stay();
    await answer();
    expect([await late, source.lines.from > 50_000 * size]).toEqual([false, true]);
  });

  test("is opened while more of the part before is being read, which is canceled", async () => {
    const source = await atEnd();
    void source.before();
    void source.openAt(0);
    await answer(1);
    await answer();
    expect([source.lines.from, isTrue(source)]).toEqual([0, true]);
    void source.after();
    await answer();
    expect([source.lines.to > 300_000, isTrue(source)]).toEqual([true, true]);
  });

  test("is counted, so that followers start again", async () => {
    const source = await atEnd();
    expect(source.stretch).toBe(1);
    void source.openEnd();
    await answer();
    expect(source.stretch).toBe(2);
  });

  test("does not change a log that was closed", async () => {
    const source = await atEnd();
    const { from } = source.lines;
    source.close();
    expect(await source.openAt(0)).toBe(false);
    expect([held.length, source.lines.from]).toEqual([0, from]);
  });
});

describe("the end of a log", () => {
  test("is unknown until the log is read again", async () => {
    const source = await atEnd("logs/20_environment_log.txt");
    log += line(count);
    source.doubt();
    expect(source.atEnd).toBe(false);
    void source.after();
    await answer();
    expect([source.atEnd, source.lines.to, isTrue(source)]).toEqual([true, log.length, true]);
    source.doubt();
    void source.after();
    await answer();
    expect([source.atEnd, source.problem]).toEqual([true, null]);
  });

  test("that is followed reports no problem when its stream breaks off", async () => {
    const source = await atEnd();
    const over = source.follow(new AbortController().signal);
    await settled();
    log += line(count);
    streams[0]!.enqueue(utf8(line(count)));
    await settled();
    streams[0]!.error(new TypeError("network error"));
    await over;
    expect([source.problem, source.lines.to]).toEqual([null, log.length]);
    void source.follow(new AbortController().signal);
    await settled();
    log += line(count + 1);
    streams[1]!.enqueue(utf8(line(count + 1)));
    await settled();
    expect([source.lines.to, isTrue(source)]).toEqual([log.length, true]);
  });
});
