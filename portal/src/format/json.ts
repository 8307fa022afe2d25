// SPDX-License-Identifier: Apache-2.0
// JSON as Python writes it, which may contain NaN and Infinity, and JSON indented for people.

// An empty object or list is one token.
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s"{}[\],:]+/g;
const words = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** The value of a text, with null for NaN and infinite numbers; undefined: it is not JSON. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text.replace(words, (word) => (word.startsWith('"') ? word : "null")));
  } catch {
    return undefined;
  }
}

const largest = 50_000_000; // characters; a text that would grow beyond this, because it is nested so deep, is not indented

/** Indented JSON, with numbers and the order of names as they were written. A text that is not JSON comes back unchanged. */
export function indented(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const parts: string[] = [];
  let depth = 0;
  let size = 0;
  const put = (part: string, after = ""): void => {
    parts.push(part, after);
    size += part.length + after.length;
  };
  const newLine = (): string => `\n${"  ".repeat(depth)}`;
  for (const [token] of text.matchAll(tokens)) {
    if (size > largest) return text;
    if (token === "{" || token === "[") {
      depth += 1;
      put(token, newLine());
    } else if (token === "}" || token === "]") {
      depth -= 1;
      put(newLine(), token);
    } else if (token === ",") put(token, newLine());
    else if (token === ":") put(token, " ");
    else if (token.startsWith("{") || token.startsWith("[")) put(token[0]!, token.at(-1)!);
    else put(token);
  }
  return parts.join("");
}
