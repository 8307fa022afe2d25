// SPDX-License-Identifier: Apache-2.0
// A value that changes many times a second, for readers that only need the value it settles on.
import { useEffect, useReducer, useRef } from "preact/hooks";

/**
 * The value: a change after a rest at once, of changes that come less than `rest` ms after one another the last, when it has
 * rested. A change to null counts at once.
 */
export function useRested<T>(value: T, rest: number): T {
  const [, again] = useReducer((n: number) => n + 1, 0);
  const known = useRef({ value, rested: value, at: -Infinity });
  if (known.current.value !== value) {
    const at = performance.now();
    known.current = {
      value,
      rested: value === null || at - known.current.at > rest ? value : known.current.rested,
      at,
    };
  }
  const { rested } = known.current;
  useEffect(() => {
    if (rested === value) return;
    const timer = window.setTimeout(() => {
      known.current = { ...known.current, rested: value };
      again(undefined);
    }, rest);
    return () => window.clearTimeout(timer);
  }, [value]);
  return rested;
}
