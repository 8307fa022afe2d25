// SPDX-License-Identifier: Apache-2.0
// Which rows of a long list are in sight.

import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

export interface Window {
  first: number;
  end: number;
}

/** Rows [first, end) of `total` that a box shows, with some more on either side. */
export function inSight(scrollTop: number, height: number, rowHeight: number, total: number, spare = 8): Window {
  const first = Math.max(0, Math.min(total, Math.floor(scrollTop / rowHeight)) - spare);
  return { first, end: Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + spare) };
}

/** The rows in sight of a scrolling box, as it scrolls and changes its size. */
export function useInSight(box: RefObject<HTMLElement | null>, rowHeight: number, total: number): Window {
  const [view, setView] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void =>
      setView((old) => {
        const next = { top: element.scrollTop, height: element.clientHeight };
        return old.top === next.top && old.height === next.height ? old : next;
      });
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [box.current, total === 0]);
  return inSight(view.top, view.height, rowHeight, total);
}
