// SPDX-License-Identifier: Apache-2.0
// English: texts of the environments.

export const environments = {
  none: "No environments yet",
  how: "A notebook registers one like this:",
  packages: "Packages",
  variables: "Variables",
  definition: "Definition as JSON",
  requested: "Requested Python",
  userManaged: "Managed by the user: nothing is installed, runs use the packages of this Python.",
  used: "Python used",
  recordedBy: "Recorded by",
  noUse: "None of the latest runs used this environment.",
  built: "Built environments",
  before: "Packages from before",
  builtBy: "Built by",
  cost: "Cost",
  timeAndSize: (time: string, size: string) => `${time}, ${size}`,
  builtAt: "Built",
  builtFor: "for this run",
  foundReady: "before this run",
  replaced: "Other versions",
  lastUsed: "Last used by",
  among: (n: number) => `Environments that the latest ${n.toLocaleString("en")} runs used.`,
};
