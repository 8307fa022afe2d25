// SPDX-License-Identifier: Apache-2.0
// The JSON that log_accuracy_table, log_residuals and log_predictions take, as the data of figures. Pure; a document that
// does not hold what it should is null.

export interface Point {
  x: number;
  y: number;
}

export const curveNames = ["roc", "precision", "gain", "lift"] as const;
export type CurveName = (typeof curveNames)[number];

/** By class: how its decisions went at each threshold, as [true positive, false positive, true negative, false negative]. */
type Decisions = readonly number[][];

export interface AccuracyTable {
  labels: string[];
  /** Thresholds of the probability. */
  byProbability: Decisions[];
  /** Thresholds that take so much of all samples. */
  byShare: Decisions[];
}

export interface Bins {
  edges: number[];
  counts: number[];
}

export interface Predictions extends Bins {
  /** Null, as is its error, where a bin is empty. */
  averages: (number | null)[];
  /** Standard deviations. */
  errors: (number | null)[];
}

type Fields = Record<string, unknown>;

const isList = (value: unknown, length?: number): value is unknown[] =>
  Array.isArray(value) && (length === undefined || value.length === length);

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

const isNumbers = (value: unknown, length?: number): value is number[] =>
  isList(value, length) && value.every(isNumber);

const hasGaps = (value: unknown, length?: number): value is (number | null)[] =>
  isList(value, length) && value.every((item) => item === null || isNumber(item));

const dataOf = (document: unknown): Fields => (document as { data?: Fields } | null)?.data ?? {};

const isDecisions = (value: unknown): value is Decisions[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((rows) => Array.isArray(rows) && rows.every((row) => isNumbers(row, 4)));

export function accuracyTableOf(document: unknown): AccuracyTable | null {
  const { probability_tables: byProbability, percentile_tables: byShare, class_labels: labels } = dataOf(document);
  if (!isDecisions(byProbability)) return null;
  const names = Array.isArray(labels) ? labels.map(String) : [];
  return {
    labels: byProbability.map((_, i) => names[i] ?? String(i)),
    byProbability,
    byShare: isDecisions(byShare) ? byShare : byProbability,
  };
}

export function binsOf(document: unknown): Bins | null {
  const { bin_edges: edges, bin_counts: counts } = dataOf(document);
  return isNumbers(counts) && counts.length > 0 && isNumbers(edges, counts.length + 1) ? { edges, counts } : null;
}

export function predictionsOf(document: unknown): Predictions | null {
  const bins = binsOf(document);
  const { bin_averages: averages, bin_errors: errors } = dataOf(document);
  const size = bins?.counts.length;
  return bins && hasGaps(averages, size) && hasGaps(errors, size) ? { ...bins, averages, errors } : null;
}

const decide: Record<CurveName, (row: readonly number[]) => Point> = {
  roc: ([tp = 0, fp = 0, tn = 0, fn = 0]) => ({ x: fp / (fp + tn), y: tp / (tp + fn) }),
  precision: ([tp = 0, fp = 0, , fn = 0]) => ({ x: tp / (tp + fn), y: tp / (tp + fp) }),
  gain: ([tp = 0, fp = 0, tn = 0, fn = 0]) => ({ x: (tp + fp) / (tp + fp + tn + fn), y: tp / (tp + fn) }),
  lift: ([tp = 0, fp = 0, tn = 0, fn = 0]) => {
    const share = (tp + fp) / (tp + fp + tn + fn);
    return { x: share, y: tp / (tp + fn) / share };
  },
};

/** The curve of one class from left to right; thresholds at which it has no value (no sample is chosen) are skipped. */
export function curveOf(table: AccuracyTable, name: CurveName, column: number): Point[] {
  const rows = (name === "roc" || name === "precision" ? table.byProbability : table.byShare)[column] ?? [];
  return rows
    .map(decide[name])
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .sort((a, b) => a.x - b.x || a.y - b.y);
}

/** The area under points from left to right. */
export const areaUnder = (points: readonly Point[]): number =>
  points.slice(1).reduce((sum, point, i) => sum + ((point.x - points[i]!.x) * (point.y + points[i]!.y)) / 2, 0);
