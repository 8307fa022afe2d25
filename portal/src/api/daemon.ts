// SPDX-License-Identifier: Apache-2.0
// The daemon's status, and its resources other than runs: workspaces, experiments, targets, models, environments.
import { address, get, post, split } from "./http.ts";
import type { Environment, Experiment, Model, Page, Target, Workspace } from "./types.ts";

const items = async <T>(url: string, signal?: AbortSignal): Promise<T[]> => (await get<Page<T>>(url, signal)).items;

export interface DaemonStatus {
  version: string;
  state_dir: string;
  started: string;
  warnings: string[];
}

export const status = (signal?: AbortSignal): Promise<DaemonStatus> => get(address(["status"]), signal);
export const workspaces = (signal?: AbortSignal) => items<Workspace>(address(["workspaces"]), signal);
/** `children`: whether child runs are counted. */
export const experiments = (children: boolean, signal?: AbortSignal) =>
  items<Experiment>(address(["experiments"], { children }), signal);
export const targets = (signal?: AbortSignal) => items<Target>(address(["targets"]), signal);
export const setSlots = (target: string, slots: number): Promise<unknown> =>
  post(address(["targets", target]), { slots });

/** All models, from all pages of the answer. */
export async function models(signal?: AbortSignal): Promise<Model[]> {
  const found: Model[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Model> = await get(address(["models"], { limit: 1000, cursor }), signal);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

export const model = (number: string, signal?: AbortSignal): Promise<Model> => get(address(["models", number]), signal);
export const modelFile = (model: Model, path: string): string =>
  address(["models", String(model.number), "files", split(path)]);
export const environments = (signal?: AbortSignal) => items<Environment>(address(["environments"]), signal);
