// SPDX-License-Identifier: Apache-2.0
// One axis in words and fields: its scale, and what it lets through. Does by keyboard and finger what a drag along the axis does.
import { number } from "../format/number.ts";
import { t } from "../text/text.ts";
import type { Brush } from "./brush.ts";
import { type Dimension, nameText, type Placed } from "./dimension.ts";

interface Props {
  axes: readonly Placed[];
  brushes: readonly Brush[];
  chosen: string;
  onChoose: (key: string) => void;
  onLog: (key: string, log: boolean) => void;
  onBrush: (key: string, brush: Brush | null) => void;
}

export function AxisSettings({ axes, brushes, chosen, onChoose, onLog, onBrush }: Props) {
  const axis = axes.find(({ dimension }) => dimension.key === chosen) ?? axes.at(-1)!;
  const { dimension } = axis;
  const { key, names, positive, log } = dimension;
  const brush = brushes.find((other) => other.key === key) ?? null;
  const change = (next: Brush): void => onBrush(key, isEmpty(next) ? null : next);
  const now = brush ?? { key, range: null, names: [], missing: false };
  return (
    <div class="row bar axis-settings">
      <label>
        {t.sweep.axis}{" "}
        <select value={key} onChange={(event) => onChoose(event.currentTarget.value)}>
          {axes.map(({ dimension }) => (
            <option value={dimension.key}>{dimension.name}</option>
          ))}
        </select>
      </label>
      {names ? (
        <Names names={names} brush={now} onChange={change} />
      ) : (
        <>
          <label title={positive ? undefined : t.sweep.noLog}>
            <input
              type="checkbox"
              checked={log}
              disabled={!positive}
              onChange={(event) => onLog(key, event.currentTarget.checked)}
            />{" "}
            {t.charts.log}
          </label>
          <Ends dimension={dimension} brush={now} onChange={change} />
        </>
      )}
      {axis.bottom > 0 ? (
        <label>
          <input
            type="checkbox"
            checked={now.missing}
            onChange={(event) => change({ ...now, missing: event.currentTarget.checked })}
          />{" "}
          {t.sweep.withoutValue}
        </label>
      ) : null}
      {brush ? (
        <button type="button" class="quiet small" onClick={() => onBrush(key, null)}>
          {t.sweep.letAllThrough}
        </button>
      ) : null}
    </div>
  );
}

const isEmpty = ({ range, names, missing }: Brush): boolean => range === null && names.length === 0 && !missing;

interface PartProps {
  brush: Brush;
  onChange: (brush: Brush) => void;
}

const far = Number.MAX_VALUE; // no limit, as a number that the address can hold

/** From and to; an empty field has no limit. */
function Ends({ dimension, brush, onChange }: PartProps & { dimension: Dimension }) {
  const [low, high] = brush.range ?? [-far, far];
  const field = (label: string, value: number, otherwise: number, set: (value: number) => void) => (
    <label>
      {label}{" "}
      <input
        class="short"
        inputMode="decimal"
        aria-label={`${dimension.name}: ${label}`}
        value={Math.abs(value) < far ? String(Number(value.toPrecision(4))) : ""}
        onChange={(event) => {
          const text = event.currentTarget.value.trim();
          const typed = text === "" ? otherwise : Number(text.replace("−", "-"));
          if (Number.isNaN(typed)) event.currentTarget.value = number(value);
          else set(typed);
        }}
      />
    </label>
  );
  const change = (range: [number, number]): void =>
    onChange({ ...brush, range: range.every((end) => Math.abs(end) >= far) ? null : range });
  return (
    <>
      {field(t.sweep.from, low, -far, (value) => change([value, high]))}
      {field(t.sweep.to, high, far, (value) => change([low, value]))}
    </>
  );
}

const mostNames = 30;

function Names({ names, brush, onChange }: PartProps & { names: readonly string[] }) {
  const flip = (name: string): void => {
    const others = brush.names.filter((other) => other !== name);
    onChange({ ...brush, names: others.length < brush.names.length ? others : [...others, name] });
  };
  return (
    <>
      {names.slice(0, mostNames).map((name) => (
        <label class="axis-choice">
          <input type="checkbox" checked={brush.names.includes(name)} onChange={() => flip(name)} /> {nameText(name)}
        </label>
      ))}
      {names.length > mostNames ? <span class="soft">{t.sweep.moreNames(names.length - mostNames)}</span> : null}
    </>
  );
}
