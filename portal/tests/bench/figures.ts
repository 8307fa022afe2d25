// SPDX-License-Identifier: Apache-2.0
// What the reader waits for, each beside its goal. Nothing of it passes or fails: a busy machine is slower.
import { loadavg } from "node:os";
import type { Page } from "playwright-core";

interface Figure {
  name: string;
  value: number;
  unit: string;
  goal: number;
}

/** Owned by one file of figures. */
export class Figures {
  private readonly all: Figure[] = [];

  add(name: string, value: number, unit: string, goal: number): void {
    this.all.push({ name, value, unit, goal });
  }

  /** Prints them for people, with how busy the machine was. */
  print(): void {
    const rows = this.all.map(
      ({ name, value, unit, goal }) =>
        `${name.padEnd(72)} ${`${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`.padStart(10)}   goal ${`${goal} ${unit}`.padEnd(8)} ${value <= goal ? "reached" : "not reached"}`,
    );
    console.log([...rows, `load of the machine: ${loadavg()[0]!.toFixed(1)}`].join("\n"));
  }
}

export const median = (all: readonly number[]): number =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;

/** The median of `n` measurements. */
export async function repeated(n: number, measure: (i: number) => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < n; ++i) all.push(await measure(i));
  return median(all);
}

const patience = 20_000; // ms

/**
 * Milliseconds from an act until `ready` holds in the page and is painted; an error says what did not come to hold. Both are expressions in the page's own language:
 * `act` is run once, `ready` is looked at again and again.
 */
export const until = (page: Page, act: string, ready: string): Promise<number> =>
  page.evaluate(
    ([begin, condition, most]) =>
      new Promise<number>((done, fail) => {
        const test = new Function(`return ${condition}`) as () => boolean;
        const start = performance.now();
        const look = (): void => {
          if (test()) return void requestAnimationFrame(() => done(performance.now() - start));
          if (performance.now() - start > most) fail(new Error(`waited in vain for ${condition}`));
          else setTimeout(look, 2);
        };
        (new Function(begin!) as () => void)();
        look();
      }),
    [act, ready, patience] as const,
  );

export const clickOn = (selector: string): string => `document.querySelector(${JSON.stringify(selector)}).click()`;
