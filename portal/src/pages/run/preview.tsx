// SPDX-License-Identifier: Apache-2.0
// The content of a file as text, JSON, CSV or an image; for other files the size and a download.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { piece, text } from "../../api/files.ts";
import { indented } from "../../format/json.ts";
import { useAnswer } from "../../live/answer.ts";
import { t } from "../../text/text.ts";
import { CsvTable } from "../../ui/csv_table.tsx";
import { FileCaption } from "../../ui/file_caption.tsx";
import { ErrorNotice, Loading } from "../../ui/parts.tsx";

export type Kind = "image" | "json" | "csv" | "text" | "other";

const endings: Record<string, Kind> = {
  png: "image",
  jpg: "image",
  jpeg: "image",
  gif: "image",
  webp: "image",
  bmp: "image",
  json: "json",
  ipynb: "json",
  csv: "csv",
  tsv: "csv",
};
const words =
  /\.(txt|log|md|rst|py|ipynb|r|sh|ya?ml|toml|ini|cfg|conf|xml|html|svg|js|ts|c|cc|cpp|h|hpp|java|go|rs|sql|jsonl|out|err|diff|patch|amlignore|gitignore)$/i;

export function kindOf(name: string): Kind {
  const ending = /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return endings[ending] ?? (words.test(name) ? "text" : "other");
}

const most = 5_000_000; // bytes; larger files are read in part

/** Whether the beginning of a file is text: it has no zero byte, and is UTF-8. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** What a file is: by its name, else by how it begins; null while that is being looked at. */
function useKind(url: string, name: string): Kind | null {
  const byName = kindOf(name);
  const begins = useAnswer(byName === "other" ? url : null, (signal) => piece(url, 0, 8192, signal));
  if (byName !== "other" || begins.error) return byName;
  return begins.value ? (isText(begins.value.bytes) ? "text" : "other") : null;
}

interface Props {
  url: string;
  name: string;
  size: number;
  /** How a text of any size is shown. */
  log: () => ComponentChildren;
}

export function Preview({ url, name, size, log }: Props) {
  const kind = useKind(url, name);
  if (kind === null) return <Loading />;
  if (kind === "text" || (kind === "json" && size > most)) return <>{log()}</>;
  return (
    <div class="card preview">
      <FileCaption url={url} name={name} size={size} />
      {kind === "image" ? (
        <Image url={url} name={name} />
      ) : kind === "other" || size > most ? (
        <p class="soft caption">{t.files.noPreview}</p>
      ) : (
        <Whole url={url} name={name} kind={kind} />
      )}
    </div>
  );
}

function Image({ url, name }: { url: string; name: string }) {
  const [failed, setFailed] = useState(false);
  return failed ? (
    <p class="soft caption">{t.images.cannotShow(name)}</p>
  ) : (
    <img class="whole" src={url} alt={name} onError={() => setFailed(true)} />
  );
}

function Whole({ url, name, kind }: { url: string; name: string; kind: "json" | "csv" }) {
  const found = useAnswer(url, (signal) => text(url, most, signal));
  if (found.error) return <ErrorNotice error={found.error} again={found.again} />;
  if (typeof found.value !== "string") return <Loading />;
  if (kind === "json") return <pre class="text">{indented(found.value)}</pre>;
  return <CsvTable text={found.value} name={name} separator={name.endsWith(".tsv") ? "\t" : ","} />;
}
