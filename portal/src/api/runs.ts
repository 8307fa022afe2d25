// SPDX-License-Identifier: Apache-2.0
// Runs: lists, single runs, and requests that change a run.
import { address, get, post } from "./http.ts";
import type { Run, RunPage, Status, Workspace } from "./types.ts";

export interface RunQuery {
  workspace?: Workspace | null;
  experiment?: string;
  parent?: string;
  status?: readonly Status[];
  children?: boolean;
  filter?: string;
  sort?: string;
  column?: readonly string[];
  counts?: boolean;
  limit?: number;
  cursor?: string | null;
  skip?: number;
}

/** The part of a query that names a workspace. */
export const inWorkspace = (workspace?: Workspace | null) =>
  workspace
    ? {
        subscription_id: workspace.subscription_id,
        resource_group: workspace.resource_group,
        workspace: workspace.name,
      }
    : {};

export const runs = ({ workspace, ...query }: RunQuery, signal?: AbortSignal): Promise<RunPage> => {
  const filled = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== "" && value !== undefined));
  return get(address(["runs"], { ...inWorkspace(workspace), ...filled }), signal);
};

/** All runs of a query, from all pages of the answer. */
export async function allRuns(query: RunQuery, signal?: AbortSignal): Promise<Run[]> {
  const found: Run[] = [];
  let cursor: string | null = null;
  do {
    const page: RunPage = await runs({ ...query, limit: 1000, cursor }, signal);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

export const run = (id: string, signal?: AbortSignal): Promise<Run> => get(address(["runs", id]), signal);

/** Several runs by id, in the order of the request; runs that are gone are skipped. */
export async function runsById(ids: readonly string[], signal?: AbortSignal): Promise<Run[]> {
  const found = await Promise.all(
    ids.map((id) =>
      run(id, signal).catch((error: unknown) => {
        if ((error as { status?: number }).status === 404) return null;
        throw error;
      }),
    ),
  );
  return found.filter((item) => item !== null);
}

/** A unique id. Behind a proxy without TLS, browsers have no crypto.randomUUID(). */
const newId = (): string => `portal-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;

export const cancel = (id: string): Promise<Run> => post(address(["runs", id, "cancel"]));
export const resubmit = (id: string): Promise<Run> =>
  post(address(["runs", id, "resubmit"]), { submission_id: newId() });

interface Added {
  accepted: number;
  rejected: { line: number; why: string }[];
}

/** Adds one line of the metric line protocol to a run; throws the daemon's reason if it rejects the line. */
async function addLine(id: string, line: Record<string, unknown>): Promise<void> {
  const text = `${JSON.stringify({ ...line, t: Date.now() / 1000 })}\n`;
  const added = await post<Added>(address(["runs", id, "lines"]), text, "application/x-ndjson");
  if (added.rejected[0]) throw new Error(added.rejected[0].why);
}

export const setTag = (id: string, name: string, value: string | null) => addLine(id, { k: "tag", n: name, v: value });
export const removeTag = (id: string, name: string) => addLine(id, { k: "untag", n: name });
export const rename = (id: string, name: string) => addLine(id, { k: "display_name", n: "display_name", v: name });
export const describe = (id: string, text: string) => addLine(id, { k: "description", n: "description", v: text });

export type NameKind = "metric" | "tag" | "property" | "argument";

/** Names in use that contain `part`, those that begin with it first. */
export const names = (
  experiment: string | undefined,
  kind: NameKind,
  part: string,
  signal?: AbortSignal,
): Promise<{ items: string[]; more: boolean }> =>
  get(address(["names"], { experiment: experiment || undefined, kind, part, limit: 50 }), signal);
