// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/api/types.ts";
import { RunRows } from "../../src/pages/run_rows.ts";

describe("rows of a list of runs", () => {
  const signal = new AbortController().signal;
  /** A daemon with `n` runs, as its page says. */
  const list = (n: number) => {
    const asked: string[] = [];
    const ask = async ({
      cursor,
      skip = 0,
      limit = 100,
      counts = false,
    }: {
      cursor?: string | null;
      skip?: number;
      limit?: number;
      counts?: boolean;
    }) => {
      asked.push(counts ? "count" : cursor ? `after ${cursor}` : `skip ${skip}`);
      const from = (cursor ? Number(cursor) : 0) + skip;
      const items = Array.from(
        { length: Math.max(0, Math.min(limit, n - from)) },
        (_, i) => ({ id: String(from + i) }) as Run,
      );
      return { items, next: from + limit < n ? String(from + limit) : null, total: n };
    };
    return { asked, ask, rows: new RunRows({}, () => undefined, ask) };
  };
  test("only pages in sight are asked for, wherever they are", async () => {
    const { asked, rows } = list(100_000);
    await rows.load(signal, true);
    expect(rows.total).toBe(100_000);
    await rows.see({ first: 99_950, end: 100_000 }, signal);
    expect([asked, rows.row(99_999)!.id, rows.row(500)]).toEqual([
      ["skip 0", "count", "skip 99900"],
      "99999",
      undefined,
    ]);
  });
  test("a page that follows another goes on from its cursor", async () => {
    const { asked, rows } = list(1000);
    await rows.load(signal, true);
    await rows.see({ first: 90, end: 130 }, signal);
    expect(asked).toEqual(["skip 0", "count", "after 100"]);
  });
  test("another order has the same total, which is not counted again", async () => {
    const { asked, ask, rows } = list(1000);
    await rows.load(signal, true);
    const sorted = new RunRows({ sort: "name" }, () => undefined, ask, rows);
    const filtered = new RunRows({ filter: "number > 3" }, () => undefined, ask, rows);
    expect([sorted.counted, sorted.total, filtered.counted]).toEqual([true, 1000, false]);
    await sorted.load(signal, true);
    expect(asked).toEqual(["skip 0", "count", "skip 0"]);
  });
  test("a reload drops pages out of sight, and a shorter list has fewer pages", async () => {
    const sizes = [250, 90];
    const ask = async ({ cursor }: { cursor?: string | null }) => {
      const n = sizes[0]!;
      const from = Number(cursor ?? 0);
      const items = Array.from({ length: Math.min(100, n - from) }, (_, i) => ({ id: String(from + i) }) as Run);
      return { items, next: from + 100 < n ? String(from + 100) : null, total: n };
    };
    const rows = new RunRows({}, () => undefined, ask);
    await rows.load(signal, true);
    await rows.see({ first: 90, end: 130 }, signal);
    expect([rows.total, rows.row(120)!.id]).toEqual([250, "120"]);
    sizes.shift();
    await rows.load(signal, true);
    expect([rows.total, rows.row(50)!.id, rows.row(120)]).toEqual([90, "50", undefined]);
  });
});
