// SPDX-License-Identifier: Apache-2.0
// The daemon's answers. docs/formats/http-api.md explains the fields.

export type Status =
  | "NotStarted"
  | "Queued"
  | "Preparing"
  | "Running"
  | "Finalizing"
  | "CancelRequested"
  | "Completed"
  | "Failed"
  | "Canceled";

/** A cell of a metric, a tag or a column. Text from argv that is not UTF-8 comes as base64. */
export type Cell = string | number | boolean | null;
export type Word = string | { base64: string };

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Workspace {
  subscription_id: string;
  resource_group: string;
  name: string;
}

export interface Experiment {
  id: string;
  name: string;
  workspace: Workspace;
  created: string;
  runs: number;
  /** When one of its runs was made or ended, the latest. */
  last_activity: string | null;
  counts: Partial<Record<Status, number>>;
}

export interface Snapshot {
  digest: string;
  files: number;
  bytes: number;
  left_out: string;
  git: Record<string, Cell>;
}

/** An environment that was built for a run, or found ready. */
export interface Prepared {
  name: string | null;
  digest: string;
  python: { path: Word; version: string };
  before?: string;
  tool: string;
  built: boolean;
  created: string;
  seconds: number;
  bytes: number;
  replaced: string[];
}

export interface Run {
  id: string;
  number: number;
  name: string;
  display_name: string | null;
  description: string | null;
  kind: string;
  workspace: Workspace;
  experiment: string;
  status: Status;
  waiting: string | null;
  reason: string | null;
  error: { code: string; message: string | null; type?: string | null; traceback?: string | null } | null;
  created: string;
  started: string | null;
  ended: string | null;
  duration_seconds: number | null;
  target: string | null;
  parent: string | null;
  submitter: string | null;
  script: Word | null;
  arguments: Word[] | null;
  command: Word[] | null;
  interpreter: { path: Word | null; version?: string; packages?: Record<string, string> } | null;
  prepared?: Prepared | null;
  /** What the client said of the run; not in lists. */
  configuration?: unknown;
  source_directory: Word | null;
  snapshot: Snapshot | null;
  environment: Record<string, Word> | null;
  tags: Record<string, string | null>;
  properties: Record<string, string>;
  warnings: string[];
  exit_code: number | null;
  signal: string | number | null;
  cpu_seconds: number | null;
  peak_bytes: number | null;
  log_bytes: number | null;
  directory: string;
  columns?: Record<string, Cell>;
}

/** `total` and `counts` where they were asked for. */
export interface RunPage extends Page<Run> {
  total?: number;
  counts?: Partial<Record<Status, number>>;
}

export interface RunFile {
  name: string;
  size: number;
  sha256: string | null;
  kind: "artifact" | "log" | "live";
  created: string | null;
}

export interface SourceFile {
  path: string;
  type: "file" | "dir" | "link";
  mode?: number;
  size: number;
  sha256: string | null;
  target?: string | null;
}

export interface Target {
  name: string;
  slots: number;
  /** The target whose other name it is. */
  alias_of: string | null;
  running: string[];
  queued: string[];
}

export interface Model {
  number: number;
  name: string;
  version: number;
  workspace: Workspace;
  run: string | null;
  created: string;
  description: string | null;
  framework: string | null;
  framework_version: string | null;
  tags: Record<string, string | null>;
  properties: Record<string, string>;
  size: number;
  files: { path: string; size: number }[];
}

export interface Environment {
  name: string;
  version: string;
  created: string;
  /** Any JSON object; the SDK's say `python`, `environmentVariables` and more. */
  definition: Record<string, unknown>;
}

export interface Datastore {
  name: string;
  type: string;
  path: string;
  /** It is a folder elsewhere, which a link leads to. */
  linked: boolean;
  default: boolean;
  settings: Record<string, unknown>;
}

export interface Dataset {
  id: string;
  /** Null, like its version: an input or output of a run that was not registered. */
  name: string | null;
  version: number | null;
  type: string;
  paths: string[];
  description: string | null;
  tags: Record<string, string | null>;
  /** Seconds since 1970. */
  created: number | null;
}

/** A run that has a dataset as the input or output `name`. */
export interface DatasetUse {
  run: string;
  experiment: string;
  status: Status;
  created: string;
  name: string;
  mode: string;
}

export interface DatasetInfo extends Dataset {
  options: Record<string, unknown>;
  steps: unknown[];
  /** The newest first. */
  versions: { id: string; version: number; created: number | null }[];
  made_by: DatasetUse[];
  used_by: DatasetUse[];
}

export interface TextPreview {
  path: string;
  content: string;
  /** The file goes on. */
  cut: boolean;
}

export interface DatasetPreview {
  files: { path: string; size: number }[];
  /** There may be other files. */
  more: boolean;
  /** Of the first file, if it is text. */
  text: TextPreview | null;
}

/** The dataset is null: the workspace no longer has it, or none was registered for the output. */
export interface NamedDataset {
  name: string;
  mode: string;
  dataset: Dataset | null;
}

export interface RunDatasets {
  inputs: NamedDataset[];
  outputs: NamedDataset[];
}

/** A summary of a scalar, without its values. `numeric`: all its values are numbers. */
export interface Scalar {
  kind: "scalar";
  name: string;
  count: number;
  last: Cell;
  min: number | null;
  max: number | null;
  numeric: boolean;
  stepped: boolean;
}

export interface Table {
  kind: "table";
  name: string;
  columns: Record<string, Cell[]>;
  rows: number;
}

/** An image or a JSON document: the values are names of the run's files. */
export interface FileMetric {
  kind: "image" | "document";
  name: string;
  schema?: string;
  values: string[];
  steps?: (number | null)[] | null;
}

export type Metric = Scalar | Table | FileMetric;

/**
 * Points of a scalar, in parts along x. `first` and `last` of a part without a finite value are as they were logged, its `low`
 * and `high` are null.
 */
export interface Series {
  name: string;
  count: number;
  numeric: boolean;
  x: number[];
  time: number[];
  first: (number | null)[];
  last: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  nan: number[];
  n: number[];
}
