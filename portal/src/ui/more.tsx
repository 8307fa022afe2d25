// SPDX-License-Identifier: Apache-2.0
// The beginning of a long list, and a button that shows more of it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count } from "../format/number.ts";
import { t } from "../text/text.ts";

interface Props<T> {
  items: readonly T[];
  /** How many are shown at first, and how many more after each click. */
  step: number;
  children: (shown: readonly T[]) => ComponentChildren;
}

export function More<T>({ items, step, children }: Props<T>) {
  const [most, setMost] = useState(step);
  return (
    <>
      {children(items.slice(0, most))}
      {items.length > most ? (
        <p>
          <button type="button" onClick={() => setMost(most + step)}>
            {t.action.more(count(most), count(items.length))}
          </button>
        </p>
      ) : null}
    </>
  );
}
