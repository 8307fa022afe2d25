// SPDX-License-Identifier: Apache-2.0
// Registered environments: which interpreter, which packages, which variables.
import type { Environment } from "../api/types.ts";
import { environments } from "../api/yard.ts";
import { useAnswer } from "../live/answer.ts";
import { t } from "../text/text.ts";
import { Ago, Empty, isMissing, Loading, NotYet, Oops } from "../ui/parts.tsx";

export function Environments() {
  const found = useAnswer("environments", environments, (change) => change.run === null);
  return (
    <section class="page">
      <div class="title"><h1>{t.nav.environments}</h1></div>
      {isMissing(found.error) ? <NotYet what={t.nav.environments} /> : found.error ? <Oops error={found.error} again={found.again} /> : null}
      {!found.value && !found.error ? <Loading /> : null}
      {found.value?.length === 0 ? <Empty title={t.environments.none}><p>{t.environments.how}</p><pre>{'Environment("mine").register(workspace)'}</pre></Empty> : null}
      {found.value?.map((each) => <One key={`${each.name}:${each.version}`} environment={each} />)}
    </section>
  );
}

function One({ environment }: { environment: Environment }) {
  const lists: [string, [string, string][]][] = [
    [t.environments.packages, Object.entries(environment.packages)], [t.environments.variables, Object.entries(environment.variables)],
  ];
  return (
    <section class="card part">
      <h2>{environment.name} <span class="soft">{environment.version}</span></h2>
      <p class="soft"><Ago iso={environment.created} /> · {environment.interpreter ?? t.environments.noInterpreter}</p>
      {lists.filter(([, pairs]) => pairs.length).map(([title, pairs]) => (
        <details><summary>{title} ({pairs.length})</summary>
          <table class="packages"><tbody>{pairs.map(([name, value]) => <tr><td>{name}</td><td>{value}</td></tr>)}</tbody></table>
        </details>
      ))}
    </section>
  );
}
