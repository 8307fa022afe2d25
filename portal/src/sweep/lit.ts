// SPDX-License-Identifier: Apache-2.0
// The trial that the pointer is at, in whichever part of the view: only what highlights it is drawn again.
import { useEffect, useState } from "preact/hooks";

export class Lit {
  id: string | null = null;
  private readonly listeners = new Set<(id: string | null) => void>();

  /** Null: the pointer is at no trial. */
  set(id: string | null): void {
    if (id === this.id) return;
    this.id = id;
    for (const listener of this.listeners) listener(id);
  }

  /** Calls `listener` after each change until the returned function is called. */
  listen(listener: (id: string | null) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

/** The id of the trial; the component is drawn again when it changes. */
export function useLit(lit: Lit): string | null {
  const [id, setId] = useState(lit.id);
  useEffect(() => lit.listen(setId), [lit]);
  return id;
}
