// SPDX-License-Identifier: Apache-2.0
// Registered environments: which interpreter, which packages, which variables.
import type { Environment } from "../api/types.ts";
import { environments } from "../api/yard.ts";
import { useAnswer } from "../live/answer.ts";
import { t } from "../text/text.ts";
import { Ago, Empty, Loading, Oops } from "../ui/parts.tsx";

export function Environments() {
  const found = useAnswer("environments", environments, (change) => change.run === null);
  return (
    <section class="page">
      <div class="title"><h1>{t.nav.environments}</h1></div>
      {found.error ? <Oops error={found.error} again={found.again} /> : null}
      {!found.value && !found.error ? <Loading /> : null}
      {found.value?.length === 0 ? <Empty title={t.environments.none}><p>{t.environments.how}</p><pre>{'Environment("mine").register(workspace)'}</pre></Empty> : null}
      {found.value?.map((each) => <One key={`${each.name}:${each.version}`} environment={each} />)}
    </section>
  );
}

interface Facts {
  interpreter: string | null;
  packages: string[];
  variables: [string, string][];
}

const objectIn = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** What the SDK's definitions say; of any other JSON nothing. */
export function factsIn(definition: unknown): Facts {
  const whole = objectIn(definition), python = objectIn(whole["python"]), list = objectIn(python["condaDependencies"])["dependencies"];
  const packages = (Array.isArray(list) ? list : []).flatMap((each): unknown[] => (typeof each === "string" ? [each] : Object.values(objectIn(each)).flat()));
  return {
    interpreter: typeof python["interpreterPath"] === "string" ? python["interpreterPath"] : null,
    packages: packages.filter((each): each is string => typeof each === "string"),
    variables: Object.entries(objectIn(whole["environmentVariables"])).map(([name, value]) => [name, String(value)]),
  };
}

function One({ environment }: { environment: Environment }) {
  const { interpreter, packages, variables } = factsIn(environment.definition);
  return (
    <section class="card part">
      <h2>{environment.name} <span class="soft">{environment.version}</span></h2>
      <dl>
        <dt>{t.field.created}</dt><dd><Ago iso={environment.created} /></dd>
        {interpreter ? <><dt>{t.details.interpreter}</dt><dd><code>{interpreter}</code></dd></> : null}
        {packages.length ? <><dt>{t.environments.packages}</dt><dd>{packages.map((each) => <code class="argument">{each}</code>)}</dd></> : null}
        {variables.length ? <><dt>{t.environments.variables}</dt><dd>{variables.map(([name, value]) => <code class="argument">{`${name}=${value}`}</code>)}</dd></> : null}
      </dl>
      <details><summary>{t.environments.whole}</summary><pre>{JSON.stringify(environment.definition, null, 2)}</pre></details>
    </section>
  );
}
