// SPDX-License-Identifier: Apache-2.0
// Numbers, sizes and cells as text.
import type { Cell, Word } from "../api/types.ts";

/** A number with at most `digits` significant digits; integers below 1e15 with all of them. */
export function number(value: number, digits = 5): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value).replace("-", "−");
  const size = Math.abs(value);
  const text =
    size >= 1e-4 && size < 1e6
      ? String(Number(value.toPrecision(digits)))
      : value.toExponential(digits - 1).replace(/\.?0+e/, "e");
  return text.replace(/^-/, "−");
}

/** A value of a metric, tag or column; a dash if there is none. */
export function cell(value: Cell | undefined): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "number" ? number(value) : String(value);
}

/** "512 B", "1.5 kB", "12 MB": steps of 1000, at most three digits. */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, size < 1000 ? 0 : Math.floor(Math.log10(Number(size.toPrecision(3))) / 3));
  const scaled = size / 1000 ** step;
  return `${step === 0 ? scaled : Number(scaled.toPrecision(3))} ${units[step]}`;
}

/** An integer with narrow spaces between groups of three digits. */
export const count = (value: number): string => value.toLocaleString("en").replaceAll(",", "\u202f");

/** A text that may hold any bytes; those that are not UTF-8 become replacement characters. */
export function word(value: Word | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return new TextDecoder().decode(Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0)));
}

/** One argument, quoted for a shell if necessary. */
export function quoted(value: Word): string {
  const text = word(value);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
