// SPDX-License-Identifier: Apache-2.0
// One event stream for all tabs: whoever holds the lock opens it and tells the others. A browser gives one origin six
// connections, and a stream for each tab would use them up.
import { address } from "../api/http.ts";

export interface Change {
  run: string | null;
  what: readonly ("state" | "metrics" | "log" | "files" | "tags" | "run")[];
}

export type Connection = "connecting" | "live" | "lost";

/** What tabs tell each other. `missed`: changes may have been lost, look again at everything. */
export type Message = { change: Change } | { missed: true } | { connection: Connection } | { asking: true };

/** Tells `hear` everything from now on, in every tab. */
export function listen(hear: (message: Message) => void): void {
  // Behind a proxy without TLS a browser has no locks: then every tab has a stream of its own.
  if (!("locks" in navigator)) return lead(hear);
  const others = new BroadcastChannel("runyard-live");
  let connection: Connection = "connecting";
  let leads = false;
  const tell = (message: Message): void => {
    if ("connection" in message) connection = message.connection;
    others.postMessage(message);
    hear(message);
  };
  others.onmessage = ({ data }: MessageEvent<Message>) => {
    if (!("asking" in data)) hear(data);
    else if (leads) others.postMessage({ connection });
  };
  others.postMessage({ asking: true });
  void navigator.locks.request("runyard-live", () => {
    leads = true;
    return new Promise<never>(() => lead(tell)); // held until the tab is closed
  });
}

function lead(tell: (message: Message) => void): void {
  const url = address(["events"]);
  const source = new EventSource(url);
  let met = false;
  source.addEventListener("hello", () => {
    // Before the first hello, or between two of them, something may have changed.
    tell({ missed: true });
    met = true;
    tell({ connection: "live" });
  });
  source.addEventListener("reset", () => tell({ missed: true }));
  source.onmessage = (event: MessageEvent<string>) => tell({ change: JSON.parse(event.data) as Change });
  source.onerror = () => {
    tell({ connection: met ? "lost" : "connecting" });
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    window.setTimeout(() => lead(tell), 2000);
  };
}
