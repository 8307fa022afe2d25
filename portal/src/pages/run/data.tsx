// SPDX-License-Identifier: Apache-2.0
// The datasets that a run has as inputs and outputs, with links to their pages.
import type { ComponentChildren } from "preact";
import { datasetsOfRun } from "../../api/data.ts";
import type { NamedDataset, Run } from "../../api/types.ts";
import { ofRun, useAnswer } from "../../live/answer.ts";
import { t } from "../../text/text.ts";
import { Facts, Part } from "../../ui/facts.tsx";
import { ErrorNotice } from "../../ui/parts.tsx";
import { DatasetLink } from "../dataset_parts.tsx";

/** Whether the client said that the run has some: other runs are not asked about. */
const hasDatasets = (run: Run): boolean =>
  ["RUNYARD_INPUTS", "RUNYARD_OUTPUTS"].some((name) => Object.hasOwn(run.environment ?? {}, name));

export function RunData({ run }: { run: Run }) {
  const found = useAnswer(
    hasDatasets(run) ? `datasets of ${run.id}` : null,
    (signal) => datasetsOfRun(run.id, signal),
    ofRun(run.id, "state"),
  );
  if (found.error) return <ErrorNotice error={found.error} again={found.again} />;
  if (!found.value) return null;
  const rowsOf = (all: NamedDataset[], none: string): [string, ComponentChildren][] =>
    all.map(({ name, mode, dataset }) => [
      name,
      <>
        {dataset ? <DatasetLink dataset={dataset} workspace={run.workspace} /> : none} <span class="soft">{mode}</span>
      </>,
    ]);
  const { inputs, outputs } = found.value;
  return (
    <>
      {inputs.length ? (
        <Part title={t.data.inputs}>
          <Facts rows={rowsOf(inputs, t.data.removed)} />
        </Part>
      ) : null}
      {outputs.length ? (
        <Part title={t.data.outputs}>
          <Facts rows={rowsOf(outputs, t.data.unnamed)} />
        </Part>
      ) : null}
    </>
  );
}
