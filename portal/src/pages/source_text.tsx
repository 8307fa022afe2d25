// SPDX-License-Identifier: Apache-2.0
// A file of a snapshot with numbered lines.
import { text } from "../api/files.ts";
import { useAnswer } from "../live/answer.ts";
import { t } from "../text/text.ts";
import { FileCaption } from "../ui/file_caption.tsx";
import { ErrorNotice, Loading } from "../ui/parts.tsx";

const most = 2_000_000;

export function SourceText({ url, name, size }: { url: string; name: string; size: number }) {
  const found = useAnswer(size <= most ? url : null, (signal) => text(url, most, signal));
  return (
    <div class="card preview">
      <FileCaption url={url} name={name} size={size} />
      {size > most ? (
        <p class="soft caption">{t.files.noPreview}</p>
      ) : found.error ? (
        <ErrorNotice error={found.error} />
      ) : found.value === undefined ? (
        <Loading />
      ) : (
        <Numbered text={found.value ?? ""} />
      )}
    </div>
  );
}

function Numbered({ text: all }: { text: string }) {
  if (all.includes("\0")) return <p class="soft caption">{t.files.noPreview}</p>;
  const lines = all.replace(/\n$/, "").split("\n");
  return (
    <div class="code scroll tall" tabIndex={0} role="region" aria-label={t.tabs.source}>
      <pre class="line-numbers" aria-hidden="true">
        {lines.map((_, i) => i + 1).join("\n")}
      </pre>
      <pre>{all}</pre>
    </div>
  );
}
