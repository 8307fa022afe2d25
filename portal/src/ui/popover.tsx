// SPDX-License-Identifier: Apache-2.0
// A button that opens a panel, and a modal question.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../text/text.ts";

/** Escape and a click elsewhere close the panel; focus goes back to the button. */
export function Popover({
  label,
  children,
  onOpen,
}: {
  label: ComponentChildren;
  children: (close: () => void) => ComponentChildren;
  onOpen?: () => void;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    close();
  };
  useLayoutEffect(() => {
    if (!open) return;
    onOpen?.();
    box.current?.querySelector<HTMLElement>("input, select, button:not([aria-expanded])")?.focus();
    const outside = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  return (
    <div class="popover" ref={box} onKeyDown={onKeyDown}>
      <button type="button" ref={button} aria-expanded={open} onClick={() => setOpen(!open)}>
        {label}
      </button>
      {open ? <div class="panel">{children(close)}</div> : null}
    </div>
  );
}

interface Question {
  title: string;
  children?: ComponentChildren;
  yes: string;
  dangerous?: boolean;
  onYes: () => void | Promise<void>;
  onNo: () => void;
}

/** A modal question. When it is answered, the focus returns to where it was. */
export function Ask({ title, children, yes, dangerous, onYes, onNo }: Question) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const answer = (event: Event): void => {
    event.preventDefault();
    dialog.current?.close();
    void onYes();
  };
  return (
    <dialog ref={dialog} onClose={onNo} aria-label={title}>
      <form onSubmit={answer}>
        <h2>{title}</h2>
        {children}
        <div class="row end">
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            {t.action.dismiss}
          </button>
          <button type="submit" class={dangerous ? "danger" : "main"}>
            {yes}
          </button>
        </div>
      </form>
    </dialog>
  );
}
