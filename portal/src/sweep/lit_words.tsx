// SPDX-License-Identifier: Apache-2.0
// The trial that the pointer is at, in words.
import { cell } from "../format/number.ts";
import { t } from "../text/text.ts";
import { type Lit, useLit } from "./lit.ts";
import type { Model } from "./model.ts";

export function LitWords({ lit, model }: { lit: Lit; model: Model }) {
  const id = useLit(lit);
  const trial = model.trials.find((trial) => trial.id === id);
  if (!trial) return <p class="soft lit-words">{t.sweep.howTo}</p>;
  const pairs = [[model.metric, trial.metric] as const, ...trial.parameters];
  return (
    <p class="lit-words">
      <strong>{trial.label}</strong>{" "}
      {pairs.map(([name, value]) => (
        <span>
          <span class="soft">{name}</span> {cell(value)}{" "}
        </span>
      ))}
    </p>
  );
}
