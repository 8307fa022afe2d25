// SPDX-License-Identifier: Apache-2.0
// The differences between two texts, line by line: the shortest list of removals and additions (Myers' algorithm)
// between the common beginning and the common end.

export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
  /** Line numbers from 1; null: the line is not on that side. */
  old: number | null;
  new: number | null;
}

const mostEdits = 4000; // beyond that, all lines in the middle are removed and added

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

export function diff(oldText: string, newText: string): DiffLine[] {
  const a = linesOf(oldText);
  const b = linesOf(newText);
  let begin = 0;
  let end = 0;
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) ++begin;
  while (end < a.length - begin && end < b.length - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) ++end;
  const kinds: DiffLine["kind"][] = [
    ...new Array<"same">(begin).fill("same"),
    ...middle(a.slice(begin, a.length - end), b.slice(begin, b.length - end)),
    ...new Array<"same">(end).fill("same"),
  ];
  return numbered(kinds, a, b);
}

/** The lines for their kinds, with text and numbers. */
function numbered(kinds: DiffLine["kind"][], a: string[], b: string[]): DiffLine[] {
  let i = 0;
  let j = 0;
  return kinds.map((kind) => {
    const text = kind === "added" ? b[j]! : a[i]!;
    return { kind, text, old: kind === "added" ? null : ++i, new: kind === "removed" ? null : ++j };
  });
}

/** The kinds of lines between the common beginning and the common end. */
function middle(a: string[], b: string[]): DiffLine["kind"][] {
  const trace: Int32Array[] = [];
  const most = Math.min(a.length + b.length, mostEdits);
  const furthest = new Int32Array(2 * most + 3);
  const at = (k: number): number => k + most + 1;
  for (let edits = 0; edits <= most; ++edits) {
    trace.push(furthest.slice(at(-edits - 1), at(edits + 1) + 1)); // the diagonals that this edit reads
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && furthest[at(k - 1)]! < furthest[at(k + 1)]!);
      let x = down ? furthest[at(k + 1)]! : furthest[at(k - 1)]! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) ++x;
      furthest[at(k)] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return [...new Array<"removed">(a.length).fill("removed"), ...new Array<"added">(b.length).fill("added")];
}

/** The kinds of lines on the shortest path; `trace[n]` holds, before edit n, the furthest x on diagonals -n-1 to n+1. */
function walkBack(trace: Int32Array[], width: number, height: number): DiffLine["kind"][] {
  const kinds: DiffLine["kind"][] = [];
  let x = width;
  let y = height;
  for (let edits = trace.length - 1; edits >= 0; --edits) {
    const furthest = trace[edits]!;
    const at = (diagonal: number): number => diagonal + edits + 1;
    const k = x - y;
    const down = k === -edits || (k !== edits && furthest[at(k - 1)]! < furthest[at(k + 1)]!);
    const beforeK = down ? k + 1 : k - 1;
    const beforeX = edits === 0 ? 0 : furthest[at(beforeK)]!;
    const beforeY = edits === 0 ? 0 : beforeX - beforeK;
    while (x > beforeX && y > beforeY) {
      kinds.push("same");
      --x;
      --y;
    }
    if (edits > 0) kinds.push(down ? "added" : "removed");
    x = beforeX;
    y = beforeY;
  }
  return kinds.reverse();
}
