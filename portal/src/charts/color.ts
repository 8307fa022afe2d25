// SPDX-License-Identifier: Apache-2.0
// The looks of lines, by their number: twenty colors, then the same with dashes. Styles follow the theme; a canvas needs the
// current values.

export const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const colors = 20;
const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

const variable = (n: number): string => `--line-${n % colors}`;

/** For styles: it changes with the theme. */
export const ink = (n: number): string => `var(${variable(n)})`;

/** For a canvas: what it is in the theme of now. */
export const paint = (n: number): string => css(variable(n));

/** Lengths of dashes and gaps; none: the line is whole. */
export const dash = (n: number): readonly number[] => dashes[Math.floor(n / colors) % dashes.length]!;

/** A patch of the line's look. */
export const swatch = (n: number): string =>
  dash(n).length
    ? `repeating-linear-gradient(90deg, ${ink(n)} 0 ${dash(n)[0]! / 2}px, transparent 0 ${(dash(n)[0]! + dash(n)[1]!) / 2}px)`
    : ink(n);
