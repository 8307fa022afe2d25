// SPDX-License-Identifier: Apache-2.0
// A line without axes, as small as a word.

const width = 120, height = 24, margin = 2;

/** Values from left to right; fewer than two are a dot. */
export function Spark({ values, label }: { values: readonly number[]; label: string }) {
  const low = Math.min(...values), span = Math.max(...values) - low || 1;
  const x = (i: number): number => margin + (values.length < 2 ? 0.5 : i / (values.length - 1)) * (width - 2 * margin);
  const y = (value: number): number => height - margin - ((value - low) / span) * (height - 2 * margin);
  const last = values.at(-1) ?? 0;
  return (
    <svg class="spark" width={width} height={height} role="img" aria-label={label}>
      <polyline points={values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ")} />
      <circle cx={x(values.length - 1)} cy={y(last)} r="2" />
    </svg>
  );
}
