// SPDX-License-Identifier: Apache-2.0
// Images of a run: one row a name, by step, beside the same image of another run when the address names one.

import { useState } from "preact/hooks";
import { fileAddress } from "../../api/files.ts";
import { metricsOf } from "../../api/metrics.ts";
import { run as askRun, runs } from "../../api/runs.ts";
import type { FileMetric, Metric, Run } from "../../api/types.ts";
import { ofRun, useAnswer } from "../../live/answer.ts";
import { setQuery } from "../../router.ts";
import { t } from "../../text/text.ts";
import { Empty, ErrorNotice, Loading, labelOf } from "../../ui/parts.tsx";
import type { TabProps } from "../props.ts";

const isImage = (metric: Metric): metric is FileMetric => metric.kind === "image";

export function Images({ run, query }: TabProps) {
  const besides = query.get("beside");
  const found = useAnswer(run.id, (signal) => metricsOf(run.id, signal), ofRun(run.id, "metrics", "files"));
  const other = useAnswer(besides, async (signal) => {
    const [facts, metrics] = await Promise.all([askRun(besides!, signal), metricsOf(besides!, signal)]);
    return { facts, metrics };
  });
  if (!found.value) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  const images = found.value.filter(isImage);
  if (images.length === 0)
    return (
      <Empty title={t.images.none}>
        <p>{t.images.how}</p>
        <pre>{'run.log_image("ROC", plot=plt)'}</pre>
      </Empty>
    );
  return (
    <div class="images">
      <div class="row bar">
        <BesideChooser run={run} current={besides} />
      </div>
      {other.error ? <ErrorNotice error={other.error} /> : null}
      {images.map((image) => (
        <Gallery
          key={image.name}
          run={run}
          image={image}
          other={other.value?.facts}
          beside={other.value?.metrics.filter(isImage).find((metric) => metric.name === image.name)}
        />
      ))}
    </div>
  );
}

function BesideChooser({ run, current }: { run: Run; current: string | null }) {
  const others = useAnswer(run.experiment, (signal) =>
    runs({ experiment: run.experiment, workspace: run.workspace, limit: 50 }, signal),
  );
  return (
    <label>
      {t.images.compareWith}{" "}
      <select value={current ?? ""} onChange={(event) => setQuery({ beside: event.currentTarget.value || null })}>
        <option value="">{t.images.noOther}</option>
        {(others.value?.items ?? [])
          .filter((other) => other.id !== run.id)
          .map((other) => (
            <option value={other.id}>{labelOf(other)}</option>
          ))}
      </select>
    </label>
  );
}

interface GalleryProps {
  run: Run;
  image: FileMetric;
  other: Run | undefined;
  beside: FileMetric | undefined;
}

/** The images of one name; one at a time, with a slider through them. */
function Gallery({ run, image, other, beside }: GalleryProps) {
  const [chosen, setChosen] = useState<number | null>(null); // null: the latest
  const at = Math.min(chosen ?? Infinity, image.values.length - 1);
  const step = image.steps?.[at] ?? null;
  return (
    <section class="card part">
      <div class="row between">
        <h2>{image.name}</h2>
        {image.values.length > 1 ? (
          <label class="row">
            {step === null ? t.images.position(at + 1, image.values.length) : t.images.step(step)}
            <input
              type="range"
              min={0}
              max={image.values.length - 1}
              value={at}
              onInput={(event) => setChosen(Number(event.currentTarget.value))}
            />
          </label>
        ) : null}
      </div>
      <div class="beside">
        <Picture run={run} file={image.values[at]!} label={other ? labelOf(run) : undefined} />
        {other ? (
          beside ? (
            <Picture run={other} file={beside.values[Math.min(at, beside.values.length - 1)]!} label={labelOf(other)} />
          ) : (
            <p class="soft">{t.images.notThere(labelOf(other))}</p>
          )
        ) : null}
      </div>
    </section>
  );
}

export function Picture({ run, file, label }: { run: Pick<Run, "id">; file: string; label?: string | undefined }) {
  const [failed, setFailed] = useState(""); // the address that could not be shown; another one may be
  const url = fileAddress(run.id, file);
  return (
    <figure class="picture">
      {failed === url ? (
        <p class="soft">{t.images.cannotShow(file)}</p>
      ) : (
        <a href={url} download>
          <img src={url} alt={label ? `${file}, ${label}` : file} loading="lazy" onError={() => setFailed(url)} />
        </a>
      )}
      <figcaption class="soft">
        {label ? <b>{label} </b> : null}
        {file}
      </figcaption>
    </figure>
  );
}
