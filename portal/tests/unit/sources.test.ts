// SPDX-License-Identifier: Apache-2.0
// Rules for the sources: where API addresses may be spelled, and that every text exists in every language.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { en } from "../../src/text/en.ts";
import { zh } from "../../src/text/zh.ts";

const top = join(import.meta.dirname, "../../src");
const sources = readdirSync(top, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => ({
    name: relative(top, join(entry.parentPath, entry.name)),
    text: readFileSync(join(entry.parentPath, entry.name), "utf8"),
  }));

/** Files, but for those in `allowed` folders, that have something in them. */
const having = (what: RegExp, ...allowed: string[]): string[] =>
  sources
    .filter(({ name, text }) => what.test(text) && !allowed.some((text) => name.startsWith(text)))
    .map(({ name }) => name);

describe("the sources", () => {
  test("are found", () => expect(sources.length).toBeGreaterThan(40));
  test("spell addresses of the API only in api/", () =>
    expect(having(/\bfetch\(|XMLHttpRequest|api\/v1/, "api/")).toEqual([]));
  test("know the event stream only in live/", () =>
    expect(having(/EventSource|BroadcastChannel/, "live/")).toEqual([]));
  test("never turn text into markup", () =>
    expect(having(/innerHTML|outerHTML|insertAdjacentHTML|dangerously|document\.write|\beval\(|new Function/)).toEqual(
      [],
    ));
  test("have a license line and stay short", () => {
    expect(
      sources
        .filter(({ text }) => !text.startsWith("// SPDX-License-Identifier: Apache-2.0\n"))
        .map(({ name }) => name),
    ).toEqual([]);
    expect(
      sources
        .filter(({ name, text }) => !name.startsWith("text/") && text.split("\n").length > 300)
        .map(({ name }) => name),
    ).toEqual([]);
  });
});

/** Files that the file imports, types included; and those that these import. */
function importedBy(name: string, found = new Set<string>()): Set<string> {
  const text = sources.find((source) => source.name === name)?.text ?? "";
  for (const [, path] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
    const imported = join(dirname(name), path!);
    if (found.has(imported)) continue;
    found.add(imported);
    importedBy(imported, found);
  }
  return found;
}

test("no file imports itself through others", () => {
  expect(importedBy("main.tsx").size).toBeGreaterThan(40);
  expect(sources.map(({ name }) => name).filter((name) => importedBy(name).has(name))).toEqual([]);
});

/** Paths of all texts, with what they say; functions with example values. */
function texts(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function")
    return [
      [
        path,
        String((value as (...all: unknown[]) => string)(...["⟦1⟧", "⟦2⟧", "⟦3⟧", "⟦4⟧", "⟦5⟧"].slice(0, value.length))),
      ],
    ];
  return Object.entries(value as object).flatMap(([key, child]) => texts(child, path ? `${path}.${key}` : key));
}

describe("the languages", () => {
  const english = new Map(texts(en));
  const chinese = new Map(texts(zh));
  const values = (text: string): string[] => (text.match(/⟦\d⟧/g) ?? []).sort();
  test("have the same texts", () => expect([...chinese.keys()]).toEqual([...english.keys()]));
  test("use the same values", () => {
    for (const [path, text] of english) expect([path, values(chinese.get(path)!)]).toEqual([path, values(text)]);
  });
  test("differ", () => {
    const same = [...english]
      .filter(([path, text]) => chinese.get(path) === text && /[a-z]{3}/i.test(text))
      .map(([path]) => path);
    expect(same).toEqual(["details.interpreter", "compare.group.interpreter"]); // "Python"
  });
  test("every text is used", () => {
    const all = sources
      .filter(({ name }) => !name.startsWith("text/"))
      .map(({ text }) => text)
      .join("\n");
    const unused = [...english.keys()].filter((path) => {
      const parts = path.split(".");
      // Looked up by a value (t.status[...]): the part before is what is spelled.
      return (
        !parts.some((_, i) => i > 0 && all.includes(`t.${parts.slice(0, i + 1).join(".")}`)) &&
        !all.includes(`t.${parts.slice(0, -1).join(".")}[`) &&
        !all.includes(`t.${path}`)
      );
    });
    expect(unused).toEqual([]);
  });
});
