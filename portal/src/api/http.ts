// SPDX-License-Identifier: Apache-2.0
// Asking the daemon. Only this folder spells addresses of its API; everything in them is relative to the page's base.

/** Where the portal lies, whatever a proxy put before it; taken once, because the address of the page changes. */
export const root = new URL(".", document.baseURI);

/** A refusal in the daemon's own words; `status` 0: there was no answer at all. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(status: number, code: string, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

const unreachable = (): Problem => new Problem(0, "unreachable", "");

/** An answer that began and broke off. */
export const cut = (): Problem => new Problem(0, "cut", "");
export const isCut = (error: unknown): boolean => error instanceof Problem && error.code === "cut";

export type Query = Record<string, string | number | boolean | null | undefined | readonly string[]>;

let behind = 0;

/** The daemon's time now, in milliseconds since 1970: this machine's clock, put right by the answers' dates. */
export const now = (): number => Date.now() - behind;

function learnClock(response: Response): void {
  const date = Date.parse(response.headers.get("date") ?? "");
  // A date has whole seconds: on average half a second has passed since.
  if (!Number.isNaN(date)) behind = Math.abs(Date.now() - date - 500) < 1500 ? 0 : Date.now() - date - 500;
}

function queryText(query: Query): string {
  const all = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value])
      all.append(key, item === true ? "1" : item === false ? "0" : String(item));
  }
  const text = all.toString();
  return text && `?${text}`;
}

/** The address of a resource: segments, and names that hold several (see `split`). */
export function address(parts: readonly (string | readonly string[])[], query: Query = {}): string {
  const segments = parts.flat().map(encodeURIComponent);
  return new URL(`api/v1/${segments.join("/")}${queryText(query)}`, root).href;
}

/** The parts of a file's name, for `address`. */
export const split = (name: string): string[] => name.split("/");

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; details?: Record<string, unknown> };
    };
    return new Problem(response.status, error.code, error.message, error.details);
  } catch {
    // A page of a proxy; the statuses of a gateway mean that the daemon behind it does not answer.
    return [502, 503, 504].includes(response.status)
      ? unreachable()
      : new Problem(response.status, "unknown", `${response.status} ${response.statusText}`);
  }
}

/** A successful response. Throws Problem when the status is an error or no answer came; an aborted request throws as fetch does. */
export async function fetchGood(url: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { cache: "no-cache", ...options });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable();
  }
  learnClock(response);
  if (!response.ok) throw await problemOf(response);
  return response;
}

const special: Record<string, number> = { nan: NaN, inf: Infinity, "-inf": -Infinity };

const revive = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === "object" && "$" in value ? special[String(value.$)] : value;

/** JSON with the numbers that JSON cannot say. */
export const parse = (text: string): unknown => (text.includes('{"$":') ? JSON.parse(text, revive) : JSON.parse(text));

export async function get<T>(url: string, signal?: AbortSignal | null): Promise<T> {
  const response = await fetchGood(url, { signal: signal ?? null });
  return parse(await response.text()) as T;
}

/** A request that changes something. */
export async function post<T>(url: string, body: unknown = {}, type = "application/json"): Promise<T> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetchGood(url, { method: "POST", headers: { "Content-Type": type }, body: text });
  return parse(await response.text()) as T;
}
