// SPDX-License-Identifier: Apache-2.0
// What the pages of the data share: links to datasets, their paths, and names with values.
import type { Dataset, Workspace } from "../api/types.ts";
import type { Change } from "../live/stream.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { Long, Tag } from "../ui/parts.tsx";
import { isUsual, queryOf } from "./workspace.tsx";

/** Registering data makes no change of its own, but is often a part of a run that begins or ends. */
export const mayRegister = ({ what }: Change): boolean => what.includes("state") || what.includes("run");

/** The page of a dataset; without an id, of all data. */
export const dataAddress = (workspace: Workspace, ...id: string[]): string =>
  link(["data", ...id], isUsual(workspace) ? {} : queryOf(workspace));

/** By its name and version; one without a name by its first path. */
export const DatasetLink = ({ dataset, workspace }: { dataset: Dataset; workspace: Workspace }) => (
  <a href={dataAddress(workspace, dataset.id)}>
    {dataset.name === null ? (dataset.paths[0] ?? dataset.id) : `${dataset.name} ${dataset.version}`}
  </a>
);

/** The first `most` paths, and how many there are besides. */
export const Paths = ({ all, most }: { all: string[]; most: number }) => (
  <>
    {all.slice(0, most).map((path) => (
      <code class="line">
        <Long text={path} />
      </code>
    ))}
    {all.length > most ? <span class="soft">{t.data.morePaths(all.length - most)}</span> : null}
  </>
);

/** Text as it is; one sign, as a separator, and other values as JSON. */
const shown = (value: unknown): string =>
  typeof value === "string" && !/^\W$/.test(value) ? value : JSON.stringify(value);

/** Names and values as tags; null where there are none. */
export const tagsOf = (pairs: Record<string, unknown>) =>
  Object.keys(pairs).length === 0 ? null : (
    <div class="pairs">
      {Object.entries(pairs).map(([name, value]) => (
        <Tag name={name} value={value === null ? null : shown(value)} />
      ))}
    </div>
  );
