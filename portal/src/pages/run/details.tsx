// SPDX-License-Identifier: Apache-2.0
// Details of a run: why it failed first, then what it ran with, and how to run it again.
import type { ComponentChildren } from "preact";
import { describe } from "../../api/runs.ts";
import type { Prepared, Run } from "../../api/types.ts";
import { bytes, quoted, word } from "../../format/number.ts";
import { duration } from "../../format/time.ts";
import { t } from "../../text/text.ts";
import { Editable } from "../../ui/editable.tsx";
import { Facts, Part } from "../../ui/facts.tsx";
import { Copy, Long, Moment } from "../../ui/parts.tsx";
import type { TabProps } from "../props.ts";
import { RunData } from "./data.tsx";

export function Details({ run }: TabProps) {
  return (
    <div class="details">
      <Failure run={run} />
      {run.warnings.map((warning) => (
        <p class="notice wait">{warning}</p>
      ))}
      <Part title={t.details.ranAs} wide>
        <WhatRan run={run} />
      </Part>
      <Part title={t.details.description} wide>
        <Editable
          text={run.description ?? ""}
          empty={t.details.noDescription}
          label={t.details.description}
          onSave={(text) => describe(run.id, text)}
        />
      </Part>
      <RunData run={run} />
      <Part title={t.details.times}>
        <Times run={run} />
      </Part>
      {run.snapshot ? (
        <Part title={t.tabs.source}>
          <SnapshotFacts run={run} />
        </Part>
      ) : null}
      {run.prepared ? (
        <Part title={t.details.prepared}>
          <PreparedFacts prepared={run.prepared} />
        </Part>
      ) : null}
      <Pairs title={t.details.properties} pairs={Object.entries(run.properties)} />
      <Pairs
        title={t.details.environment}
        pairs={Object.entries(run.environment ?? {}).map(([name, value]) => [name, word(value)])}
      />
      <Packages run={run} />
    </div>
  );
}

function Failure({ run }: { run: Run }) {
  if (run.status !== "Failed" || !run.error) return null;
  return (
    <div class="notice bad">
      <p>
        <strong>{run.error.message ?? t.details.failed(run.error.code)}</strong>
      </p>
      {run.error.traceback ? (
        <details>
          <summary>{t.details.traceback}</summary>
          <pre>{run.error.traceback}</pre>
        </details>
      ) : null}
    </div>
  );
}

/** The command that starts the same again, from the folder that it was submitted from. */
export function againCommand(run: Run): string {
  if (run.command?.length)
    return `runyard submit --experiment ${quoted(run.experiment)} -- ${run.command.map(quoted).join(" ")}`;
  const python = run.interpreter?.path ? ` --python ${quoted(run.interpreter.path)}` : "";
  return `runyard submit --experiment ${quoted(run.experiment)}${python} ${quoted(run.script ?? "")} ${(run.arguments ?? []).map(quoted).join(" ")}`.trimEnd();
}

function WhatRan({ run }: { run: Run }) {
  const folder = run.source_directory ? word(run.source_directory) : null;
  const again = run.kind === "interactive" ? null : (folder ? `cd ${quoted(folder)}\n` : "") + againCommand(run);
  const all = (run.arguments ?? []).map(word);
  return (
    <Facts
      rows={[
        [t.field.kind, t.kind[run.kind as keyof typeof t.kind] ?? run.kind],
        [t.field.script, run.script ? <code>{word(run.script)}</code> : null],
        [t.details.command, run.command?.length ? <code>{run.command.map(quoted).join(" ")}</code> : null],
        [
          t.details.arguments,
          all.length
            ? all.map((argument) => (
                <code class="argument">
                  <Long text={argument} />
                </code>
              ))
            : null,
        ],
        [
          t.details.interpreter,
          run.interpreter?.path ? (
            <>
              <code>{word(run.interpreter.path)}</code> {run.interpreter.version ?? ""}
            </>
          ) : null,
        ],
        [t.details.folder, folder ? <code>{folder}</code> : null],
        [t.details.files, <code>{run.directory}</code>],
        [
          t.details.runAgain,
          again ? (
            <div class="again">
              <pre>{again}</pre>
              <Copy text={again} />
            </div>
          ) : null,
        ],
      ]}
    />
  );
}

const Times = ({ run }: { run: Run }) => (
  <Facts
    rows={[
      [t.field.created, <Moment iso={run.created} />],
      [t.field.started, <Moment iso={run.started} />],
      [t.field.ended, <Moment iso={run.ended} />],
      [t.details.cpu, run.cpu_seconds === null ? null : duration(run.cpu_seconds)],
      [t.details.memory, run.peak_bytes === null ? null : bytes(run.peak_bytes)],
      [t.details.exitCode, run.exit_code === null ? null : String(run.exit_code)],
      [t.details.signal, run.signal === null ? null : String(run.signal)],
      [t.field.id, <code>{run.id}</code>],
    ]}
  />
);

function SnapshotFacts({ run }: { run: Run }) {
  const { files, bytes: size, left_out: excluded, git, digest } = run.snapshot!;
  return (
    <Facts
      rows={[
        [t.details.size, t.details.filesAndBytes(files, bytes(size))],
        [t.details.excluded, excluded || t.details.nothing],
        ...Object.entries(git).map(([name, value]): [string, ComponentChildren] => [
          `git ${name}`,
          <code>{String(value)}</code>,
        ]),
        [t.details.digest, <code>{digest}</code>],
      ]}
    />
  );
}

/** The environment that was built for the run. */
const PreparedFacts = ({ prepared }: { prepared: Prepared }) => (
  <Facts
    rows={[
      [t.field.name, prepared.name],
      [t.details.interpreter, `${prepared.python.version} (${word(prepared.python.path)})`],
      [t.environments.before, prepared.before ?? null],
      [t.environments.builtBy, prepared.tool],
      [t.environments.cost, t.environments.timeAndSize(duration(prepared.seconds), bytes(prepared.bytes))],
      [
        t.environments.builtAt,
        <>
          {prepared.built ? t.environments.builtFor : t.environments.foundReady}, <Moment iso={prepared.created} />
        </>,
      ],
      [t.environments.replaced, prepared.replaced.length ? prepared.replaced.map((name) => <p>{name}</p>) : null],
      [t.details.digest, <code>{prepared.digest}</code>],
    ]}
  />
);

function Pairs({ title, pairs }: { title: string; pairs: [string, string][] }) {
  if (pairs.length === 0) return null;
  return (
    <Part title={title} wide>
      <Facts
        rows={pairs.map(([name, value]) => [
          name,
          <code>
            <Long text={value} />
          </code>,
        ])}
      />
    </Part>
  );
}

function Packages({ run }: { run: Run }) {
  const packages = Object.entries(run.interpreter?.packages ?? {});
  if (packages.length === 0) return null;
  return (
    <section class="card part wide">
      <details>
        <summary>{t.details.packages(packages.length)}</summary>
        <table class="packages">
          <tbody>
            {packages.map(([name, version]) => (
              <tr>
                <td>{name}</td>
                <td class="number">{version}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
