// SPDX-License-Identifier: Apache-2.0
// What the frame hands to a page, and the page of a run to its tabs; the runs of a comparison.
import type { Metric, Run } from "../api/types.ts";
import type { Route } from "../router.ts";

export interface PageProps {
  route: Route;
}

export interface TabProps {
  run: Run;
  query: URLSearchParams;
}

export interface Compared {
  run: Run;
  metrics: Metric[];
  label: string;
  /** The number of its color: its index among all that were chosen, also those that are hidden. */
  color: number;
}
