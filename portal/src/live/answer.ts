// SPDX-License-Identifier: Apache-2.0
// An answer of the daemon that is kept up to date: it is requested again after changes that concern it.
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/http.ts";
import { onChange } from "./changes.ts";
import type { Change } from "./stream.ts";

export interface Answer<T> {
  value: T | undefined;
  error: Problem | undefined;
  /** Asks again now. */
  again: () => void;
}

/** True when a change concerns the answer. */
export type Concerns = (change: Change) => boolean;

/** Changes of one run: of the topics `what`, or of any if there are none. */
export const ofRun =
  (run: string, ...what: Change["what"]): Concerns =>
  (change) =>
    change.run === run && (what.length === 0 || change.what.some((topic) => what.includes(topic)));

/** Asks the daemon. `changed`: runs that have changed since the last question; null: anything may have. */
export type Question<T> = (signal: AbortSignal, changed: ReadonlySet<string> | null) => Promise<T>;

const least = 100; // ms between two questions; at most a quarter of the time is spent on asking and drawing

let beat: Promise<void> | null = null;

/** A moment that all waiting questions share, so that their requests can be sent together. */
function nextBeat(): Promise<void> {
  beat ??= new Promise((done) => {
    setTimeout(() => {
      beat = null;
      done();
    }, least);
  });
  return beat;
}

/**
 * Asks when `key` is new, and again after changes that concern it. The last answer stays until the next one arrives;
 * under another key it is dropped at once, unless `keep` is set. A null key asks nothing.
 */
export function useAnswer<T>(
  key: string | null,
  ask: Question<T>,
  concerns: Concerns = () => false,
  keep = false,
): Answer<T> {
  const [state, setState] = useState<{ key: string | null; value?: T; error?: Problem }>({ key: null });
  const latest = useRef({ ask, concerns });
  latest.current = { ask, concerns };
  const again = useRef<() => void>(() => undefined);

  useEffect(() => {
    if (key === null) return;
    let changed: Set<string> | null = null;
    const questions = repeat(async (signal) => {
      const since = changed;
      changed = new Set();
      try {
        const value = await latest.current.ask(signal, since);
        if (!signal.aborted) setState({ key, value });
      } catch (error) {
        changed = null;
        const problem = error instanceof Problem ? error : new Problem(-1, "portal", String(error));
        if (!signal.aborted) setState((old) => ({ ...(old.key === key ? old : { key }), error: problem }));
      }
    });
    again.current = () => {
      changed = null;
      questions.again();
    };
    const leave = onChange((change) => {
      if (change === null) return again.current();
      if (!latest.current.concerns(change)) return;
      if (change.run !== null) changed?.add(change.run);
      questions.again();
    });
    return () => {
      leave();
      questions.stop();
    };
  }, [key]);

  const current = state.key === key;
  return {
    value: current || keep ? state.value : undefined,
    error: current ? state.error : undefined,
    again: () => again.current(),
  };
}

const painted = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

/**
 * Asks at once, and again at each call of `again`, one question at a time: calls during a question lead to one more
 * question after it. `ask` must not throw.
 */
export function repeat(ask: (signal: AbortSignal) => Promise<void>): { again: () => void; stop: () => void } {
  const abort = new AbortController();
  let busy = false;
  let asked = false;
  const go = async (): Promise<void> => {
    if (busy) {
      asked = true;
      return;
    }
    busy = true;
    do {
      asked = false;
      const begun = performance.now();
      await ask(abort.signal);
      await painted(); // the time to draw the answer counts as well; a hidden tab waits here
      const rested = performance.now() + 3 * (performance.now() - begun);
      do await nextBeat();
      while (performance.now() < rested);
    } while (asked && !abort.signal.aborted);
    busy = false;
  };
  void go();
  return { again: () => void go(), stop: () => abort.abort() };
}
