// SPDX-License-Identifier: Apache-2.0
// The rows of a list of runs, by their index: pages of it, fetched as they come into sight and kept true while they are. How
// many there are is a question of its own, since counting takes the daemon longer than a page.
import { useEffect, useReducer, useState } from "preact/hooks";
import { Problem } from "../api/http.ts";
import { type RunQuery, runs } from "../api/runs.ts";
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
  /** Whether `total` and `counts` are of all runs of the query; until then there are at least `total`. */
  counted = false;
  counts: Partial<Record<Status, number>> | undefined;
  /** The largest number of a run that has come. */
  largest = 0;
  problem: Problem | undefined;
  private pages = new Map<number, RunPage>();
  private filling = false;
  private sight: Window = { first: 0, end: 1 };
  private readonly query: RunQuery;
  private readonly changed: () => void;
  private readonly asker: Asker;

  /** `before`: rows of an earlier query; of the same runs in another order there are as many. */
  constructor(query: RunQuery, changed: () => void, asker: Asker = runs, before?: RunRows) {
    this.query = query;
    this.changed = changed;
    this.asker = asker;
    if (!before?.counted || counting(before.query) !== counting(query)) return;
    this.counted = true;
    this.total = before.total;
    this.counts = before.counts;
  }

  row = (index: number): Run | undefined => this.pages.get(Math.floor(index / size))?.items[index % size];

  /** Remembers the rows in sight and fetches the missing ones, but not those that were scrolled past meanwhile. */
  async see(sight: Window, signal: AbortSignal): Promise<void> {
    this.sight = sight;
    if (this.filling || !this.known) return;
    this.filling = true;
    while (!signal.aborted && !this.problem && this.inSight().some((page) => this.lacks(page)))
      await this.load(signal, false);
    this.filling = false;
  }

  /** A page that is not there, and is not known to lie beyond the end. */
  private lacks(page: number): boolean {
    return !this.pages.has(page) && page * size < this.total && this.pages.get(page - 1)?.next !== null;
  }

  /** Fetches the missing pages in sight; with `reload` all of them, and pages out of sight are dropped. */
  async load(signal: AbortSignal, reload: boolean): Promise<void> {
    if (this.problem?.status === 400) return; // a mistake in the question stays one
    const visible = this.inSight();
    if (reload) for (const page of this.pages.keys()) if (!visible.includes(page)) this.pages.delete(page);
    const counts = reload && (this.known || !this.counted);
    try {
      await Promise.all([this.fetchPages(visible, reload, signal), counts ? this.count(signal) : null]);
      this.problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error instanceof Problem ? error : new Problem(-1, "portal", String(error));
    }
    this.changed();
  }

  private inSight(): number[] {
    const first = Math.floor(this.sight.first / size);
    const last = Math.max(first, Math.ceil(this.sight.end / size) - 1);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }

  private async fetchPages(pages: readonly number[], reload: boolean, signal: AbortSignal): Promise<void> {
    for (const page of pages) if (reload || this.lacks(page)) await this.fetchPage(page, signal);
  }

  private async fetchPage(page: number, signal: AbortSignal): Promise<void> {
    const before = this.pages.get(page - 1);
    if (before?.next === null) return void this.pages.delete(page); // the list has become shorter
    const start = before ? { cursor: before.next } : page > 0 ? { skip: page * size } : {};
    const answer = await this.asker({ ...this.query, ...start, limit: size }, signal);
    this.pages.set(page, answer);
    this.largest = answer.items.reduce((most, { number }) => Math.max(most, number), this.largest);
    this.known = true;
    const end = page * size + answer.items.length;
    if (answer.next === null && answer.items.length > 0) this.total = end;
    else if (!this.counted) this.total = Math.max(this.total, end + 1);
    this.dropFarFrom(page);
    this.changed();
  }

  private async count(signal: AbortSignal): Promise<void> {
    const { sort: _, column: __, ...which } = this.query;
    const answer = await this.asker({ ...which, limit: 1, counts: true }, signal);
    this.counted = true;
    this.counts = answer.counts;
    this.total = answer.total ?? this.total;
    this.changed();
  }

  private dropFarFrom(page: number): void {
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
    for (const page of far.slice(0, Math.max(0, far.length - mostPages))) this.pages.delete(page);
  }
}

/** What decides how many runs there are. */
const counting = ({ workspace, experiment, parent, filter, children }: RunQuery): string =>
  JSON.stringify([workspace, experiment, parent, filter, children]);

interface Live {
  rows: RunRows;
  see: (sight: Window) => void;
}

/** The rows of a query, live. Those of the query before stay until the new ones are there. */
export function useRunRows(query: RunQuery): Live {
  const [, render] = useReducer((n: number) => n + 1, 0);
  const key = JSON.stringify(query);
  const [shown, show] = useState<Live>(() => ({ rows: new RunRows(query, () => undefined), see: () => undefined }));
  useEffect(() => {
    const abort = new AbortController();
    const ofMetrics = key.includes("metric.");
    const rows: RunRows = new RunRows(
      query,
      () => {
        if (abort.signal.aborted || !(rows.known || rows.problem)) return;
        show((old) => (old.rows === rows ? old : { rows, see: (sight) => void rows.see(sight, abort.signal) }));
        render(undefined);
      },
      runs,
      shown.rows,
    );
    const questions = repeat((signal) => rows.load(signal, true));
    const leave = onChange((change) => {
      if (
        change === null ||
        change.what.some(
          (topic) => topic === "state" || topic === "run" || topic === "tags" || (topic === "metrics" && ofMetrics),
        )
      )
        questions.again();
    });
    return () => {
      leave();
      abort.abort();
      questions.stop();
    };
  }, [key]);
  return shown;
}
