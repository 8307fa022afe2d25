// SPDX-License-Identifier: Apache-2.0
// Which run last used an environment as it was registered: what such a run recorded is what a user-managed environment really holds.
import type { Environment, Run } from "../api/types.ts";

const most = 40; // runs that are asked for all that they recorded

export const objectIn = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** Whether runs use an interpreter as it is: nothing is installed, whatever packages the definition names. */
export const isUserManaged = (environment: Environment): boolean =>
  objectIn(environment.definition.python).userManagedDependencies === true;

export const keyOf = (environment: Pick<Environment, "name" | "version">): string =>
  JSON.stringify([environment.name, environment.version]);

function isUsedBy(environment: Environment, run: Run): boolean {
  const { name, version } = objectIn(objectIn(run.configuration).environment);
  return name === environment.name && (version === environment.version || version === null || version === undefined);
}

/** Runs that may have used an environment as it was: first the latest of each script and interpreter, then the others, newest first. */
export function candidates(runs: readonly Run[]): Run[] {
  const kinds = new Set<string>();
  const firsts: Run[] = [];
  const others: Run[] = [];
  for (const run of runs) {
    if (run.prepared || !run.interpreter?.version) continue;
    const kind = JSON.stringify([run.experiment, run.script, run.interpreter.path]);
    (kinds.has(kind) ? others : firsts).push(run);
    kinds.add(kind);
  }
  return [...firsts, ...others].slice(0, most);
}

/** A late run, of those that are looked at, that used each environment; by `keyOf`. `whole` gives a run with all that it recorded. */
export async function lastUses(
  environments: readonly Environment[],
  runs: readonly Run[],
  whole: (id: string) => Promise<Run>,
): Promise<Map<string, Run>> {
  const found = new Map<string, Run>();
  for (const { id } of candidates(runs)) {
    const open = environments.filter((environment) => !found.has(keyOf(environment)));
    if (open.length === 0) break;
    const run = await whole(id);
    for (const environment of open) if (isUsedBy(environment, run)) found.set(keyOf(environment), run);
  }
  return found;
}
