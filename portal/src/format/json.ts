// SPDX-License-Identifier: Apache-2.0
// JSON as Python writes it, which may say NaN and Infinity.

const words = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** The value of a text, null in place of what is no finite number; undefined: it is not JSON. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text.replace(words, (word) => (word.startsWith('"') ? word : "null")));
  } catch {
    return undefined;
  }
}
