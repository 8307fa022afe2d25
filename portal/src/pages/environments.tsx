// SPDX-License-Identifier: Apache-2.0
// Registered environments (interpreter, packages, variables), and built environments with the runs that used them.

import { environments } from "../api/daemon.ts";
import { run, runs } from "../api/runs.ts";
import type { Environment, Prepared, Run } from "../api/types.ts";
import { bytes, count, word } from "../format/number.ts";
import { duration } from "../format/time.ts";
import { useAnswer } from "../live/answer.ts";
import { t } from "../text/text.ts";
import { Ago, Empty, ErrorNotice, Loading, RunLink } from "../ui/parts.tsx";
import { Table } from "../ui/table.tsx";
import { isUserManaged, keyOf, lastUses, objectIn } from "./environment_use.ts";

const latest = 1000; // how many of the newest runs are searched for built environments

export function Environments() {
  const found = useAnswer("environments", environments, (change) => change.run === null);
  const used = useAnswer(
    "built",
    async (signal) => (await runs({ children: true, limit: latest }, signal)).items,
    ({ what }) => what.includes("state"),
  );
  const own = (found.value ?? []).filter(isUserManaged);
  const known = used.value ?? [];
  const built = builtIn(known);
  const uses = useAnswer(
    own.length && known.length ? JSON.stringify([own.map(keyOf), known[0]!.id]) : null,
    (signal) => lastUses(own, known, (id) => run(id, signal)),
    () => false,
    true,
  );
  return (
    <section class="page">
      <div class="title">
        <h1>{t.nav.environments}</h1>
      </div>
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      {!found.value && !found.error ? <Loading /> : null}
      {found.value?.length === 0 ? (
        <Empty title={t.environments.none}>
          <p>{t.environments.how}</p>
          <pre>{'Environment("mine").register(workspace)'}</pre>
        </Empty>
      ) : null}
      {found.value?.map((environment) => (
        <One
          key={`${environment.name}:${environment.version}`}
          environment={environment}
          lastUse={uses.value?.get(keyOf(environment))}
        />
      ))}
      {used.error ? <ErrorNotice error={used.error} again={used.again} /> : null}
      {uses.error ? <ErrorNotice error={uses.error} again={uses.again} /> : null}
      {built.length ? <BuiltTable all={built} /> : null}
    </section>
  );
}

export interface Built {
  prepared: Prepared;
  /** The latest of the runs that used it. */
  lastUsed: Run;
  runs: number;
}

/** The built environments that runs used, the last used one first. `all` must have the newest run first. */
export function builtIn(all: readonly Run[]): Built[] {
  const found = new Map<string, Built>();
  for (const run of all) {
    if (!run.prepared) continue;
    const known = found.get(run.prepared.digest);
    if (known) known.runs += 1;
    else found.set(run.prepared.digest, { prepared: run.prepared, lastUsed: run, runs: 1 });
  }
  return [...found.values()];
}

const BuiltTable = ({ all }: { all: Built[] }) => (
  <section>
    <h2>{t.environments.built}</h2>
    <div class="card">
      <Table
        label={t.environments.built}
        rows={all}
        idOf={({ prepared }) => prepared.digest}
        columns={[
          { title: t.field.name, cell: ({ prepared }) => prepared.name ?? "–" },
          { title: t.details.interpreter, cell: ({ prepared }) => prepared.python.version },
          { title: t.environments.builtBy, cell: ({ prepared }) => prepared.tool },
          {
            title: t.environments.cost,
            cell: ({ prepared }) => t.environments.timeAndSize(duration(prepared.seconds), bytes(prepared.bytes)),
          },
          { title: t.nav.runs, kind: "number", cell: (built) => count(built.runs) },
          {
            title: t.environments.lastUsed,
            cell: ({ lastUsed }) => (
              <>
                <RunLink run={lastUsed} /> <Ago iso={lastUsed.created} />
              </>
            ),
          },
          { title: t.details.digest, cell: ({ prepared }) => <code>{prepared.digest.slice(0, 12)}</code> },
        ]}
      />
    </div>
    <p class="soft caption">{t.environments.among(latest)}</p>
  </section>
);

interface Facts {
  interpreter: string | null;
  packages: string[];
  variables: [string, string][];
}

/** The facts in a definition that the SDK wrote; any other JSON has none. */
export function factsIn(definition: unknown): Facts {
  const whole = objectIn(definition);
  const python = objectIn(whole.python);
  const list = objectIn(python.condaDependencies).dependencies;
  const packages = (Array.isArray(list) ? list : []).flatMap((entry): unknown[] =>
    typeof entry === "string" ? [entry] : Object.values(objectIn(entry)).flat(),
  );
  return {
    interpreter: typeof python.interpreterPath === "string" ? python.interpreterPath : null,
    packages: packages.filter((name): name is string => typeof name === "string"),
    variables: Object.entries(objectIn(whole.environmentVariables)).map(([name, value]) => [name, String(value)]),
  };
}

function One({ environment, lastUse }: { environment: Environment; lastUse: Run | undefined }) {
  const { interpreter, packages, variables } = factsIn(environment.definition);
  const own = isUserManaged(environment);
  return (
    <section class="card part">
      <h2>
        {environment.name} <span class="soft">{environment.version}</span>
      </h2>
      <dl>
        <dt>{t.field.created}</dt>
        <dd>
          <Ago iso={environment.created} />
        </dd>
        {interpreter ? (
          <>
            <dt>{own ? t.environments.requested : t.details.interpreter}</dt>
            <dd>
              <code>{interpreter}</code>
            </dd>
          </>
        ) : null}
        {own ? (
          <>
            <dt>{t.environments.packages}</dt>
            <dd>{t.environments.userManaged}</dd>
          </>
        ) : null}
        {own ? (
          <>
            <dt>{t.environments.used}</dt>
            <dd>{lastUse ? <Use run={lastUse} /> : t.environments.noUse}</dd>
          </>
        ) : null}
        {packages.length && !own ? (
          <>
            <dt>{t.environments.packages}</dt>
            <dd>
              {packages.map((name) => (
                <code class="argument">{name}</code>
              ))}
            </dd>
          </>
        ) : null}
        {variables.length ? (
          <>
            <dt>{t.environments.variables}</dt>
            <dd>
              {variables.map(([name, value]) => (
                <code class="argument">{`${name}=${value}`}</code>
              ))}
            </dd>
          </>
        ) : null}
      </dl>
      <details class="whole-definition">
        <summary>{t.environments.definition}</summary>
        <pre>{JSON.stringify(environment.definition, null, 2)}</pre>
      </details>
    </section>
  );
}

/** What a run recorded about its interpreter. */
function Use({ run: { interpreter, ...run } }: { run: Run }) {
  const packages = Object.entries(interpreter?.packages ?? {});
  return (
    <>
      <p>
        <code>{word(interpreter?.path)}</code> {interpreter?.version ?? ""}
      </p>
      <div class="row">
        <span class="soft">{t.environments.recordedBy}</span>
        <RunLink run={run} />
        <Ago iso={run.created} />
      </div>
      {packages.length ? (
        <details>
          <summary>{t.details.packages(packages.length)}</summary>
          <p>
            {packages.map(([name, version]) => (
              <code class="argument">{`${name} ${version}`}</code>
            ))}
          </p>
        </details>
      ) : null}
    </>
  );
}
