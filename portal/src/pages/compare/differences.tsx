// SPDX-License-Identifier: Apache-2.0
// A table of facts, one column a run; only what differs, unless all is asked for.
import { useState } from "preact/hooks";
import { t } from "../../text/text.ts";
import { Empty } from "../../ui/parts.tsx";
import type { Compared } from "../props.ts";
import { differs, type Fact, factsOf, groups } from "./facts.ts";

export function Differences({ all }: { all: Compared[] }) {
  const [whole, setWhole] = useState(false);
  const facts = factsOf(all);
  const shown = whole || all.length < 2 ? facts : facts.filter(differs);
  return (
    <>
      <div class="row bar">
        <label>
          <input type="checkbox" checked={whole} onChange={(event) => setWhole(event.currentTarget.checked)} />{" "}
          {t.compare.showEqual}
        </label>
      </div>
      {shown.length === 0 ? (
        <Empty title={t.compare.noDifferences}>
          <p>{t.compare.compared}</p>
          <ul>
            {groups.map((group) => (
              <li>{t.compare.groupOf(t.compare.group[group], facts.filter((fact) => fact.group === group).length)}</li>
            ))}
          </ul>
        </Empty>
      ) : (
        <div class="card scroll" tabIndex={0} role="region" aria-label={t.compare.tabs.differences}>
          <table class="facts-table">
            <thead>
              <tr>
                <th>{t.compare.fact}</th>
                {all.map(({ label }) => (
                  <th>{label}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((fact, i) => (
                <Row fact={fact} first={shown[i - 1]?.group !== fact.group} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const Row = ({ fact, first }: { fact: Fact; first: boolean }) => (
  <>
    {first ? (
      <tr class="group">
        <th colSpan={fact.values.length + 1} scope="rowgroup">
          {t.compare.group[fact.group]}
        </th>
      </tr>
    ) : null}
    <tr class={differs(fact) ? "differs" : undefined}>
      <th scope="row">{fact.name}</th>
      {fact.values.map((value) => (
        <td>{value === undefined ? <span class="soft">–</span> : value === "" ? "✓" : value}</td>
      ))}
    </tr>
  </>
);
