// SPDX-License-Identifier: Apache-2.0
// Times in the reader's zone, ages and durations in words.
import { t } from "../text/text.ts";

/** A moment in seconds since 1970; null: there is none, or no calendar goes so far. */
export function isoOf(seconds: number | null): string | null {
  const date = new Date((seconds ?? NaN) * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** A moment in the browser's zone, seconds shown; null: a dash. */
export function localTime(iso: string | null): string {
  if (iso === null) return "–";
  const locale = navigator.language.startsWith(t.code) ? navigator.language : t.lang;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));
}

/** The same in UTC, as the daemon said it but for the fraction. */
export const utcTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

/** How long ago: "just now", "5 min", "3 h", "2 d". `now` in ms. */
export function age(iso: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (seconds < 5) return t.time.justNow;
  return t.time.ago(coarse(seconds));
}

function coarse(seconds: number): string {
  const units: [number, string][] = [
    [86_400, t.time.d],
    [3600, t.time.h],
    [60, t.time.min],
    [1, t.time.s],
  ];
  const [size, unit] = units.find(([length]) => seconds >= length) ?? [1, t.time.s];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** A duration with two units at most: "0.04 s", "0.4 s", "12 s", "3 min 5 s", "2 h 10 min", "3 d 4 h". */
export function duration(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds < 1) return `${Number(seconds.toFixed(2))} ${t.time.s}`;
  if (seconds < 10) return `${seconds.toFixed(1)} ${t.time.s}`;
  const whole = Math.floor(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), t.time.d],
    [Math.floor(whole / 3600) % 24, t.time.h],
    [Math.floor(whole / 60) % 60, t.time.min],
    [whole % 60, t.time.s],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
