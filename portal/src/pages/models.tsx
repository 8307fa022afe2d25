// SPDX-License-Identifier: Apache-2.0
// Registered models: the list, and one of them with its files when the address names it.

import { model, modelFile, models } from "../api/daemon.ts";
import type { Model } from "../api/types.ts";
import { bytes } from "../format/number.ts";
import { useAnswer } from "../live/answer.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { Ago, Empty, ErrorNotice, isMissing, Loading, Moment, Tag } from "../ui/parts.tsx";
import { Table } from "../ui/table.tsx";
import type { PageProps } from "./props.ts";

export function Models({ route }: PageProps) {
  const number = route.path[1];
  return <section class="page">{number === undefined ? <List /> : <One number={number} />}</section>;
}

const Tags = ({ of }: { of: Pick<Model, "tags"> }) => (
  <>
    {Object.entries(of.tags).map(([key, value]) => (
      <Tag name={key} value={value} />
    ))}
  </>
);

function List() {
  const found = useAnswer("models", models, (change) => change.run === null || change.what.includes("run"));
  return (
    <>
      <div class="title">
        <h1>{t.nav.models}</h1>
      </div>
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      {!found.value && !found.error ? <Loading /> : null}
      {found.value?.length === 0 ? (
        <Empty title={t.models.none}>
          <p>{t.models.how}</p>
          <pre>run.register_model("ridge", model_path="outputs/ridge.pkl")</pre>
        </Empty>
      ) : null}
      {found.value?.length ? (
        <div class="card">
          <Table
            label={t.nav.models}
            rows={found.value}
            idOf={(model) => model.number}
            columns={[
              {
                title: t.field.name,
                cell: (model) => <a href={link(["models", String(model.number)])}>{model.name}</a>,
              },
              { title: t.models.version, kind: "number", cell: (model) => model.version },
              { title: t.models.size, kind: "number", cell: (model) => bytes(model.size) },
              { title: t.field.created, cell: (model) => <Ago iso={model.created} /> },
              {
                title: t.models.run,
                cell: (model) => (model.run ? <a href={link(["runs", model.run])}>{model.run}</a> : "–"),
              },
              { title: t.tags.title, cell: (model) => <Tags of={model} /> },
            ]}
          />
        </div>
      ) : null}
    </>
  );
}

function One({ number }: { number: string }) {
  const found = useAnswer(number, (signal) => model(number, signal));
  const shown = found.value;
  return (
    <>
      <div class="title">
        <h1>
          <a class="up" href={link(["models"])}>
            {t.nav.models}
          </a>{" "}
          {shown?.name ?? number} <span class="soft">{shown?.version}</span>
        </h1>
      </div>
      {isMissing(found.error) ? (
        <Empty title={t.models.gone(number)} />
      ) : found.error ? (
        <ErrorNotice error={found.error} again={found.again} />
      ) : null}
      {!shown && !found.error ? <Loading /> : null}
      {shown ? (
        <section class="card part">
          <dl>
            <dt>{t.field.created}</dt>
            <dd>
              <Moment iso={shown.created} />
            </dd>
            <dt>{t.models.run}</dt>
            <dd>{shown.run ? <a href={link(["runs", shown.run])}>{shown.run}</a> : "–"}</dd>
            <dt>{t.details.description}</dt>
            <dd>{shown.description ?? "–"}</dd>
            {shown.framework ? (
              <>
                <dt>{t.models.framework}</dt>
                <dd>
                  {shown.framework} {shown.framework_version ?? ""}
                </dd>
              </>
            ) : null}
            <dt>{t.tags.title}</dt>
            <dd>
              <Tags of={shown} />
            </dd>
            {Object.entries(shown.properties).map(([key, value]) => (
              <>
                <dt>{key}</dt>
                <dd>{value}</dd>
              </>
            ))}
            <dt>{t.details.files}</dt>
            <dd>
              <ul class="plain">
                {shown.files.map((file) => (
                  <li>
                    <a download href={modelFile(shown, file.path)}>
                      {file.path}
                    </a>{" "}
                    <span class="soft">{bytes(file.size)}</span>
                  </li>
                ))}
              </ul>
            </dd>
          </dl>
        </section>
      ) : null}
    </>
  );
}
