// SPDX-License-Identifier: Apache-2.0
// Terminal colors of log lines. The result is text with class names, never markup.

export interface Style {
  bold: boolean;
  faint: boolean;
  italic: boolean;
  underline: boolean;
  /** 0 to 15, or null for the page's own. */
  ink: number | null;
  ground: number | null;
}

export interface Piece {
  text: string;
  style: Style;
}

export const plain: Style = { bold: false, faint: false, italic: false, underline: false, ink: null, ground: null };

// Only colors (SGR) are shown; other control sequences, titles and links are removed.
const controlSequence =
  /\x1b(?:\[([0-9;:]*)([@-~])|\[[^@-~]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[()#][A-Z0-9]|[@-_=>78c])/g;

/** What a terminal would leave in the line: text after a carriage return overwrites what stood there. */
export function collapse(line: string): string {
  const text = line.replace(/\r+$/, "");
  const last = text.lastIndexOf("\r");
  return last < 0 ? text : text.slice(last + 1);
}

/** The line in pieces of one style each, and the style in which the next line begins. */
export function pieces(line: string, from: Style): { pieces: Piece[]; style: Style } {
  if (!line.includes("\x1b")) return { pieces: line ? [{ text: line, style: from }] : [], style: from };
  const found: Piece[] = [];
  let style = from;
  let end = 0;
  for (const match of line.matchAll(controlSequence)) {
    if (match.index > end) found.push({ text: line.slice(end, match.index), style });
    end = match.index + match[0].length;
    if (match[2] === "m") style = applied(style, match[1]!);
  }
  if (end < line.length) found.push({ text: line.slice(end), style });
  return { pieces: found, style };
}

function applied(style: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/).map(Number);
  let now = { ...style };
  for (let i = 0; i < numbers.length; ++i) {
    const code = numbers[i]!;
    if (code === 38 || code === 48) {
      const [color, used] = extended(numbers.slice(i + 1));
      now[code === 38 ? "ink" : "ground"] = color;
      i += used;
    } else now = simple(now, code);
  }
  return now;
}

function simple(style: Style, code: number): Style {
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code >= 30 && code <= 37) return { ...style, ink: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, ink: code - 82 };
  if (code === 39) return { ...style, ink: null };
  if (code >= 40 && code <= 47) return { ...style, ground: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, ground: code - 92 };
  if (code === 49) return { ...style, ground: null };
  return style;
}

/** "5;N" or "2;R;G;B": the nearest of the sixteen colors, and how many numbers were read. */
function extended(rest: number[]): [number | null, number] {
  if (rest[0] === 5) return [nearest256(rest[1] ?? 0), 2];
  if (rest[0] === 2) return [nearestRgb(rest[1] ?? 0, rest[2] ?? 0, rest[3] ?? 0), 4];
  return [null, rest.length];
}

function nearest256(n: number): number {
  if (n < 16) return n;
  if (n >= 232) return n < 238 ? 0 : n < 246 ? 8 : 7;
  const [r, g, b] = [Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6].map((level) => level * 51);
  return nearestRgb(r!, g!, b!);
}

function nearestRgb(r: number, g: number, b: number): number {
  const most = Math.max(r, g, b);
  if (most < 64) return 0;
  const on = (value: number): number => (value > most / 2 ? 1 : 0);
  return on(r) + 2 * on(g) + 4 * on(b) + (most > 170 ? 8 : 0);
}

/** Class names for a style; empty for the plain one. */
export function classesOf(style: Style): string {
  if (style === plain) return "";
  const flags = [style.bold && "b", style.faint && "f", style.italic && "i", style.underline && "u"];
  return [...flags, style.ink !== null && `k${style.ink}`, style.ground !== null && `g${style.ground}`]
    .filter(Boolean)
    .join(" ");
}
