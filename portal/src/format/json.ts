// SPDX-License-Identifier: Apache-2.0
// JSON as Python writes it, which may say NaN and Infinity; and JSON to be read by people.

// What is empty is one token.
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s"{}[\],:]+/g;
const words = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** The value of a text, null in place of what is no finite number; undefined: it is not JSON. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text.replace(words, (word) => (word.startsWith('"') ? word : "null")));
  } catch {
    return undefined;
  }
}

const largest = 50_000_000; // characters; a text nested so deep that it would have more stays as it is

/** JSON with its structure to be seen, each number and the order of names as they were written; as it is when it is no JSON. */
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
