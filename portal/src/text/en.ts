// SPDX-License-Identifier: Apache-2.0
// English: every text of the portal. zh.ts has the same keys; the compiler and a test check that.
import { charts } from "./en_charts.ts";
import { compare } from "./en_compare.ts";
import { data } from "./en_data.ts";
import { environments } from "./en_environments.ts";
import { sweep } from "./en_sweep.ts";

export const en = {
  code: "en" as string,
  lang: "en" as string,
  loading: "Loading …",

  nav: {
    label: "Main",
    where: "Breadcrumb",
    daemonStarted: "started",
    skip: "Skip to content",
    experiments: "Experiments",
    runs: "Runs",
    compute: "Compute",
    models: "Models",
    data: "Data",
    environments: "Environments",
  },

  theme: { label: "Light or dark", auto: "Auto", light: "Light", dark: "Dark" },

  connection: {
    connecting: "Connecting",
    live: "Live",
    lost: "Connection lost",
    explained: {
      connecting: "The portal is looking for the daemon.",
      live: "Changes are shown as they happen.",
      lost: "The daemon does not answer, so this page may be out of date. The portal keeps trying to reconnect. To start the daemon: runyard up",
    },
  },

  status: {
    NotStarted: "Not started",
    Queued: "Queued",
    Preparing: "Preparing",
    Running: "Running",
    Finalizing: "Finalizing",
    CancelRequested: "Canceling",
    Completed: "Completed",
    Failed: "Failed",
    Canceled: "Canceled",
  },

  kind: { script: "Script", command: "Command", interactive: "Interactive" },

  action: {
    tryAgain: "Try again",
    copy: "Copy",
    copied: "Copied",
    dismiss: "Go back",
    save: "Save",
    edit: "Edit",
    set: "Set",
    compare: "Compare",
    tag: "Tag",
    cancel: "Cancel run",
    cancelRuns: (n: number) => (n === 1 ? "Cancel the run" : `Cancel ${n} runs`),
    resubmit: "Resubmit",
    clear: "Clear selection",
    download: "Download",
    more: (shown: string, all: string) => `Show more (${shown} of ${all})`,
  },

  problem: {
    unreachable: "The daemon does not answer. Start it with “runyard up”; this page then continues by itself.",
    forbidden: "“runyard open” prints a link that lets this browser in.",
    portal: "An error occurred in the portal. Reloading the page may help. Please report it with this message:",
    noPage: "Page not found.",
  },

  time: { justNow: "just now", ago: (age: string) => `${age} ago`, s: "s", min: "min", h: "h", d: "d" },

  field: {
    id: "Id",
    number: "No.",
    name: "Name",
    status: "Status",
    experiment: "Experiment",
    kind: "Kind",
    script: "Script",
    target: "Target",
    submitter: "Submitted by",
    created: "Created",
    started: "Started",
    ended: "Ended",
    duration: "Duration",
  },

  nameKind: { metric: "Metric", tag: "Tag", property: "Property", argument: "Argument" },
  summary: { last: "last", min: "min", max: "max" },

  workspace: { label: "Workspace", all: "All workspaces" },

  experiments: {
    find: "Find an experiment",
    metric: "Metric",
    anyMetric: "Type part of a name",
    byStatus: "Runs by status",
    lastActivity: "Last activity",
    lastOf: (metric: string) => `${metric}, run by run`,
    none: "No experiments yet",
    noneFound: "No experiment name contains that text.",
    howToStart:
      "An experiment appears with its first run. Install the SDK into your Python and run your notebook, or submit a script:",
  },

  runs: {
    all: "All runs",
    filter: "Filter",
    filterHint: "Filter: status = Failed and metric.loss.last < 0.5",
    columns: "Columns",
    kindOfColumn: "What to show",
    whichValue: "Which value",
    partOfName: "Type part of a name",
    noNames: "No name contains that text.",
    typeMore: "There are more names. Keep typing to narrow the list.",
    shown: "Shown",
    remove: (column: string) => `Remove ${column}`,
    total: (n: number) => (n === 1 ? "1 run" : `${n.toLocaleString("en")} runs`),
    withChildren: "Include child runs",
    onlyThese: "Show only these",
    select: (run: string) => `Select ${run}`,
    selected: "Selected runs",
    selectedCount: (n: number) => `${n} selected`,
    none: "No runs yet",
    noneLeft: "No run matches the filter.",
    clearFilter: "Clear the filter",
    howToStart: "Submit one from a notebook or from a shell:",
    askCancel: (n: number) =>
      n === 1
        ? "Cancel this run? Its metrics, logs and files are kept."
        : `Cancel ${n} runs? Their metrics, logs and files are kept.`,
    askTag: (n: number) => (n === 1 ? "Tag this run" : `Tag ${n} runs`),
  },

  tags: {
    title: "Tags",
    name: "Name",
    value: "Value (may be empty)",
    add: "+ Tag",
    remove: (tag: string) => `Remove the tag ${tag}`,
  },

  tabs: {
    sweep: "Sweep",
    details: "Details",
    metrics: "Metrics",
    images: "Images",
    children: "Child runs",
    files: "Outputs + logs",
    source: "Snapshot",
  },

  run: {
    gone: (id: string) => `There is no run ${id}.`,
    parts: "Parts of the run",
    parent: "Parent run",
    rename: "Rename",
  },

  details: {
    description: "Description",
    noDescription: "None yet.",
    ranAs: "What ran",
    times: "Times and resources",
    command: "Command",
    arguments: "Arguments",
    interpreter: "Python",
    folder: "Submitted from",
    files: "Files",
    runAgain: "Run again",
    cpu: "CPU time",
    memory: "Peak memory",
    exitCode: "Exit code",
    signal: "Signal",
    size: "Size",
    filesAndBytes: (files: number, size: string) =>
      `${files.toLocaleString("en")} ${files === 1 ? "file" : "files"}, ${size}`,
    excluded: "Excluded",
    nothing: "nothing",
    digest: "Digest",
    properties: "Properties",
    environment: "Environment variables of the run",
    packages: (n: number) => `${n} packages`,
    prepared: "Built environment",
    failed: (code: string) => `The run failed (${code}).`,
    traceback: "Traceback",
  },

  metrics: {
    none: "This run has logged no metrics.",
    noneYet: "This run has logged no metrics yet. They appear here as they are logged.",
    how: "A script logs one like this:",
  },

  charts,

  images: {
    none: "This run has logged no images.",
    how: "A script logs one like this:",
    compareWith: "Compare with",
    noOther: "no other run",
    position: (n: number, of: number) => `${n} of ${of}`,
    step: (n: number) => `Step ${n}`,
    notThere: (run: string) => `${run} has no such image.`,
    cannotShow: (file: string) => `The browser cannot show ${file}; it can be downloaded.`,
  },

  children: { none: "This run has no child runs.", how: "A run creates one like this:" },

  files: {
    none: "This run has no files yet.",
    how: "Files that a script writes to outputs/ are kept when it ends.",
    gone: (name: string) => `There is no file ${name}.`,
    allAsZip: "All files as zip",
    noPreview: "There is no preview of this file; it can be downloaded.",
  },

  log: {
    search: "Search the log",
    begin: "Beginning",
    end: "End",
    follow: "Follow",
    position: "Position in the log",
    of: (here: string, all: string) => `${here} of ${all}`,
    empty: "Nothing was written.",
    emptyYet: "Nothing has been written yet. Output appears here as it is written.",
    linkTo: (offset: number) => `Link to this line (byte ${offset})`,
    previous: "Previous",
    next: "Next",
    hits: (n: number, of: number) => (of === 0 ? "not found" : `${n} of ${of} lines`),
    searched: (percent: number) => `${percent} % searched`,
    written: "Visible lines were written",
  },

  source: {
    none: "There is no snapshot.",
    why: "It was not requested, or it could not be taken. The run's details say why.",
    asZip: "Download as zip",
    versus: "Compare with",
    noOther: "no other run",
    same: "the same",
    choose: "Choose a file.",
    noDifference: "The snapshots are the same.",
    difference: "Differences",
    change: { removed: "removed", added: "added", changed: "changed" },
    line: { same: "unchanged", removed: "removed", added: "added" },
  },

  compare,

  sweep,

  compute: {
    none: "No targets",
    slots: "Slots",
    use: (running: number, slots: number) => `${running} of ${slots} ${slots === 1 ? "slot" : "slots"} in use.`,
    aliasOf: (target: string) => `Alias of ${target}.`,
    paused: "Paused: no run is started.",
    howSlots: "A slot takes one run at a time; the others wait in the queue. With 0 slots no run is started.",
    active: (n: number) => `Active (${n})`,
    queued: (n: number) => `Queued (${n})`,
    noneActive: "No run is active.",
    noneQueued: "No run is queued.",
    since: "Queued",
    why: "Why it waits",
    position: (n: number) => `No. ${n} in the queue`,
  },

  models: {
    none: "No models yet",
    how: "A run registers one of its files as a model:",
    version: "Version",
    run: "Run",
    size: "Size",
    framework: "Framework",
    gone: (number: string) => `There is no model ${number}.`,
  },

  data,

  environments,
};

export type Text = typeof en;
