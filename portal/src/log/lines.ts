// SPDX-License-Identifier: Apache-2.0
// A part of a log as lines. Bytes are added at one of its ends; lines over a limit are dropped at the other end.
import { collapse, pieces, plain, type Style } from "./ansi.ts";

export interface LogLine {
  /** Where the line begins, in bytes from the log's beginning. */
  offset: number;
  text: string;
  /** The ANSI style at its beginning. */
  style: Style;
}

const longest = 20_000; // characters of a line that are shown
const newline = 10;

/** Lines of `bytes`, which begin at `offset`; `rest`: how many bytes at the end are not a whole line. */
export function split(bytes: Uint8Array, offset: number): { lines: { offset: number; text: string }[]; rest: number } {
  const decoder = new TextDecoder();
  const lines = [];
  let begin = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, begin)) {
    lines.push({ offset: offset + begin, text: shown(decoder.decode(bytes.subarray(begin, end))) });
    begin = end + 1;
  }
  return { lines, rest: bytes.length - begin };
}

function shown(line: string): string {
  const text = collapse(line);
  return text.length > longest ? `${text.slice(0, longest)} … +${text.length - longest}` : text;
}

/** Owned by a log view. Holds the bytes [from, to) of a log as `most` lines or less; the last may be unfinished. */
export class Lines {
  from: number;
  to: number;
  private whole: LogLine[] = [];
  private rest = new Uint8Array();
  private readonly most: number;

  constructor(offset: number, most = 200_000) {
    this.from = offset;
    this.to = offset;
    this.most = most;
  }

  get count(): number {
    return this.whole.length + (this.rest.length ? 1 : 0);
  }

  line(index: number): LogLine | undefined {
    if (index < this.whole.length) return this.whole[index];
    if (index !== this.whole.length || !this.rest.length) return undefined;
    return {
      offset: this.to - this.rest.length,
      text: shown(new TextDecoder().decode(this.rest)),
      style: this.endStyle(),
    };
  }

  /** The index of the line that holds a byte. */
  indexOf(offset: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.line(middle)!.offset <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Adds bytes at the end. Drops lines at the beginning when there are too many, and returns how many it dropped. */
  append(bytes: Uint8Array): number {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    const { lines, rest } = split(all, this.to - this.rest.length);
    this.whole.push(...styled(lines, this.endStyle()));
    this.rest = all.slice(all.length - rest);
    this.to += bytes.length;
    return this.trim();
  }

  /** Adds whole lines before the beginning and returns their number. Drops lines at the end when there are too many. */
  prepend(bytes: Uint8Array): number {
    const { lines } = split(bytes, this.from - bytes.length);
    this.whole = [...styled(lines, plain), ...this.whole];
    this.from -= bytes.length;
    if (this.whole.length > this.most) this.dropEnd();
    return lines.length;
  }

  private endStyle(): Style {
    const last = this.whole.at(-1);
    return last ? pieces(last.text, last.style).style : plain;
  }

  private trim(): number {
    const extra = this.whole.length - this.most;
    if (extra <= 0) return 0;
    const gone = extra + Math.floor(this.most / 10);
    this.whole.splice(0, gone);
    this.from = this.whole[0]?.offset ?? this.to;
    return gone;
  }

  private dropEnd(): void {
    this.to = this.whole[this.most]!.offset;
    this.whole.length = this.most;
    this.rest = new Uint8Array();
  }
}

function styled(lines: { offset: number; text: string }[], from: Style): LogLine[] {
  let style = from;
  return lines.map((line) => {
    const begins = style;
    style = pieces(line.text, style).style;
    return { ...line, style: begins };
  });
}
