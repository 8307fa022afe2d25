// SPDX-License-Identifier: Apache-2.0
// Whether an element is in sight, so that data is fetched and drawn only then.

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** `visible` follows the element in and out of sight, with a margin of a third of the screen. */
export function useVisible<T extends Element>(): { ref: RefObject<T | null>; visible: boolean } {
  const ref = useRef<T>(null);
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setVisible(entries.at(-1)!.isIntersecting), {
      rootMargin: "33%",
    });
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  return { ref, visible };
}
