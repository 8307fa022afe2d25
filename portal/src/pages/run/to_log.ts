// SPDX-License-Identifier: Apache-2.0
// From a point of a chart to the log of its time.
import { driverLog, offsetAt } from "../../api/files.ts";
import { go, link } from "../../router.ts";

/** Opens a run's log where it was written at a time, in seconds since 1970. */
export async function goToLog(run: string, time: number): Promise<void> {
  const at = await offsetAt(run, new Date(time * 1000).toISOString());
  go(link(["runs", run], { tab: "files", file: driverLog, at: String(at) }));
}
