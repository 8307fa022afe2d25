// SPDX-License-Identifier: Apache-2.0
// Registered models: the list, and one of them with its files when the address names it.
import type { Model } from "../api/types.ts";
import { model, modelFile, models } from "../api/yard.ts";
import { bytes } from "../format/number.ts";
import { useAnswer } from "../live/answer.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { Ago, Empty, isMissing, Loading, Moment, Oops, Tag } from "../ui/parts.tsx";
import { Table } from "../ui/table.tsx";
import type { PageProps } from "./props.ts";

export function Models({ place }: PageProps) {
  const number = place.path[1];
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
      {found.error ? <Oops error={found.error} again={found.again} /> : null}
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
            idOf={(each) => each.number}
            columns={[
              { title: t.field.name, cell: (each) => <a href={link(["models", String(each.number)])}>{each.name}</a> },
              { title: t.models.version, kind: "number", cell: (each) => each.version },
              { title: t.models.size, kind: "number", cell: (each) => bytes(each.size) },
              { title: t.field.created, cell: (each) => <Ago iso={each.created} /> },
              {
                title: t.models.run,
                cell: (each) => (each.run ? <a href={link(["runs", each.run])}>{each.run}</a> : "–"),
              },
              { title: t.tags.title, cell: (each) => <Tags of={each} /> },
            ]}
          />
        </div>
      ) : null}
    </>
  );
}

function One({ number }: { number: string }) {
  const found = useAnswer(number, (signal) => model(number, signal));
  const each = found.value;
  return (
    <>
      <div class="title">
        <h1>
          <a class="up" href={link(["models"])}>
            {t.nav.models}
          </a>{" "}
          {each?.name ?? number} <span class="soft">{each?.version}</span>
        </h1>
      </div>
      {isMissing(found.error) ? (
        <Empty title={t.models.gone(number)} />
      ) : found.error ? (
        <Oops error={found.error} again={found.again} />
      ) : null}
      {!each && !found.error ? <Loading /> : null}
      {each ? (
        <section class="card part">
          <dl>
            <dt>{t.field.created}</dt>
            <dd>
              <Moment iso={each.created} />
            </dd>
            <dt>{t.models.run}</dt>
            <dd>{each.run ? <a href={link(["runs", each.run])}>{each.run}</a> : "–"}</dd>
            <dt>{t.details.description}</dt>
            <dd>{each.description ?? "–"}</dd>
            {each.framework ? (
              <>
                <dt>{t.models.framework}</dt>
                <dd>
                  {each.framework} {each.framework_version ?? ""}
                </dd>
              </>
            ) : null}
            <dt>{t.tags.title}</dt>
            <dd>
              <Tags of={each} />
            </dd>
            {Object.entries(each.properties).map(([key, value]) => (
              <>
                <dt>{key}</dt>
                <dd>{value}</dd>
              </>
            ))}
            <dt>{t.details.files}</dt>
            <dd>
              <ul class="plain">
                {each.files.map((file) => (
                  <li>
                    <a download href={modelFile(each, file.path)}>
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
