// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same in each run of a test: from 0 to 1, without 1.
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const listOf = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

/** Calls `test` with many sources of random numbers. */
export function withSeeds(test: (random: () => number) => void, seeds = 100): void {
  for (let seed = 1; seed <= seeds; ++seed) test(randomFrom(seed));
}
