// SPDX-License-Identifier: Apache-2.0
// Where the focus goes when the element that had it is gone. Layout effects move it before the next key can arrive.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** For a button in whose place something opens: it is given the focus when that closes, unless the reader is elsewhere by then. */
export function useOpener(open: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const was = useRef(open);
  useLayoutEffect(() => {
    if (was.current && !open && document.activeElement === document.body) button.current?.focus();
    was.current = open;
  }, [open]);
  return button;
}

/** For a field that opens where a button was: it has the focus from its beginning. `autofocus` works only once on a page. */
export function useFocus<T extends HTMLElement>(open = true): RefObject<T | null> {
  const field = useRef<T>(null);
  useLayoutEffect(() => {
    if (open) field.current?.focus();
  }, [open]);
  return field;
}
