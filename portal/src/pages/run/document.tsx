// SPDX-License-Identifier: Apache-2.0
// A metric that is a JSON document: a figure where its schema is known and it holds what it should, else a link to its file.
import type { ComponentChild } from "preact";
import { useMemo } from "preact/hooks";
import { fileAddress, text } from "../../api/files.ts";
import type { FileMetric, Run } from "../../api/types.ts";
import { Confusion, matrixOf } from "../../charts/confusion.tsx";
import { AccuracyChart, PredictionsChart, ResidualsChart } from "../../charts/document_charts.tsx";
import { accuracyTableOf, binsOf, predictionsOf } from "../../charts/documents.ts";
import { parseLoosely } from "../../format/json.ts";
import { useAnswer } from "../../live/answer.ts";
import { link } from "../../router.ts";
import { ErrorNotice } from "../../ui/parts.tsx";

const most = 5_000_000; // bytes

/** A figure out of a document, or null. */
type Draw = (name: string, document: unknown) => ComponentChild;

const figure =
  <T,>(read: (document: unknown) => T | null, draw: (name: string, found: T) => ComponentChild): Draw =>
  (name, document) => {
    const found = read(document);
    return found === null ? null : draw(name, found);
  };

const figures: Record<string, Draw> = {
  confusion_matrix: figure(matrixOf, (name, matrix) => <Confusion name={name} matrix={matrix} />),
  accuracy_table: figure(accuracyTableOf, (name, table) => <AccuracyChart name={name} table={table} />),
  residuals: figure(binsOf, (name, bins) => <ResidualsChart name={name} bins={bins} />),
  predictions: figure(predictionsOf, (name, predictions) => <PredictionsChart name={name} predictions={predictions} />),
};

export function Document({ run, metric }: { run: Run; metric: FileMetric }) {
  const file = metric.values.at(-1) ?? metric.name;
  const found = useAnswer(`${run.id} ${file}`, (signal) => text(fileAddress(run.id, file), most, signal));
  const drawn = useMemo(
    () => (found.value ? figures[metric.schema ?? ""]?.(metric.name, parseLoosely(found.value)) : null),
    [found.value, metric.schema],
  );
  if (drawn) return <>{drawn}</>;
  return (
    <div class="chart card">
      <div class="caption">
        <strong>{metric.name}</strong> <span class="soft">{metric.schema}</span>
      </div>
      {found.error ? (
        <ErrorNotice error={found.error} />
      ) : (
        <p class="caption">
          <a href={link(["runs", run.id], { tab: "files", file })}>{file}</a>
        </p>
      )}
    </div>
  );
}
