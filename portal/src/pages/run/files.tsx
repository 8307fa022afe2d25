// SPDX-License-Identifier: Apache-2.0
// Outputs and logs of a run: a tree of its files, and the one that the address names.
import { archiveAddress, driverLog, environmentLog, fileAddress, files } from "../../api/files.ts";
import type { RunFile } from "../../api/types.ts";
import { ofRun, useAnswer } from "../../live/answer.ts";
import { LogView } from "../../log/log_view.tsx";
import { link } from "../../router.ts";
import { t } from "../../text/text.ts";
import { Empty, ErrorNotice, isFinal, Loading } from "../../ui/parts.tsx";
import type { TabProps } from "../props.ts";
import { Preview } from "./preview.tsx";
import { Tree } from "./tree.tsx";

export function Files({ run, query }: TabProps) {
  const found = useAnswer(run.id, (signal) => files(run.id, signal), ofRun(run.id, "files", "state"));
  if (!found.value) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  const all = found.value;
  if (all.length === 0)
    return (
      <Empty title={t.files.none}>
        <p>{t.files.how}</p>
      </Empty>
    );
  const log = run.started ? driverLog : environmentLog; // the driver's log is empty until the program starts
  const name = query.get("file") ?? all.find((file) => file.name === log)?.name ?? all[0]!.name;
  const file = all.find((file) => file.name === name);
  const at = query.get("at");
  return (
    <div class="split">
      <aside>
        <Tree
          label={t.tabs.files}
          items={all.map((file) => ({ path: file.name, size: file.size }))}
          current={name}
          href={(path) => link(["runs", run.id], { tab: "files", file: path })}
        />
        <a class="button" download href={archiveAddress(run.id)}>
          {t.files.allAsZip}
        </a>
      </aside>
      <div class="shown">
        {file ? (
          <Shown
            key={file.name}
            run={run.id}
            file={file}
            live={!isFinal(run.status)}
            at={at === null || !/^\d+$/.test(at) ? null : Number(at)}
          />
        ) : (
          <Empty title={t.files.gone(name)} />
        )}
      </div>
    </div>
  );
}

function Shown({ run, file, live, at }: { run: string; file: RunFile; live: boolean; at: number | null }) {
  if (file.kind !== "artifact") return <LogView run={run} name={file.name} live={live} at={at} />;
  return (
    <Preview
      url={fileAddress(run, file.name)}
      name={file.name}
      size={file.size}
      log={() => <LogView run={run} name={file.name} live={false} at={at} />}
    />
  );
}
