// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/api/types.ts";
import { diff } from "../../src/format/diff.ts";
import { differs, factsOf, numberOf } from "../../src/pages/compare/facts.ts";
import { omittedFrom } from "../../src/pages/compare/scatter.tsx";
import { RunRows } from "../../src/pages/run_rows.ts";
import { againCommand } from "../../src/pages/run/details.tsx";
import { builtIn, factsIn } from "../../src/pages/environments.tsx";
import { candidates, lastUses } from "../../src/pages/environment_use.ts";
import { withStatus } from "../../src/pages/runs.tsx";
import { isText, kindOf } from "../../src/pages/run/preview.tsx";
import { treeOf } from "../../src/pages/run/tree.tsx";
import { changes, nearChanges } from "../../src/pages/source_diff.tsx";
import { placeOf } from "../../src/router.ts";
import { labelOf, nameOf } from "../../src/ui/parts.tsx";
import { inSight } from "../../src/ui/virtual.ts";
import { visible } from "../../src/ui/harmless.ts";

describe("a diff", () => {
  const script = (a: string, b: string): string[] => diff(a, b).map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`);
  test("shows what went and came, in place", () => expect(script("a\nb\nc\n", "a\nx\nc\nd\n")).toEqual([" a", "-b", "+x", " c", "+d"]));
  test("numbers the lines of both sides", () =>
    expect(diff("a\nb", "b\nc").map((line) => [line.old, line.new])).toEqual([[1, null], [2, 1], [null, 2]]));
  test("leads from one text to the other, and is the shortest", () => {
    const random = (n: number): string => Array.from({ length: 12 }, (_, i) => "abc"[(n * 7919 + i * i * 31 + ((n >> i) & 3)) % 3]).join("\n");
    for (let n = 0; n < 60; ++n) {
      const a = random(n), b = random(n + 1), lines = diff(a, b);
      expect(lines.filter((line) => line.kind !== "added").map((line) => line.text).join("\n")).toBe(a);
      expect(lines.filter((line) => line.kind !== "removed").map((line) => line.text).join("\n")).toBe(b);
      expect(lines.filter((line) => line.kind === "same")).toHaveLength(longestCommon(a.split("\n"), b.split("\n")));
    }
  });
  test("of empty texts is empty, of one of them everything", () => {
    expect(diff("", "")).toEqual([]);
    expect(script("", "a\n")).toEqual(["+a"]);
  });
  test("leaves out what is far from any change", () => {
    const text = Array.from({ length: 20 }, (_, i) => String(i)).join("\n");
    expect(nearChanges(diff(text, text.replace("10", "ten"))).map((line) => line?.text ?? null)).toEqual([null, "7", "8", "9", "10", "ten", "11", "12", "13", null]);
  });
});

function longestCommon(a: string[], b: string[]): number {
  const rows = [...a, ""].map(() => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; --i)
    for (let j = b.length - 1; j >= 0; --j) rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
  return rows[0]![0]!;
}

test("snapshots differ by files that came, went, or have another content", () => {
  const file = (path: string, sha256: string) => ({ path, type: "file" as const, size: 1, sha256 });
  expect(changes([file("a", "1"), file("b", "1"), file("c", "1")], [file("b", "2"), file("c", "1"), file("d", "1")])).toEqual([
    { path: "a", kind: "removed" }, { path: "b", kind: "changed" }, { path: "d", kind: "added" },
  ]);
});

test("files become a tree", () => {
  const tree = treeOf([{ path: "outputs/a.txt", size: 1 }, { path: "outputs/b/c.txt", size: 2 }, { path: "top", size: 3 }]);
  expect([tree.files[0]!.name, tree.folders[0]!.files[0]!.path, tree.folders[0]!.folders[0]!.files[0]!.path]).toEqual(["top", "outputs/a.txt", "outputs/b/c.txt"]);
});

test("a file is shown by its ending; a page of markup is only text", () =>
  expect(["a.PNG", "x/metrics.json", "t.csv", "page.html", "pic.svg", "model.bin", "README"].map(kindOf)).toEqual(["image", "json", "csv", "text", "text", "other", "other"]));

test("a file without a telling name is text when its beginning is", () => {
  const utf8 = new TextEncoder();
  expect([utf8.encode("{}"), utf8.encode("实验").subarray(0, 4), new Uint8Array(), new Uint8Array([1, 0]), new Uint8Array([0xff, 65])].map(isText)).toEqual([true, true, true, false, false]);
});

test("the command to run again is what was submitted, quoted for a shell", () => {
  const run = { experiment: "my exp", script: "train.py", arguments: ["--name", "it's"], command: null, interpreter: { path: "/v/bin/python" } } as unknown as Run;
  expect(againCommand(run)).toBe("runyard submit --experiment 'my exp' --python /v/bin/python train.py --name 'it'\\''s'");
  expect(againCommand({ ...run, command: ["./simulate", "--steps", "10"] })).toBe("runyard submit --experiment 'my exp' -- ./simulate --steps 10");
});

test("an environment says what the SDK's definitions say, and nothing of others", () => {
  const python = { interpreterPath: "python3", condaDependencies: { dependencies: ["python=3.11", { pip: ["numpy"] }] } };
  expect(factsIn({ python, environmentVariables: { A: 1 } })).toEqual({ interpreter: "python3", packages: ["python=3.11", "numpy"], variables: [["A", "1"]] });
  for (const other of [null, 3, [], { python: [] }, { python: { condaDependencies: { dependencies: "x" } } }])
    expect(factsIn(other)).toEqual({ interpreter: null, packages: [], variables: [] });
});

test("built environments are those of the latest runs, each with the last that used it", () => {
  const run = (id: string, digest?: string) => ({ id, prepared: digest ? { digest, name: "mine" } : null }) as unknown as Run;
  const found = builtIn([run("d", "b"), run("c"), run("b", "a"), run("a", "b")]);
  expect(found.map(({ prepared, lastUsed, runs }) => [prepared.digest, lastUsed.id, runs])).toEqual([["b", "d", 2], ["a", "b", 1]]);
  expect(builtIn([{ id: "of an older daemon" } as Run])).toEqual([]);
});

test("what a user-managed environment uses is what the latest run with it recorded", async () => {
  const run = (id: string, name: string, version: string | null, python = "/p") =>
    ({ id, experiment: name, script: "t.py", interpreter: { path: python, version: "3.11.2" }, configuration: { environment: { name, version } } }) as unknown as Run;
  const all = [run("c", "mine", "2"), run("b", "mine", "1", "/other"), run("a", "free", null), run("old", "mine", "2"), run("older", "mine", "0")];
  const environment = (name: string, version: string) => ({ name, version, created: "", definition: { python: { userManagedDependencies: true } } });
  const asked: string[] = [];
  const whole = async (id: string): Promise<Run> => (asked.push(id), all.find((each) => each.id === id)!);
  const found = await lastUses([environment("mine", "1"), environment("mine", "2"), environment("free", "1"), environment("mine", "0")], all, whole);
  expect([[...found.values()].map(({ id }) => id), asked]).toEqual([["c", "b", "a", "older"], ["c", "b", "a", "old", "older"]]);
  expect(candidates([{ ...run("x", "built", "1"), prepared: {} } as Run, { ...run("y", "queued", "1"), interpreter: null }])).toEqual([]);
});

test("a count by status opens the runs that were counted", () =>
  expect(["", "status = Failed", "number > 3 or kind = script"].map((filter) => withStatus(filter, "Failed"))).toEqual([
    "status = Failed", "status = Failed", "(number > 3 or kind = script) and status = Failed",
  ]));

test("a run is called as somebody called it, a child by its own part of its name", () => {
  const run = { id: "x", name: "run_x", display_name: null, parent: null, experiment: "ridge", number: 3 };
  const child = { ...run, name: "run_x>fold 2", display_name: "run_x>fold 2", parent: "x" };
  expect([run, { ...run, display_name: "best" }, child].map(nameOf)).toEqual(["run_x", "best", "fold 2"]);
  expect([run, { ...run, display_name: "best" }, child].map(labelOf)).toEqual(["ridge 3", "best (3)", "ridge 3"]);
});

test("an address below a prefix names the page, decoded", () => {
  const base = new URL("http://host/proxy/7471/");
  expect(placeOf(new URL("http://host/proxy/7471/runs/a%2Fb%20c?tab=metrics"), base).path).toEqual(["runs", "a/b c"]);
  expect(placeOf(new URL("http://host/proxy/7471/"), base).path).toEqual([]);
  expect(placeOf(new URL("http://host/proxy/7471/runs/%zz"), base).path).toEqual(["runs", "%zz"]);
});

test("only rows in sight are drawn, with some to spare", () => {
  expect(inSight(0, 360, 36, 100_000)).toEqual({ first: 0, end: 18 });
  expect(inSight(3_599_640, 360, 36, 100_000)).toEqual({ first: 99_982, end: 100_000 });
  expect(inSight(0, 360, 36, 3)).toEqual({ first: 0, end: 3 });
});

test("characters that turn text about are shown as what they are", () => expect(visible("a\u202eb")).toBe("a⟨U+202E⟩b"));

describe("facts of runs", () => {
  const run = (alpha: string) => ({
    run: { arguments: ["--alpha", alpha], tags: { kind: "demo" }, properties: {}, interpreter: null, snapshot: null, script: "t.py", command: null, environment: null } as unknown as Run,
    metrics: [{ kind: "scalar" as const, name: "loss", count: 1, last: Number(alpha) * 2, min: 0, max: 1, numeric: true, stepped: false }],
  });
  test("are beside each other, and it is known which differ", () => {
    const facts = factsOf([run("0.1"), run("0.9")]);
    expect(facts.filter(differs).map((fact) => [fact.group, fact.name, fact.values])).toEqual([["argument", "--alpha", ["0.1", "0.9"]],
      ["argument", "Command line", ["t.py --alpha 0.1", "t.py --alpha 0.9"]], ["metric", "loss", ["0.2", "1.8"]]]);
    expect(facts.map((fact) => fact.name)).toContain("kind");
  });
  test("are positional arguments too, and numbers with the digits that tell them apart", () => {
    const other = (words: string[], last: number) => ({ run: { ...run("1").run, arguments: words }, metrics: [{ ...run("1").metrics[0]!, last }] });
    const facts = factsOf([other(["data.csv", "--n", "3", "fast"], 0.123456), other(["data.csv", "--n=3", "slow"], 0.123457)]);
    expect(facts.filter(differs).map(({ name, values }) => [name, ...values])).toEqual([
      ["Argument 2 without a name", "fast", "slow"], ["Command line", "t.py data.csv --n 3 fast", "t.py data.csv --n=3 slow"], ["loss", "0.123456", "0.123457"],
    ]);
  });
  test("that have no place on a scatter are said, each with its reason", () => {
    const of = (label: string, alpha: string, last: number) => ({ ...run(alpha), metrics: [{ ...run("1").metrics[0]!, last }], label, colour: 0 });
    const all = [of("a", "0.1", 1), of("b", "x", 1), of("c", "0.2", NaN), of("d", "0.3", 0), { ...of("e", "0.4", 1), metrics: [] }];
    const axes = [{ kind: "argument", name: "--alpha", log: false }, { kind: "metric", name: "loss", log: true }] as const;
    expect(omittedFrom(all, axes).map(({ axis, why, labels }) => [axis, why, ...labels])).toEqual([
      ["--alpha", "noNumber", "b"], ["loss", "notFinite", "c"], ["loss", "notPositive", "d"], ["loss", "absent", "e"],
    ]);
  });
  test("are numbers where they can be", () => {
    expect(numberOf(run("0.1"), "argument", "--alpha")).toBe(0.1);
    expect([numberOf(run("0.1"), "tag", "kind"), numberOf(run("x"), "argument", "--alpha"), numberOf(run("1"), "metric", "none")]).toEqual([null, null, null]);
    const lost = (last: number) => ({ ...run("1"), metrics: [{ ...run("1").metrics[0]!, last }] });
    expect([NaN, Infinity, 3].map((last) => numberOf(lost(last), "metric", "loss"))).toEqual([null, null, 3]);
  });
});

describe("rows of a list of runs", () => {
  const signal = new AbortController().signal;
  /** A daemon with `n` runs, as its page says. */
  const list = (n: number) => {
    const asked: string[] = [];
    const ask = async ({ cursor, skip = 0, limit = 100, counts = false }: { cursor?: string | null; skip?: number; limit?: number; counts?: boolean }) => {
      asked.push(counts ? "count" : cursor ? `after ${cursor}` : `skip ${skip}`);
      const from = (cursor ? Number(cursor) : 0) + skip, items = Array.from({ length: Math.max(0, Math.min(limit, n - from)) }, (_, i) => ({ id: String(from + i) }) as Run);
      return { items, next: from + limit < n ? String(from + limit) : null, total: n };
    };
    return { asked, ask, rows: new RunRows({}, () => undefined, ask) };
  };
  test("only pages in sight are asked for, wherever they are", async () => {
    const { asked, rows } = list(100_000);
    await rows.load(signal, true);
    expect(rows.total).toBe(100_000);
    await rows.see({ first: 99_950, end: 100_000 }, signal);
    expect([asked, rows.row(99_999)!.id, rows.row(500)]).toEqual([["skip 0", "count", "skip 99900"], "99999", undefined]);
  });
  test("a page that follows another goes on from its cursor", async () => {
    const { asked, rows } = list(1000);
    await rows.load(signal, true);
    await rows.see({ first: 90, end: 130 }, signal);
    expect(asked).toEqual(["skip 0", "count", "after 100"]);
  });
  test("in another order there are as many, which is not counted again", async () => {
    const { asked, ask, rows } = list(1000);
    await rows.load(signal, true);
    const sorted = new RunRows({ sort: "name" }, () => undefined, ask, rows), filtered = new RunRows({ filter: "number > 3" }, () => undefined, ask, rows);
    expect([sorted.counted, sorted.total, filtered.counted]).toEqual([true, 1000, false]);
    await sorted.load(signal, true);
    expect(asked).toEqual(["skip 0", "count", "skip 0"]);
  });
  test("what is out of sight is forgotten when all is asked anew, and a shorter list has fewer pages", async () => {
    const sizes = [250, 90];
    const ask = async ({ cursor }: { cursor?: string | null }) => {
      const n = sizes[0]!, from = Number(cursor ?? 0), items = Array.from({ length: Math.min(100, n - from) }, (_, i) => ({ id: String(from + i) }) as Run);
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
