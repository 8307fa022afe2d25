// SPDX-License-Identifier: Apache-2.0
// How charts of a page are drawn: what x is, which scale, how smooth. Kept in the address.
import type { XAxis } from "../api/metrics.ts";
import { setQuery } from "../router.ts";
import { t } from "../text/text.ts";

export interface ChartSettings {
  x: XAxis;
  log: boolean;
  smoothing: number;
}

const axes = ["index", "step", "relative", "time"] as const;

export function settingsIn(query: URLSearchParams, stepped: boolean): ChartSettings {
  const x = query.get("x") ?? "";
  const known = (axes as readonly string[]).includes(x) || x.startsWith("metric.");
  const smoothing = Number(query.get("smoothing") ?? 0);
  return {
    x: known ? (x as XAxis) : stepped ? "step" : "index",
    log: query.get("scale") === "log",
    smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0,
  };
}

export function SettingsBar({ settings, metrics }: { settings: ChartSettings; metrics: readonly string[] }) {
  return (
    <div class="row bar chart-settings">
      <label>
        {t.charts.xAxis}{" "}
        <select value={settings.x} onChange={(event) => setQuery({ x: event.currentTarget.value })}>
          {axes.map((axis) => (
            <option value={axis}>{t.charts.x[axis]}</option>
          ))}
          {metrics.length ? (
            <optgroup label={t.nameKind.metric}>
              {metrics.map((name) => (
                <option value={`metric.${name}`}>{name}</option>
              ))}
            </optgroup>
          ) : null}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={settings.log}
          onChange={(event) => setQuery({ scale: event.currentTarget.checked ? "log" : null })}
        />{" "}
        {t.charts.log}
      </label>
      <label>
        {t.charts.smoothing}{" "}
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={settings.smoothing}
          aria-valuetext={String(settings.smoothing)}
          onInput={(event) =>
            setQuery({ smoothing: event.currentTarget.value === "0" ? null : event.currentTarget.value })
          }
        />{" "}
        <span class="number">{settings.smoothing.toFixed(2)}</span>
      </label>
    </div>
  );
}
