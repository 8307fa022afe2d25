// SPDX-License-Identifier: Apache-2.0
// English: every text of the portal. zh.ts has the same keys, which the compiler and a test see to.
import { charts } from "./en_charts.ts";
import { compare } from "./en_compare.ts";

export const en = {
  code: "en" as string,
  lang: "en" as string,
  loading: "Loading …",

  nav: {
    label: "Main",
    where: "Where this run belongs",
    daemonStarted: "started",
    skip: "Go to the content",
    experiments: "Experiments",
    runs: "Runs",
    compute: "Compute",
    models: "Models",
    environments: "Environments",
  },

  theme: { label: "Light or dark", auto: "Auto", light: "Light", dark: "Dark" },

  connection: {
    connecting: "Connecting",
    live: "Live",
    lost: "Connection lost",
    explained: {
      connecting: "The portal is looking for the daemon.",
      live: "What happens is shown at once.",
      lost: "The daemon does not answer; what is shown may be old. The portal keeps trying. To start the daemon: runyard up",
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
    no: "Leave it",
    keep: "Save",
    edit: "Edit",
    set: "Set",
    compare: "Compare",
    tag: "Tag",
    cancel: "Cancel run",
    cancelRuns: (n: number) => (n === 1 ? "Cancel the run" : `Cancel ${n} runs`),
    resubmit: "Resubmit",
    clear: "Clear selection",
    download: "Download",
    more: (shown: string, all: string) => `Show more (${shown} of ${all} are shown)`,
  },

  problem: {
    unreachable: "The daemon does not answer. Start it with “runyard up”; this page goes on by itself.",
    forbidden: "“runyard open” prints a link that lets this browser in.",
    ours: "The portal has made a mistake here. Loading the page again may help; please report it with these words:",
    noPage: "There is no such page.",
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
    anyMetric: "Type a part of a name",
    byStatus: "Runs by status",
    lastActivity: "Last activity",
    lastOf: (metric: string) => `${metric}, run by run`,
    none: "No experiments yet",
    noneFound: "No experiment has that in its name.",
    howToStart:
      "An experiment appears with its first run. Give a Python the SDK and run your notebook, or submit a script:",
  },

  runs: {
    all: "All runs",
    filter: "Filter",
    filterHint: "Filter: status = Failed and metric.loss.last < 0.5",
    columns: "Columns",
    kindOfColumn: "What to show",
    whichValue: "Which value",
    partOfName: "Type a part of a name",
    noNames: "Nothing has that in its name.",
    typeMore: "There are more: type on.",
    shown: "Shown",
    leaveOut: (column: string) => `Leave out ${column}`,
    total: (n: number) => (n === 1 ? "1 run" : `${n.toLocaleString("en")} runs`),
    withChildren: "Child runs too",
    onlyThese: "Show only these",
    select: (run: string) => `Select ${run}`,
    selected: "Selected runs",
    selectedCount: (n: number) => `${n} selected`,
    none: "No runs yet",
    noneLeft: "The filter leaves no run.",
    clearFilter: "Clear the filter",
    howToStart: "Submit one from a notebook or from a shell:",
    askCancel: (n: number) =>
      n === 1
        ? "Cancel this run? What it has logged and written is kept."
        : `Cancel ${n} runs? What they have logged and written is kept.`,
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
    again: "Run it again",
    cpu: "CPU time",
    memory: "Peak memory",
    exitCode: "Exit code",
    signal: "Signal",
    contents: "Contents",
    filesAndBytes: (files: number, size: string) =>
      `${files.toLocaleString("en")} ${files === 1 ? "file" : "files"}, ${size}`,
    leftOut: "Left out",
    nothing: "nothing",
    digest: "Digest",
    properties: "Properties",
    environment: "Environment variables of the run",
    packages: (n: number) => `${n} packages`,
    prepared: "Environment that was built",
    failed: (code: string) => `The run failed (${code}).`,
    traceback: "Traceback",
  },

  metrics: {
    none: "This run has logged no metrics.",
    noneYet: "This run has logged no metrics yet. They appear here as they come.",
    how: "A script logs one like this:",
  },

  charts,

  images: {
    none: "This run has logged no images.",
    how: "A script logs one like this:",
    beside: "Beside",
    noOther: "no other run",
    place: (n: number, of: number) => `${n} of ${of}`,
    step: (n: number) => `Step ${n}`,
    notThere: (run: string) => `${run} has no such image.`,
    cannotShow: (file: string) => `The browser cannot show ${file}; it can be downloaded.`,
  },

  children: { none: "This run has no child runs.", how: "A run makes one like this:" },

  files: {
    none: "This run has no files yet.",
    how: "What a script writes into outputs/ is kept when it ends.",
    gone: (name: string) => `There is no file ${name}.`,
    allAsZip: "All as zip",
    noPreview: "There is no preview of this file; it can be downloaded.",
  },

  log: {
    search: "Search the log",
    begin: "Beginning",
    end: "End",
    follow: "Follow",
    position: "Place in the log",
    of: (here: string, all: string) => `${here} of ${all}`,
    empty: "Nothing was written.",
    emptyYet: "Nothing has been written yet. It appears here as it comes.",
    linkTo: (offset: number) => `Link to this line (byte ${offset})`,
    previous: "Previous",
    next: "Next",
    hits: (n: number, of: number) => (of === 0 ? "not found" : `${n} of ${of} lines`),
    searched: (percent: number) => `${percent} % searched`,
    written: "Lines in sight were written",
  },

  source: {
    none: "There is no snapshot.",
    why: "It was not asked for, or it could not be taken: the run's details say why.",
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

  compute: {
    none: "There is no target.",
    slots: "Slots",
    use: (running: number, slots: number) => `${running} of ${slots} ${slots === 1 ? "slot" : "slots"} in use.`,
    aliasOf: (target: string) => `Another name of ${target}.`,
    paused: "Paused: nothing is started.",
    howSlots: "A slot takes one run at a time; the others wait. With 0 slots nothing is started.",
    active: (n: number) => `Active (${n})`,
    queued: (n: number) => `Queued (${n})`,
    noneActive: "Nothing runs here now.",
    noneQueued: "Nothing waits.",
    since: "Queued",
    why: "Why it waits",
    place: (n: number) => `No. ${n} in the queue`,
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

  environments: {
    none: "No environments yet",
    how: "A notebook registers one like this:",
    packages: "Packages",
    variables: "Variables",
    whole: "Definition as JSON",
    askedFor: "Python asked for",
    userManaged: "Managed by the user: nothing is installed, runs use what the Python has.",
    used: "Python used",
    recordedBy: "Recorded by",
    noUse: "None of the latest runs that were looked at used this environment.",
    built: "Built environments",
    madeBy: "Made by",
    cost: "Cost",
    timeAndSize: (time: string, size: string) => `${time}, ${size}`,
    when: "Made",
    builtFor: "for this run",
    foundReady: "before this run",
    replaced: "Other versions",
    lastUsed: "Last used by",
    among: (n: number) => `Those that the latest ${n.toLocaleString("en")} runs used.`,
  },
};

export type Text = typeof en;
