// SPDX-License-Identifier: Apache-2.0
// The datastores and datasets of a workspace; the address of a dataset opens its own page.
import type { ComponentChildren } from "preact";
import { datasets, datastores } from "../api/data.ts";
import type { Dataset, Datastore, Workspace } from "../api/types.ts";
import { isoOf } from "../format/time.ts";
import { useAnswer } from "../live/answer.ts";
import { t } from "../text/text.ts";
import { Ago, Empty, ErrorNotice, Loading, Long } from "../ui/parts.tsx";
import { Table } from "../ui/table.tsx";
import { DatasetPage } from "./dataset.tsx";
import { dataAddress, mayRegister, Paths, tagsOf } from "./dataset_parts.tsx";
import type { PageProps } from "./props.ts";
import { usual, WorkspaceChooser, workspaceIn } from "./workspace.tsx";

export function Data({ route }: PageProps) {
  const workspace = workspaceIn(route.query) ?? usual;
  const id = route.path[1];
  return (
    <section class="page">
      {id === undefined ? <Lists workspace={workspace} query={route.query} /> : <DatasetPage {...{ id, workspace }} />}
    </section>
  );
}

function Lists({ workspace, query }: { workspace: Workspace; query: URLSearchParams }) {
  const found = useAnswer(
    `data ${JSON.stringify(workspace)}`,
    (signal) => Promise.all([datastores(workspace, signal), datasets(workspace, signal)]),
    mayRegister,
  );
  return (
    <>
      <div class="title">
        <h1>{t.nav.data}</h1>
        <WorkspaceChooser query={query} one />
      </div>
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      {!found.value && !found.error ? <Loading /> : null}
      {found.value ? (
        <>
          <section>
            <h2>{t.data.datasets}</h2>
            <Datasets all={found.value[1]} workspace={workspace} />
          </section>
          <section>
            <h2>{t.data.datastores}</h2>
            <Datastores all={found.value[0]} />
          </section>
        </>
      ) : null}
    </>
  );
}

function Datasets({ all, workspace }: { all: Dataset[]; workspace: Workspace }) {
  if (all.length === 0)
    return (
      <Empty title={t.data.none}>
        <p>{t.data.how}</p>
        <pre>{'dataset.register(ws, "titanic")\nrunyard dataset register titanic data/titanic.csv'}</pre>
      </Empty>
    );
  return (
    <div class="card">
      <Table
        label={t.data.datasets}
        rows={all}
        idOf={(dataset) => dataset.id}
        columns={[
          {
            title: t.field.name,
            cell: (dataset) => <Named name={<a href={dataAddress(workspace, dataset.id)}>{dataset.name}</a>} />,
          },
          { title: t.models.version, kind: "number", cell: (dataset) => dataset.version },
          { title: t.data.type, cell: (dataset) => dataset.type },
          { title: t.field.created, cell: (dataset) => <Ago iso={isoOf(dataset.created)} /> },
          { title: t.data.paths, cell: (dataset) => <Paths all={dataset.paths} most={3} /> },
          { title: t.details.description, cell: (dataset) => <Long text={dataset.description ?? ""} /> },
          { title: t.tags.title, cell: (dataset) => tagsOf(dataset.tags) },
        ]}
      />
    </div>
  );
}

function Datastores({ all }: { all: Datastore[] }) {
  return (
    <div class="card">
      <Table
        label={t.data.datastores}
        rows={all}
        idOf={(store) => store.name}
        columns={[
          {
            title: t.field.name,
            cell: (store) => <Named name={store.name} mark={store.default && t.data.isDefault} />,
          },
          { title: t.data.type, cell: (store) => store.type },
          {
            title: t.data.folder,
            cell: (store) => <Named name={<code>{store.path}</code>} mark={store.linked && t.data.linked} />,
          },
          { title: t.data.settings, cell: (store) => tagsOf(given(store.settings)) },
        ]}
      />
    </div>
  );
}

/** Without the settings that were not given. */
const given = (settings: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== false));

const Named = ({ name, mark }: { name: ComponentChildren; mark?: string | false }) => (
  <div class="named">
    {name} {mark ? <span class="tag">{mark}</span> : null}
  </div>
);
