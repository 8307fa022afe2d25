// SPDX-License-Identifier: Apache-2.0
// What differs between the snapshots of two runs: files that came, went or changed, and the changed ones line by line.
import { sourceAddress, sources, text } from "../api/files.ts";
import type { SourceFile } from "../api/types.ts";
import { type DiffLine, diff } from "../format/diff.ts";
import { useAnswer } from "../live/answer.ts";
import { t } from "../text/text.ts";
import { Empty, ErrorNotice, Loading } from "../ui/parts.tsx";

export interface Changed {
  path: string;
  kind: "removed" | "added" | "changed";
}

/** Files by path that are not the same on both sides. */
export function changes(older: readonly SourceFile[], newer: readonly SourceFile[]): Changed[] {
  const facts = (file: SourceFile): string => `${file.type} ${file.sha256 ?? file.target ?? ""}`;
  const before = new Map(older.filter((file) => file.type !== "dir").map((file) => [file.path, facts(file)]));
  const after = new Map(newer.filter((file) => file.type !== "dir").map((file) => [file.path, facts(file)]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): Changed[] => {
    if (!after.has(path)) return [{ path, kind: "removed" }];
    if (!before.has(path)) return [{ path, kind: "added" }];
    return before.get(path) === after.get(path) ? [] : [{ path, kind: "changed" }];
  });
}

export function SourceDiff({ older, newer }: { older: string; newer: string }) {
  const found = useAnswer(`${older} ${newer}`, (signal) =>
    Promise.all([sources(older, signal), sources(newer, signal)]),
  );
  if (!found.value) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  const list = changes(...found.value);
  if (list.length === 0) return <Empty title={t.source.noDifference} />;
  return (
    <div>
      {list.map((file) => (
        <FileDiff key={file.path} older={older} newer={newer} file={file} />
      ))}
    </div>
  );
}

function FileDiff({ older, newer, file }: { older: string; newer: string; file: Changed }) {
  const side = (run: string, absent: boolean, signal: AbortSignal) =>
    absent ? Promise.resolve("") : text(sourceAddress(run, file.path), 500_000, signal);
  const found = useAnswer(`${older} ${newer} ${file.path}`, async (signal) => {
    const [before, after] = await Promise.all([
      side(older, file.kind === "added", signal),
      side(newer, file.kind === "removed", signal),
    ]);
    return before === null || after === null || (before + after).includes("\0") ? null : diff(before, after);
  });
  return (
    <details class="card part" open={file.kind === "changed"}>
      <summary>
        <code>{file.path}</code> <span class={`change ${file.kind}`}>{t.source.change[file.kind]}</span>
      </summary>
      {found.error ? (
        <ErrorNotice error={found.error} />
      ) : found.value === undefined ? (
        <Loading />
      ) : found.value === null ? (
        <p class="soft">{t.files.noPreview}</p>
      ) : (
        <Lines lines={found.value} />
      )}
    </details>
  );
}

const around = 3; // unchanged lines that are shown beside a change

/** The lines near changes; null stands for lines that are not shown. */
export function nearChanges(lines: readonly DiffLine[]): (DiffLine | null)[] {
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - around), i + around + 1).some((line) => line.kind !== "same"),
  );
  return lines.flatMap((line, i): (DiffLine | null)[] => (near[i] ? [line] : i === 0 || near[i - 1] ? [null] : []));
}

const signs = { same: " ", removed: "−", added: "+" };

const Lines = ({ lines }: { lines: DiffLine[] }) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={t.source.difference}>
    <table class="diff">
      <tbody>
        {nearChanges(lines).map((line) =>
          line === null ? (
            <tr class="skipped">
              <td colSpan={4}>⋯</td>
            </tr>
          ) : (
            <tr class={line.kind}>
              <td class="number soft">{line.old}</td>
              <td class="number soft">{line.new}</td>
              <td aria-label={t.source.line[line.kind]}>{signs[line.kind]}</td>
              <td>
                <code>{line.text}</code>
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  </div>
);
