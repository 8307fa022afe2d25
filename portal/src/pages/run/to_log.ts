// SPDX-License-Identifier: Apache-2.0
// From a point of a chart to the log of its time.
import { driverLog, offsetAt } from "../../api/files.ts";
import { isoOf } from "../../format/time.ts";
import { go, link } from "../../router.ts";

/** Opens a run's log where it was written at a time, in seconds since 1970; at its end when no calendar has that time. */
export async function goToLog(run: string, time: number): Promise<void> {
  const iso = isoOf(time);
  const at = iso === null ? null : String(await offsetAt(run, iso));
  go(link(["runs", run], { tab: "files", file: driverLog, at }));
}
