// SPDX-License-Identifier: Apache-2.0
// The address of a page: its path below the portal's root, and its query. Pages keep their state there, so that a link
// shows the same view.
import { useEffect, useMemo, useState } from "preact/hooks";
import { root } from "./api/http.ts";

export interface Route {
  /** Decoded segments: ["runs", id]. */
  path: string[];
  query: URLSearchParams;
}

const moved = new EventTarget();

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

export function routeOf(url: URL, base: URL): Route {
  const below = url.pathname.startsWith(base.pathname) ? url.pathname.slice(base.pathname.length) : "";
  return { path: below.split("/").filter(Boolean).map(decode), query: url.searchParams };
}

/** The address of a page, for links: `link(["runs", id], { tab: "metrics" })`. Empty values are omitted. */
export function link(
  path: readonly string[],
  query: Record<string, string | readonly string[] | null | undefined> = {},
): string {
  const url = new URL(path.map(encodeURIComponent).join("/"), root);
  for (const [key, value] of Object.entries(query)) setAll(url.searchParams, key, value);
  return url.pathname + url.search;
}

function setAll(query: URLSearchParams, key: string, value: string | readonly string[] | null | undefined): void {
  query.delete(key);
  for (const item of typeof value === "string" ? [value] : (value ?? [])) if (item !== "") query.append(key, item);
}

/** Opens an address of the portal. `replace`: without a new entry in the browser's history. */
export function go(href: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", href);
  moved.dispatchEvent(new Event("moved"));
  if (!replace) window.scrollTo(0, 0);
}

/** Changes parts of the address's query. `push`: adds an entry to the browser's history. */
export function setQuery(changes: Record<string, string | readonly string[] | null>, push = false): void {
  const url = new URL(location.href);
  for (const [key, value] of Object.entries(changes)) setAll(url.searchParams, key, value);
  history[push ? "pushState" : "replaceState"](null, "", url.pathname + url.search);
  moved.dispatchEvent(new Event("moved"));
}

/** The current route; the component is drawn again when it changes. */
export function useRoute(): Route {
  const [href, setHref] = useState(location.href);
  useEffect(() => {
    const update = (): void => setHref(location.href);
    moved.addEventListener("moved", update);
    window.addEventListener("popstate", update);
    return () => {
      moved.removeEventListener("moved", update);
      window.removeEventListener("popstate", update);
    };
  }, []);
  return useMemo(() => routeOf(new URL(href), root), [href]);
}

/** Follows links of the portal without loading the page again. Called once. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const anchor = (event.target as Element).closest?.("a");
    if (!anchor || anchor.hasAttribute("download") || anchor.target || anchor.origin !== root.origin) return;
    const url = new URL(anchor.href);
    if (!url.pathname.startsWith(root.pathname) || url.hash || url.pathname.startsWith(`${root.pathname}api/`)) return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
}
