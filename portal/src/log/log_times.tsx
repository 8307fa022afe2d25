// SPDX-License-Identifier: Apache-2.0
// When the lines in sight were written.
import { driverLog, logTimes } from "../api/files.ts";
import { useAnswer } from "../live/answer.ts";
import { t } from "../text/text.ts";
import { Moment } from "../ui/parts.tsx";

export function LogTimes({ run, name, from, to }: { run: string; name: string; from: number; to: number }) {
  const shown = name === driverLog && to > from;
  const { value, error } = useAnswer(
    shown ? `${run} ${from} ${to}` : null,
    (signal) => logTimes(run, from, to, signal),
    () => false,
    true,
  );
  const first = value?.[0];
  const last = value?.at(-1);
  if (!shown || error || !first || !last) return null;
  return (
    <p class="log-times soft">
      {t.log.written} <Moment iso={first.time} /> – <Moment iso={last.time} />
    </p>
  );
}
