// SPDX-License-Identifier: Apache-2.0
// The colours of lines, by their number. On a page they are the theme's own; a canvas has to be told what they are now.

export const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const variable = (n: number): string => `--line-${n % 8}`;

/** For styles: it changes with the theme. */
export const ink = (n: number): string => `var(${variable(n)})`;

/** For a canvas: what it is in the theme of now. */
export const paint = (n: number): string => css(variable(n));
