// SPDX-License-Identifier: Apache-2.0
// The daemon's answer about a sweep whose runs are computed here: of any size, with all that is hard to draw.
import type { SweepAnswer, SweepChild } from "../../src/api/sweep.ts";
import type { Status } from "../../src/api/types.ts";
import { listOf, randomFrom } from "../unit/random.ts";
import type { Front } from "./front.ts";

export const began = Date.parse("2026-03-01T08:00:00Z") / 1000;

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

export interface Options {
  runs: number;
  /** Of each run. */
  points: number;
  /** Parameters beside the five that every run has. */
  more?: number;
}

/** Run n of a sweep: `loss` has its minimum near a learning rate of 1e-3. Each 9th run was stopped, each 25th failed. */
function childOf(n: number, { points, more = 0 }: Options, random: () => number): SweepChild {
  const lr = Number((10 ** (-5 + 4 * random())).toPrecision(4));
  const batch = [16, 32, 64, 128][Math.floor(random() * 4)]!;
  const net = ["resnet", "vit", 3][Math.floor(random() * 3)]!;
  const dropout = Number((0.5 * random()).toFixed(3));
  const odd = Object.fromEntries(listOf(more, (i) => [`--p${i}`, Number(random().toFixed(3))]));
  const failed = n % 25 === 24;
  const stopped = !failed && n % 9 === 8;
  const running = n % 50 === 48;
  const state: Status = failed ? "Failed" : stopped ? "Canceled" : running ? "Running" : "Completed";
  const floor = 0.2 + 0.12 * (Math.log10(lr) + 3) ** 2 + (net === "vit" ? 0.05 : 0) + 0.05 * random();
  const count = failed && n % 50 === 24 ? 0 : stopped ? Math.ceil(points / 3) : points;
  const start = began + 20 * Math.floor(n / 4);
  const values = listOf(count, (i) => (n === 7 && i > count / 2 ? NaN : floor + 2 * Math.exp((-5 * (i + 1)) / points)));
  const finite = values.filter(Number.isFinite);
  return {
    id: `HD_test_${n}`,
    n,
    display_name: `HD_test_${n}`,
    state,
    reason: stopped ? "cancelled" : "exited",
    message: stopped
      ? `stopped by the policy at interval ${count}: loss ${floor.toFixed(3)} is not within 0.2 of the best`
      : failed
        ? "the script ended with exit code 1"
        : null,
    created: iso(start),
    started: iso(start),
    ended: running ? null : iso(start + count),
    hyperparameters: {
      "--lr": lr,
      "--batch": batch,
      "--net": net,
      "--dropout": dropout,
      "--名字 <b>&": dropout > 0.25,
      ...odd,
    },
    arguments: ["--lr", String(lr)],
    count,
    last: values.at(-1) ?? null,
    min: finite.length ? Math.min(...finite) : null,
    max: finite.length ? Math.max(...finite) : null,
    points: values.map((value, i) => [i, start + i + 1, value]),
  };
}

export function fakeSweep(options: Options, seed = 1): SweepAnswer {
  const random = randomFrom(seed);
  const children = listOf(options.runs, (n) => childOf(n, options, random));
  return { change: 10, metric: "loss", goal: "minimize", total: children.length, children };
}

/** JSON as the daemon writes it: numbers that JSON does not have are objects. */
const spelled = (answer: SweepAnswer): string =>
  JSON.stringify(answer, (_key, value: unknown) => (Number.isNaN(value) ? { $: "nan" } : value));

/** Has a front answer so for the sweep; `next`: what has changed since, for questions after a change. The questions, as they come. */
export function answerWith(site: Front, run: string, answer: SweepAnswer, next?: SweepAnswer): string[] {
  const asked: string[] = [];
  const whole = spelled(answer);
  const changed = next && spelled(next);
  site.answers.set(`api/v1/runs/${run}/sweep`, (query) => {
    asked.push(query.toString());
    return query.has("after") && changed !== undefined ? changed : whole;
  });
  return asked;
}
