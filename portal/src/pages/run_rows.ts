// SPDX-License-Identifier: Apache-2.0
// The rows of a list of runs, by their place: pages of it, fetched as they come into sight and kept true while they are.
import { useEffect, useReducer, useState } from "preact/hooks";
import { Problem } from "../api/http.ts";
import { runs, type RunQuery } from "../api/runs.ts";
import type { Run, RunPage, Status } from "../api/types.ts";
import { repeat } from "../live/answer.ts";
import { onChange } from "../live/changes.ts";
import type { Window } from "../ui/virtual.ts";

const size = 100;
const mostPages = 40;

type Asker = (query: RunQuery, signal?: AbortSignal) => Promise<RunPage>;

export class RunRows {
  total = 0;
  /** Whether the daemon knows filters, sorting and columns; undefined before the first answer. */
  knows: boolean | undefined;
  counts: Partial<Record<Status, number>> | undefined;
  problem: Problem | undefined;
  private pages = new Map<number, RunPage>();
  private sight: Window = { first: 0, end: 1 };
  private readonly query: RunQuery;
  private readonly changed: () => void;
  private readonly asker: Asker;

  constructor(query: RunQuery, changed: () => void, asker: Asker = runs) {
    this.query = query;
    this.changed = changed;
    this.asker = asker;
  }

  row = (place: number): Run | undefined => this.pages.get(Math.floor(place / size))?.items[place % size];

  /** Remembers what is in sight; true when some of it has to be fetched. */
  see(sight: Window): boolean {
    this.sight = sight;
    return this.inSight().some((page) => !this.pages.has(page));
  }

  /** Fetches the pages in sight; with `anew` also those that are there. */
  async load(signal: AbortSignal, anew: boolean): Promise<void> {
    if (this.problem?.status === 400) return; // a mistake in the question stays one
    try {
      for (const [i, page] of this.inSight().entries()) if (anew || !this.pages.has(page)) await this.fetchPage(page, anew && i === 0, signal);
      this.problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error instanceof Problem ? error : new Problem(-1, "portal", String(error));
    }
    this.changed();
  }

  private inSight(): number[] {
    const first = Math.floor(this.sight.first / size), last = Math.max(first, Math.ceil(this.sight.end / size) - 1);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }

  private async fetchPage(page: number, counts: boolean, signal: AbortSignal): Promise<void> {
    const before = this.pages.get(page - 1);
    if (before && before.next === null) return;
    const start = before ? { cursor: before.next } : page > 0 ? { skip: page * size } : {};
    const answer = await this.asker({ ...this.query, ...start, limit: size, counts }, signal);
    this.pages.set(page, answer);
    if (counts) this.knows = answer.total !== undefined;
    this.counts = answer.counts ?? this.counts;
    // Without a total the list grows by a page as its end comes into sight.
    const reached = page * size + answer.items.length;
    this.total = answer.total ?? (this.knows ? this.total : answer.next === null ? reached : Math.max(reached + size, this.total));
    this.dropFarFrom(page);
    this.changed();
  }

  private dropFarFrom(page: number): void {
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
    for (const each of far.slice(0, Math.max(0, far.length - mostPages))) this.pages.delete(each);
  }
}

/** The rows of a query, live. */
export function useRunRows(query: RunQuery): { rows: RunRows; see: (sight: Window) => void } {
  const [, render] = useReducer((n: number) => n + 1, 0);
  const key = JSON.stringify(query);
  const [made, setMade] = useState(() => ({ key, rows: new RunRows(query, () => render(undefined)), see: (_: Window): void => undefined }));
  useEffect(() => {
    const rows = made.key === key ? made.rows : new RunRows(query, () => render(undefined));
    let anew = true;
    const questions = repeat((signal) => {
      const all = anew;
      anew = false;
      return rows.load(signal, all);
    });
    const see = (sight: Window): void => void (rows.see(sight) && questions.again());
    setMade({ key, rows, see });
    const leave = onChange((change) => {
      if (change && !change.what.some((each) => each === "state" || each === "run" || each === "tags" || each === "metrics")) return;
      anew = true;
      questions.again();
    });
    return () => {
      leave();
      questions.stop();
    };
  }, [key]);
  return made;
}
