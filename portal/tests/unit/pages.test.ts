// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import type { Run } from "../../src/api/types.ts";
import { formOf } from "../../src/pages/dataset.tsx";
import { dataAddress } from "../../src/pages/dataset_parts.tsx";
import { candidates, lastUses } from "../../src/pages/environment_use.ts";
import { builtIn, factsIn } from "../../src/pages/environments.tsx";
import { againCommand } from "../../src/pages/run/details.tsx";
import { isText, kindOf } from "../../src/pages/run/preview.tsx";
import { treeOf } from "../../src/pages/run/tree.tsx";
import { withStatus } from "../../src/pages/runs.tsx";
import { routeOf } from "../../src/router.ts";
import { visible } from "../../src/ui/harmless.ts";
import { labelOf, nameOf } from "../../src/ui/parts.tsx";
import { inSight } from "../../src/ui/virtual.ts";

test("files become a tree", () => {
  const tree = treeOf([
    { path: "outputs/a.txt", size: 1 },
    { path: "outputs/b/c.txt", size: 2 },
    { path: "top", size: 3 },
  ]);
  expect([tree.files[0]!.name, tree.folders[0]!.files[0]!.path, tree.folders[0]!.folders[0]!.files[0]!.path]).toEqual([
    "top",
    "outputs/a.txt",
    "outputs/b/c.txt",
  ]);
});

test("a file is shown by its ending; a page of markup is only text", () =>
  expect(["a.PNG", "x/metrics.json", "t.csv", "page.html", "pic.svg", "model.bin", "README"].map(kindOf)).toEqual([
    "image",
    "json",
    "csv",
    "text",
    "text",
    "other",
    "other",
  ]));

test("a file without a telling name is text when its beginning is", () => {
  const utf8 = new TextEncoder();
  expect(
    [
      utf8.encode("{}"),
      utf8.encode("实验").subarray(0, 4),
      new Uint8Array(),
      new Uint8Array([1, 0]),
      new Uint8Array([0xff, 65]),
    ].map(isText),
  ).toEqual([true, true, true, false, false]);
});

test("the command to run again is what was submitted, quoted for a shell", () => {
  const run = {
    experiment: "my exp",
    script: "train.py",
    arguments: ["--name", "it's"],
    command: null,
    interpreter: { path: "/v/bin/python" },
  } as unknown as Run;
  expect(againCommand(run)).toBe(
    "runyard submit --experiment 'my exp' --python /v/bin/python train.py --name 'it'\\''s'",
  );
  expect(againCommand({ ...run, command: ["./simulate", "--steps", "10"] })).toBe(
    "runyard submit --experiment 'my exp' -- ./simulate --steps 10",
  );
});

test("an environment shows the definitions of the SDK and ignores other forms", () => {
  const python = {
    interpreterPath: "python3",
    condaDependencies: { dependencies: ["python=3.11", { pip: ["numpy"] }] },
  };
  expect(factsIn({ python, environmentVariables: { A: 1 } })).toEqual({
    interpreter: "python3",
    packages: ["python=3.11", "numpy"],
    variables: [["A", "1"]],
  });
  for (const other of [null, 3, [], { python: [] }, { python: { condaDependencies: { dependencies: "x" } } }])
    expect(factsIn(other)).toEqual({ interpreter: null, packages: [], variables: [] });
});

test("built environments are those of the latest runs, each with the last that used it", () => {
  const run = (id: string, digest?: string) =>
    ({ id, prepared: digest ? { digest, name: "mine" } : null }) as unknown as Run;
  const found = builtIn([run("d", "b"), run("c"), run("b", "a"), run("a", "b")]);
  expect(found.map(({ prepared, lastUsed, runs }) => [prepared.digest, lastUsed.id, runs])).toEqual([
    ["b", "d", 2],
    ["a", "b", 1],
  ]);
  expect(builtIn([{ id: "of an older daemon" } as Run])).toEqual([]);
});

test("a user-managed environment shows what the latest run with it recorded", async () => {
  const run = (id: string, name: string, version: string | null, python = "/p") =>
    ({
      id,
      experiment: name,
      script: "t.py",
      interpreter: { path: python, version: "3.11.2" },
      configuration: { environment: { name, version } },
    }) as unknown as Run;
  const all = [
    run("c", "mine", "2"),
    run("b", "mine", "1", "/other"),
    run("a", "free", null),
    run("old", "mine", "2"),
    run("older", "mine", "0"),
  ];
  const environment = (name: string, version: string) => ({
    name,
    version,
    created: "",
    definition: { python: { userManagedDependencies: true } },
  });
  const asked: string[] = [];
  const whole = async (id: string): Promise<Run> => {
    asked.push(id);
    return all.find((run) => run.id === id)!;
  };
  const found = await lastUses(
    [environment("mine", "1"), environment("mine", "2"), environment("free", "1"), environment("mine", "0")],
    all,
    whole,
  );
  expect([[...found.values()].map(({ id }) => id), asked]).toEqual([
    ["c", "b", "a", "older"],
    ["c", "b", "a", "old", "older"],
  ]);
  expect(
    candidates([{ ...run("x", "built", "1"), prepared: {} } as Run, { ...run("y", "queued", "1"), interpreter: null }]),
  ).toEqual([]);
});

test("a count by status opens the runs that were counted", () =>
  expect(["", "status = Failed", "number > 3 or kind = script"].map((filter) => withStatus(filter, "Failed"))).toEqual([
    "status = Failed",
    "status = Failed",
    "(number > 3 or kind = script) and status = Failed",
  ]));

test("a run shows its given name, a child run the last part of its name", () => {
  const run = { id: "x", name: "run_x", display_name: null, parent: null, experiment: "ridge", number: 3 };
  const child = { ...run, name: "run_x>fold 2", display_name: "run_x>fold 2", parent: "x" };
  expect([run, { ...run, display_name: "best" }, child].map(nameOf)).toEqual(["run_x", "best", "fold 2"]);
  expect([run, { ...run, display_name: "best" }, child].map(labelOf)).toEqual(["ridge 3", "best (3)", "ridge 3"]);
});

test("an address below a prefix names the page, decoded", () => {
  const base = new URL("http://host/proxy/7471/");
  expect(routeOf(new URL("http://host/proxy/7471/runs/a%2Fb%20c?tab=metrics"), base).path).toEqual(["runs", "a/b c"]);
  expect(routeOf(new URL("http://host/proxy/7471/"), base).path).toEqual([]);
  expect(routeOf(new URL("http://host/proxy/7471/runs/%zz"), base).path).toEqual(["runs", "%zz"]);
});

test("only rows in sight are drawn, with some to spare", () => {
  expect(inSight(0, 360, 36, 100_000)).toEqual({ first: 0, end: 18 });
  expect(inSight(3_599_640, 360, 36, 100_000)).toEqual({ first: 99_982, end: 100_000 });
  expect(inSight(0, 360, 36, 3)).toEqual({ first: 0, end: 3 });
});

test("characters that reverse text are shown by their code", () => expect(visible("a\u202eb")).toBe("a⟨U+202E⟩b"));

test("only a delimited file is a table of text", () =>
  expect(
    [
      { type: "tabular", options: { format: "delimited", separator: "\t" } },
      { type: "tabular", options: { format: "delimited", separator: ",", header: "NO_HEADERS" } },
      { type: "tabular", options: { format: "delimited", separator: "::" } },
      { type: "tabular", options: { format: "parquet" } },
      { type: "file", options: {} },
    ].map(formOf),
  ).toEqual([{ separator: "\t", header: true }, { separator: ",", header: false }, null, null, null]));

test("an address names a workspace that is not the usual one", () => {
  const local = { subscription_id: "local", resource_group: "local" };
  expect([
    dataAddress({ ...local, name: "default" }, "d1"),
    dataAddress({ ...local, name: "other" }, "d1"),
    dataAddress({ subscription_id: "s", resource_group: "r", name: "default" }),
  ]).toEqual(["/data/d1", "/data/d1?workspace=other", "/data?workspace=default&subscription=s&group=r"]);
});
