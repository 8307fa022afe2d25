// SPDX-License-Identifier: Apache-2.0
// The snapshot that a run ran from: browse it, read it, and see what differs from the snapshot of another run.
import { useState } from "preact/hooks";
import { snapshotAddress, sourceAddress, sources } from "../../api/files.ts";
import { runs } from "../../api/runs.ts";
import type { Run } from "../../api/types.ts";
import { bytes } from "../../format/number.ts";
import { useAnswer } from "../../live/answer.ts";
import { link, setQuery } from "../../router.ts";
import { t } from "../../text/text.ts";
import { Empty, ErrorNotice, Loading, labelOf } from "../../ui/parts.tsx";
import type { TabProps } from "../props.ts";
import { SourceDiff } from "../source_diff.tsx";
import { SourceText } from "../source_text.tsx";
import { Tree } from "./tree.tsx";

export function Source({ run, query }: TabProps) {
  const versus = query.get("versus");
  if (!run.snapshot)
    return (
      <Empty title={t.source.none}>
        <p>{t.source.why}</p>
      </Empty>
    );
  return (
    <div class="source">
      <div class="row bar">
        <span>{t.details.filesAndBytes(run.snapshot.files, bytes(run.snapshot.bytes))}</span>
        <a class="button" download href={snapshotAddress(run.id)}>
          {t.source.asZip}
        </a>
        <VersusChooser run={run} current={versus} />
      </div>
      {run.snapshot.left_out ? <p class="notice">{run.snapshot.left_out}</p> : null}
      {versus ? <SourceDiff older={versus} newer={run.id} /> : <Browse run={run} query={query} />}
    </div>
  );
}

function VersusChooser({ run, current }: { run: Run; current: string | null }) {
  const others = useAnswer(run.experiment, (signal) =>
    runs({ experiment: run.experiment, workspace: run.workspace, limit: 50 }, signal),
  );
  const shown = (others.value?.items ?? []).filter((other) => other.id !== run.id && other.snapshot);
  return (
    <label>
      {t.source.versus}{" "}
      <select value={current ?? ""} onChange={(event) => setQuery({ versus: event.currentTarget.value || null })}>
        <option value="">{t.source.noOther}</option>
        {shown.map((other) => (
          <option value={other.id}>
            {labelOf(other)}
            {other.snapshot?.digest === run.snapshot?.digest ? ` (${t.source.same})` : ""}
          </option>
        ))}
      </select>
    </label>
  );
}

function Browse({ run, query }: TabProps) {
  const found = useAnswer(run.snapshot!.digest, (signal) => sources(run.id, signal));
  const [first] = useState(query.get("file"));
  if (!found.value) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  const all = found.value.filter((entry) => entry.type !== "dir");
  const name = query.get("file") ?? first ?? (typeof run.script === "string" ? run.script : null) ?? all[0]?.path ?? "";
  const file = all.find((entry) => entry.path === name);
  return (
    <div class="split">
      <aside>
        <Tree
          label={t.tabs.source}
          items={all.map((entry) => ({
            path: entry.path,
            size: entry.size,
            note: entry.type === "link" ? `→ ${entry.target ?? ""}` : undefined,
          }))}
          current={name}
          href={(path) => link(["runs", run.id], { tab: "source", file: path })}
        />
      </aside>
      <div class="shown">
        {file?.type === "file" ? (
          <SourceText key={name} url={sourceAddress(run.id, name)} name={name} size={file.size} />
        ) : (
          <Empty title={t.source.choose} />
        )}
      </div>
    </div>
  );
}
