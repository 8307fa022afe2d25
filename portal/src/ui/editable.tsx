// SPDX-License-Identifier: Apache-2.0
// A text with a button that turns it into a form.
import { useState } from "preact/hooks";
import { t } from "../text/text.ts";
import { useFocus, useOpener } from "./opener.ts";
import { ErrorNotice } from "./parts.tsx";

export function Editable({
  text,
  empty,
  label,
  onSave,
}: {
  text: string;
  empty: string;
  label: string;
  onSave: (text: string) => Promise<void>;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const opener = useOpener(draft !== null);
  const field = useFocus<HTMLTextAreaElement>(draft !== null);
  if (draft === null) {
    return (
      <div class="row between top">
        <div class={text ? "prose" : "soft"}>{text || empty}</div>
        <button type="button" ref={opener} class="quiet small" onClick={() => setDraft(text)}>
          {t.action.edit}
        </button>
      </div>
    );
  }
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await onSave(draft);
      setDraft(null);
      setFailed(null);
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <textarea
        ref={field}
        aria-label={label}
        rows={5}
        value={draft}
        onInput={(event) => setDraft(event.currentTarget.value)}
      />
      {failed ? <ErrorNotice error={failed} /> : null}
      <div class="row">
        <button type="submit" class="main">
          {t.action.save}
        </button>
        <button type="button" class="quiet" onClick={() => setDraft(null)}>
          {t.action.dismiss}
        </button>
      </div>
    </form>
  );
}
