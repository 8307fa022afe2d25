// SPDX-License-Identifier: Apache-2.0
// One event stream for all tabs: the tab that holds the lock opens it and tells the others. A stream for each tab would
// use up the six connections that a browser allows to one origin. When that tab is closed, the next one takes over.

import { status } from "../api/daemon.ts";
import { address, Problem } from "../api/http.ts";

export interface Change {
  run: string | null;
  what: readonly ("state" | "metrics" | "log" | "files" | "tags" | "run")[];
}

export type Connection = "connecting" | "live" | "lost";

/** Messages between tabs. `missed`: changes may have been lost, so everything has to be read again. */
export type Message = { change: Change } | { missed: true } | { connection: Connection } | { asking: true };

type Tell = (message: Message) => void;

/**
 * Calls `hear` with every message from now on, in every tab. Call the returned function in a tab that slept: the stream
 * may have died unnoticed, and the tab that holds it may be asleep, so this tab opens a new stream for all.
 */
export function listen(hear: Tell): () => void {
  // Behind a proxy without TLS, browsers have no locks: then every tab has its own stream.
  if (!("locks" in navigator)) {
    let close = open(hear);
    return () => {
      close();
      close = open(hear);
    };
  }
  const others = new BroadcastChannel("runyard-live");
  let connection: Connection = "connecting";
  let close: (() => void) | null = null; // while this tab has the stream
  let queue = new AbortController();
  const tell: Tell = (message) => {
    if ("connection" in message) connection = message.connection;
    others.postMessage(message);
    hear(message);
  };
  others.onmessage = ({ data }: MessageEvent<Message>) => {
    if (!("asking" in data)) hear(data);
    else if (close) others.postMessage({ connection });
  };
  others.postMessage({ asking: true });

  // The lock is held until the tab is closed or another takes it: the promise stays open.
  const openForever = (): Promise<never> =>
    new Promise(() => {
      close = open(tell);
    });
  const hold = async (options: LockOptions): Promise<void> => {
    try {
      await navigator.locks.request("runyard-live", options, openForever);
    } catch {
      if (options.signal?.aborted) return; // it no longer waits
      if (close) {
        close(); // another tab has taken the lock
        close = null;
        wait();
      } else {
        close = open(tell); // the browser gives no locks here
      }
    }
  };
  const wait = (): void => {
    queue = new AbortController();
    void hold({ signal: queue.signal });
  };
  wait();
  return () => {
    if (close) {
      close();
      close = open(tell);
      return;
    }
    queue.abort();
    void hold({ steal: true });
  };
}

/** Opens the stream, and opens it again whenever it ends. Call the returned function to close it. */
function open(tell: Tell): () => void {
  let source: EventSource;
  let retry = 0;
  let refused = false;
  // An EventSource does not say why it was refused. A restarted daemon refuses browsers of older sessions: then the
  // pages ask again, once, and show the daemon's error.
  const ask = async (): Promise<void> => {
    try {
      await status();
    } catch (error) {
      if (refused || !(error instanceof Problem) || error.status === 0) return;
      refused = true;
      tell({ missed: true });
    }
  };
  const connect = (): void => {
    source = new EventSource(address(["events"]));
    source.addEventListener("hello", () => {
      refused = false;
      tell({ missed: true }); // before the first hello, or between two of them, something may have changed
      tell({ connection: "live" });
    });
    source.addEventListener("reset", () => tell({ missed: true }));
    source.onmessage = (event: MessageEvent<string>) => tell({ change: JSON.parse(event.data) as Change });
    source.onerror = () => {
      tell({ connection: "lost" });
      if (source.readyState !== EventSource.CLOSED) return; // the browser connects again by itself
      retry = window.setTimeout(connect, 2000);
      void ask();
    };
  };
  connect();
  return () => {
    source.close();
    window.clearTimeout(retry);
  };
}
