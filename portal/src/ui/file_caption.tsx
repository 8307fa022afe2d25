// SPDX-License-Identifier: Apache-2.0
// The line above a file's content: its name, its size and a download.
import { bytes } from "../format/number.ts";
import { t } from "../text/text.ts";

export const FileCaption = ({ url, name, size }: { url: string; name: string; size: number }) => (
  <div class="row between caption">
    <strong>{name}</strong>
    <span class="row">
      <span class="soft">{bytes(size)}</span>
      <a class="button" download href={url}>
        {t.action.download}
      </a>
    </span>
  </div>
);
