// SPDX-License-Identifier: Apache-2.0
// Delivers changes to the parts of a page. A tab that slept opens the stream again; the message `missed` then follows.
import { useEffect, useState } from "preact/hooks";
import { type Change, type Connection, listen } from "./stream.ts";

/** Called with a change, or with null when anything may have changed. */
type Listener = (change: Change | null) => void;

const listeners = new Set<Listener>();
const watchers = new Set<(connection: Connection) => void>();
let connection: Connection = "connecting";
let hiddenAt = 0;

function publish(change: Change | null): void {
  for (const listener of listeners) listener(change);
}

/** Opens the stream; called once. */
export function startLive(): void {
  const renew = listen((message) => {
    if ("change" in message) publish(message.change);
    if ("missed" in message) publish(null);
    if ("connection" in message) {
      connection = message.connection;
      for (const watcher of watchers) watcher(connection);
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > 30_000) renew();
  });
  window.addEventListener("pageshow", (event) => event.persisted && renew());
}

/** Calls `listener` with every change until the returned function is called. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The state of the connection to the daemon; the component is drawn again when it changes. */
export function useConnection(): Connection {
  const [state, setState] = useState(connection);
  useEffect(() => {
    watchers.add(setState);
    setState(connection);
    return () => void watchers.delete(setState);
  }, []);
  return state;
}
