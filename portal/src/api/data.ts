// SPDX-License-Identifier: Apache-2.0
// Datastores and datasets of a workspace, and the runs that name them.
import { address, get, type Query } from "./http.ts";
import { inWorkspace } from "./runs.ts";
import type { Dataset, DatasetInfo, DatasetPreview, Datastore, Page, RunDatasets, Workspace } from "./types.ts";

const ask = <T>(parts: string[], workspace: Workspace, signal?: AbortSignal): Promise<T> =>
  get(address(parts, inWorkspace(workspace) as Query), signal);

export const datastores = async (workspace: Workspace, signal?: AbortSignal): Promise<Datastore[]> =>
  (await ask<Page<Datastore>>(["datastores"], workspace, signal)).items;
/** The newest version of each name. */
export const datasets = async (workspace: Workspace, signal?: AbortSignal): Promise<Dataset[]> =>
  (await ask<Page<Dataset>>(["datasets"], workspace, signal)).items;
export const dataset = (id: string, workspace: Workspace, signal?: AbortSignal): Promise<DatasetInfo> =>
  ask(["datasets", id], workspace, signal);
export const datasetPreview = (id: string, workspace: Workspace, signal?: AbortSignal): Promise<DatasetPreview> =>
  ask(["datasets", id, "preview"], workspace, signal);
export const datasetsOfRun = (run: string, signal?: AbortSignal): Promise<RunDatasets> =>
  get(address(["runs", run, "datasets"]), signal);
