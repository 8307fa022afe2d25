// SPDX-License-Identifier: Apache-2.0
// Files of runs: artifacts, logs and snapshots. Addresses are for links, images and downloads.
import { address, cut, fetchGood, get, split } from "./http.ts";
import type { RunFile, SourceFile } from "./types.ts";

export const driverLog = "azureml-logs/70_driver_log.txt";
export const environmentLog = "azureml-logs/20_environment_log.txt";

export const files = async (run: string, signal?: AbortSignal): Promise<RunFile[]> =>
  (await get<{ items: RunFile[] }>(address(["runs", run, "files"]), signal)).items;

export const fileAddress = (run: string, name: string): string => address(["runs", run, "files", split(name)]);
export const archiveAddress = (run: string): string => address(["runs", run, "archive"]);
export const snapshotAddress = (run: string): string => address(["runs", run, "snapshot"]);
export const sourceAddress = (run: string, path: string): string =>
  address(["runs", run, "snapshot", "files", split(path)]);

export const sources = async (run: string, signal?: AbortSignal): Promise<SourceFile[]> =>
  (await get<{ items: SourceFile[] }>(address(["runs", run, "snapshot", "files"]), signal)).items;

export interface Piece {
  offset: number;
  total: number;
  bytes: Uint8Array;
}

/**
 * Bytes [from, to) of a file, or less at its end; `from` below 0 asks for the last bytes, whatever `to` is. If no byte
 * is in that range, the piece is empty, and its `total` is `from`, or 0.
 */
export async function piece(url: string, from: number, to: number, signal?: AbortSignal): Promise<Piece> {
  const range = from < 0 ? `bytes=${from}` : `bytes=${from}-${to - 1}`;
  try {
    const response = await fetchGood(url, { headers: { Range: range }, signal: signal ?? null });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const [, offset, total] = /bytes (\d+)-\d+\/(\d+)/.exec(response.headers.get("content-range") ?? "") ?? [];
    return { offset: Number(offset ?? 0), total: Number(total ?? bytes.length), bytes };
  } catch (error) {
    if ((error as { status?: number }).status === 416)
      return { offset: Math.max(0, from), total: Math.max(0, from), bytes: new Uint8Array() };
    throw error;
  }
}

/** The bytes of a file from `offset` on, as they arrive. */
export async function* stream(url: string, offset: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* bodyOf(await fetchGood(url, { headers: offset ? { Range: `bytes=${offset}-` } : {}, signal }), signal);
}

/** The log of a run from `offset` on, as it grows, until the run has ended. */
export async function* follow(run: string, offset: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* bodyOf(await fetchGood(address(["runs", run, "log"], { follow: 1, offset }), { signal }), signal);
}

/** The body of a response, as it arrives. Throws cut() if it breaks off. */
async function* bodyOf(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (;;) {
    const read = await reader?.read().catch((error: unknown) => Promise.reject(signal.aborted ? error : cut()));
    if (!read || read.done) return;
    yield read.value;
  }
}

/** A whole file as text; null when it is larger than `limit` bytes. */
export async function text(url: string, limit: number, signal?: AbortSignal): Promise<string | null> {
  const { total, bytes } = await piece(url, 0, limit, signal);
  return total > limit ? null : new TextDecoder().decode(bytes);
}

/** The offset in the log, in bytes, that the run had reached at a time. */
export async function offsetAt(run: string, time: string, signal?: AbortSignal): Promise<number> {
  const found = await get<{ items: { offset: number }[] }>(
    address(["runs", run, "log", "times"], { at: time }),
    signal,
  );
  return found.items[0]?.offset ?? 0;
}

/** When the bytes between `from` and `to` of the log were written. */
export const logTimes = async (
  run: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<{ offset: number; time: string }[]> =>
  (
    await get<{ items: { offset: number; time: string }[] }>(
      address(["runs", run, "log", "times"], { from, to }),
      signal,
    )
  ).items;
