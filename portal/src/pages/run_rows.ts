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
  /** Whether the first answer has come. */
  known = false;
  counts: Partial<Record<Status, number>> | undefined;
  problem: Problem | undefined;
  private pages = new Map<number, RunPage>();
  private filling = false;
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

  /** Remembers what is in sight, and fetches what is missing of it; what was passed by meanwhile is not. */
  async see(sight: Window, signal: AbortSignal): Promise<void> {
    this.sight = sight;
    if (this.filling || !this.known) return;
    this.filling = true;
    while (!signal.aborted && !this.problem && this.inSight().some((page) => this.lacks(page))) await this.load(signal, false);
    this.filling = false;
  }

  /** A page that is not there, and is not known to lie beyond the end. */
  private lacks(page: number): boolean {
    return !this.pages.has(page) && page * size < this.total && this.pages.get(page - 1)?.next !== null;
  }

  /** Fetches the pages in sight; with `anew` also those that are there, while those out of sight are forgotten. */
  async load(signal: AbortSignal, anew: boolean): Promise<void> {
    if (this.problem?.status === 400) return; // a mistake in the question stays one
    const wanted = this.inSight();
    if (anew) for (const page of this.pages.keys()) if (!wanted.includes(page)) this.pages.delete(page);
    try {
      for (const [i, page] of wanted.entries()) if (anew || this.lacks(page)) await this.fetchPage(page, anew && i === 0, signal);
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
    if (before?.next === null) return void this.pages.delete(page); // the list has become shorter
    const start = before ? { cursor: before.next } : page > 0 ? { skip: page * size } : {};
    const answer = await this.asker({ ...this.query, ...start, limit: size, counts }, signal);
    this.pages.set(page, answer);
    this.known = true;
    this.counts = answer.counts ?? this.counts;
    this.total = answer.total ?? this.total;
    this.dropFarFrom(page);
    this.changed();
  }

  private dropFarFrom(page: number): void {
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
    for (const each of far.slice(0, Math.max(0, far.length - mostPages))) this.pages.delete(each);
  }
}

/** The rows of a query, live. Those of the query before stay until the new ones are there. */
export function useRunRows(query: RunQuery): { rows: RunRows; see: (sight: Window) => void } {
  const [, render] = useReducer((n: number) => n + 1, 0);
  const key = JSON.stringify(query);
  const [made, setMade] = useState(() => ({ key, rows: new RunRows(query, () => render(undefined)), see: (_: Window): void => undefined }));
  useEffect(() => {
    const rows = made.key === key ? made.rows : new RunRows(query, () => render(undefined));
    const abort = new AbortController(), ofMetrics = key.includes("metric.");
    const see = (sight: Window): void => void rows.see(sight, abort.signal);
    const questions = repeat(async (signal) => {
      await rows.load(signal, true);
      if (!signal.aborted) setMade((old) => (old.rows === rows && old.see === see ? old : { key, rows, see }));
    });
    const leave = onChange((change) => {
      if (change === null || change.what.some((each) => each === "state" || each === "run" || each === "tags" || (each === "metrics" && ofMetrics))) questions.again();
    });
    return () => {
      leave();
      abort.abort();
      questions.stop();
    };
  }, [key]);
  return made;
}
