// SPDX-License-Identifier: Apache-2.0
// Which runs a page is about, in the address: the workspace, where there are several, and whether child runs are among them.

import { workspaces } from "../api/daemon.ts";
import type { Workspace } from "../api/types.ts";
import { useAnswer } from "../live/answer.ts";
import { setQuery } from "../router.ts";
import { t } from "../text/text.ts";

/** The workspace of clients that name none. */
export const usual: Workspace = { subscription_id: "local", resource_group: "local", name: "default" };

/** Null: all workspaces. */
export function workspaceIn(query: URLSearchParams): Workspace | null {
  const name = query.get("workspace");
  if (name === null) return null;
  return { name, subscription_id: query.get("subscription") ?? "local", resource_group: query.get("group") ?? "local" };
}

/** The query that names a workspace. */
export const queryOf = (workspace: Workspace | null): Record<string, string | null> => ({
  workspace: workspace?.name ?? null,
  subscription: workspace && workspace.subscription_id !== "local" ? workspace.subscription_id : null,
  group: workspace && workspace.resource_group !== "local" ? workspace.resource_group : null,
});

export const same = (a: Workspace, b: Workspace): boolean =>
  a.name === b.name && a.subscription_id === b.subscription_id && a.resource_group === b.resource_group;

export const isUsual = (workspace: Workspace): boolean => same(workspace, usual);

/** Whether lists and counts have child runs in them. */
export const childrenIn = (query: URLSearchParams): boolean => query.get("children") === "1";

export const ChildrenSwitch = ({ query }: { query: URLSearchParams }) => (
  <label>
    <input
      type="checkbox"
      checked={childrenIn(query)}
      onChange={(event) => setQuery({ children: event.currentTarget.checked ? "1" : null })}
    />{" "}
    {t.runs.withChildren}
  </label>
);

/** `one`: the page is about one workspace at a time, the usual one where the address names none. */
export function WorkspaceChooser({ query, one = false }: { query: URLSearchParams; one?: boolean }) {
  const { value: all = [] } = useAnswer("workspaces", workspaces);
  const current = workspaceIn(query) ?? (one ? usual : null);
  if (all.length < 2 && (current === null || one)) return null;
  const chosen = current ? all.findIndex((workspace) => same(workspace, current)) : -1;
  return (
    <select
      aria-label={t.workspace.label}
      value={chosen}
      onChange={(event) => setQuery(queryOf(all[Number(event.currentTarget.value)] ?? null), true)}
    >
      {one ? null : <option value={-1}>{t.workspace.all}</option>}
      {all.map((workspace, i) => (
        <option value={i}>
          {workspace.name}
          {workspace.resource_group === "local" ? "" : ` (${workspace.resource_group})`}
        </option>
      ))}
    </select>
  );
}
