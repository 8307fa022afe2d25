// SPDX-License-Identifier: Apache-2.0
// How lines look, by their number: twenty colors, then the same colors with dashes. CSS follows the theme; a canvas
// needs the current values.

export const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const colors = 20;
const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

const variable = (n: number): string => `--line-${n % colors}`;

/** The color of a line for CSS; it follows the theme. */
export const ink = (n: number): string => `var(${variable(n)})`;

/** The color of a line for a canvas, in the current theme. */
export const paint = (n: number): string => css(variable(n));

/** Lengths of dashes and gaps; empty for a solid line. */
export const dash = (n: number): readonly number[] => dashes[Math.floor(n / colors) % dashes.length]!;

/** A CSS background that shows the color and the dashes of a line. */
export const swatch = (n: number): string =>
  dash(n).length
    ? `repeating-linear-gradient(90deg, ${ink(n)} 0 ${dash(n)[0]! / 2}px, transparent 0 ${(dash(n)[0]! + dash(n)[1]!) / 2}px)`
    : ink(n);
