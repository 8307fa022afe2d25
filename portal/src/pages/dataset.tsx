// SPDX-License-Identifier: Apache-2.0
// A dataset: its versions and definition, the runs that made and used it, and a look at its files.
import { dataset, datasetPreview } from "../api/data.ts";
import type { DatasetInfo, DatasetPreview, DatasetUse, TextPreview, Workspace } from "../api/types.ts";
import { bytes } from "../format/number.ts";
import { isoOf } from "../format/time.ts";
import { useAnswer } from "../live/answer.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { CsvTable } from "../ui/csv_table.tsx";
import { Facts, Part } from "../ui/facts.tsx";
import { Ago, Empty, ErrorNotice, isMissing, Loading, Long, Moment, StatusWord } from "../ui/parts.tsx";
import { Table } from "../ui/table.tsx";
import { dataAddress, mayRegister, Paths, tagsOf } from "./dataset_parts.tsx";

interface Props {
  id: string;
  workspace: Workspace;
}

export function DatasetPage({ id, workspace }: Props) {
  const found = useAnswer(
    `dataset ${id} ${JSON.stringify(workspace)}`,
    (signal) => dataset(id, workspace, signal),
    mayRegister,
  );
  const shown = found.value;
  return (
    <>
      <div class="title">
        <h1>
          <a class="up" href={dataAddress(workspace)}>
            {t.nav.data}
          </a>{" "}
          {shown ? (shown.name ?? t.data.noName) : id} <span class="soft">{shown?.version}</span>
        </h1>
      </div>
      {isMissing(found.error) ? (
        <Empty title={t.data.gone(id)} />
      ) : found.error ? (
        <ErrorNotice error={found.error} again={found.again} />
      ) : null}
      {!shown && !found.error ? <Loading /> : null}
      {shown ? (
        <div class="details">
          <Definition of={shown} workspace={workspace} />
          <Uses title={t.data.madeBy} column={t.data.asOutput} none={t.data.noMaker} all={shown.made_by} />
          <Uses title={t.data.usedBy} column={t.data.asInput} none={t.data.noUser} all={shown.used_by} />
          <Preview of={shown} workspace={workspace} />
        </div>
      ) : null}
    </>
  );
}

function Definition({ of, workspace }: { of: DatasetInfo; workspace: Workspace }) {
  const options = Object.fromEntries(Object.entries(of.options).filter(([, value]) => JSON.stringify(value) !== "{}"));
  return (
    <Part title={t.data.definition} wide>
      <Facts
        rows={[
          [t.data.type, of.type],
          [t.field.created, of.created === null ? null : <Moment iso={isoOf(of.created)} />],
          [t.details.description, of.description === null ? null : <Long text={of.description} most={1000} />],
          [t.tags.title, tagsOf(of.tags)],
          [t.data.versions, of.version === null ? null : <Versions of={of} workspace={workspace} />],
          [t.data.paths, <Paths all={of.paths} most={20} />],
          [t.data.options, tagsOf(options)],
          [
            t.data.steps,
            of.steps.length ? of.steps.map((step) => <code class="line">{JSON.stringify(step)}</code>) : null,
          ],
          [t.field.id, <code>{of.id}</code>],
        ]}
      />
    </Part>
  );
}

const Versions = ({ of, workspace }: { of: DatasetInfo; workspace: Workspace }) => (
  <nav class="row" aria-label={t.data.versions}>
    {of.versions.map(({ id, version }) =>
      id === of.id ? <b aria-current="page">{version}</b> : <a href={dataAddress(workspace, id)}>{version}</a>,
    )}
    {of.versions.some(({ id }) => id === of.id) ? null : <span class="soft">{t.data.unregistered}</span>}
  </nav>
);

/** So many does the daemon name. */
const mostRuns = 1000;

interface UsesProps {
  title: string;
  column: string;
  none: string;
  all: DatasetUse[];
}

const Uses = ({ title, column, none, all }: UsesProps) => (
  <Part title={title} wide>
    {all.length === 0 ? (
      <p class="soft">{none}</p>
    ) : (
      <Table
        tall
        label={title}
        rows={all}
        idOf={(use) => `${use.run} ${use.name}`}
        columns={[
          { title: t.models.run, cell: (use) => <a href={link(["runs", use.run])}>{use.run}</a> },
          { title: t.field.experiment, cell: (use) => use.experiment },
          { title: t.field.status, cell: (use) => <StatusWord status={use.status} /> },
          { title: t.field.created, cell: (use) => <Ago iso={use.created} /> },
          { title: column, cell: (use) => use.name },
          { title: t.data.mode, cell: (use) => use.mode },
        ]}
      />
    )}
    {all.length >= mostRuns ? <p class="soft">{t.data.newestRuns(mostRuns)}</p> : null}
  </Part>
);

interface Form {
  separator: string;
  header: boolean;
}

/** How its files are tables of text; null: they are none. */
export const formOf = ({ type, options }: Pick<DatasetInfo, "type" | "options">): Form | null =>
  type === "tabular" && options.format === "delimited" && String(options.separator).length === 1
    ? { separator: String(options.separator), header: options.header !== "NO_HEADERS" }
    : null;

function Preview({ of, workspace }: { of: DatasetInfo; workspace: Workspace }) {
  const found = useAnswer(`preview ${of.id} ${JSON.stringify(workspace)}`, (signal) =>
    datasetPreview(of.id, workspace, signal),
  );
  return (
    <Part title={t.details.files} wide>
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      {!found.value && !found.error ? <Loading /> : null}
      {found.value ? <Files of={found.value} form={formOf(of)} steps={of.steps.length > 0} /> : null}
    </Part>
  );
}

function Files({ of: { files, more, text }, form, steps }: { of: DatasetPreview; form: Form | null; steps: boolean }) {
  if (files.length === 0) return <p class="soft">{t.data.noFiles}</p>;
  return (
    <>
      <Table
        tall
        label={t.details.files}
        rows={files}
        idOf={(file) => file.path}
        columns={[
          { title: t.data.path, cell: ({ path }) => <code>{path}</code> },
          { title: t.models.size, kind: "number", cell: ({ size }) => bytes(size) },
        ]}
      />
      {more ? <p class="soft">{t.data.moreFiles(files.length)}</p> : null}
      {text?.content ? <Beginning of={text} form={form} steps={steps} /> : null}
    </>
  );
}

const Beginning = ({ of, form, steps }: { of: TextPreview; form: Form | null; steps: boolean }) => (
  <>
    <h3>{of.cut ? t.data.beginning(of.path) : of.path}</h3>
    {steps ? <p class="soft">{t.data.beforeSteps}</p> : null}
    {form ? <CsvTable text={of.content} name={of.path} {...form} /> : <pre class="text">{of.content}</pre>}
  </>
);
