// SPDX-License-Identifier: Apache-2.0
// A table that draws only the rows in sight. Rows come from outside, by their index; a row that is not there yet is empty.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../text/text.ts";
import { useInSight, type Window } from "./virtual.ts";

export const rowHeight = 36;

/** How much room a text takes, in rem: letters of Chinese are as wide as they are high. */
export const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 1 : 0.56), 0);

export interface Column<T> {
  key: string;
  title: string;
  /** At least so wide, in rem; `grow`: its share of the room that is left. */
  width: number;
  grow?: number;
  numeric?: boolean;
  sortable?: boolean;
  cell: (row: T) => ComponentChildren;
}

export interface Sort {
  key: string;
  descending: boolean;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  total: number;
  row: (index: number) => T | undefined;
  idOf: (row: T) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  onSight?: (window: Window) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (row: T, index: number, upTo: boolean) => void;
  onOpen?: (row: T) => void;
  /** The row that the pointer or the arrow keys are at; undefined: none. */
  onPoint?: (row: T | undefined) => void;
  /** The id of a row that stands out, because something else on the page points at it. */
  lit?: string | null;
}

export function Grid<T>(props: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const { first, end } = useInSight(box, rowHeight, props.total);
  const [focused, setFocused] = useState(0);
  useEffect(() => {
    box.current!.scrollTop = 0; // other rows begin at their beginning
    setFocused(0);
  }, [props.row]);
  useEffect(() => props.onSight?.({ first, end }), [first, end, props.total, props.onSight]);

  const tracks = [props.onSelect ? "2.4rem" : "", ...props.columns.map(trackOf)].join(" ");
  const minWidth = `${props.columns.reduce((sum, column) => sum + column.width, props.onSelect ? 2.4 : 0)}rem`;
  const indices = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  return (
    <div
      class="grid"
      ref={box}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.total + 1}
      tabIndex={0}
      aria-multiselectable={props.onSelect ? true : undefined}
      aria-activedescendant={props.total ? `row-${focused}` : undefined}
      onKeyDown={(event) => move(event, box.current!, focused, setFocused, props)}
      onPointerLeave={() => props.onPoint?.(undefined)}
    >
      <div class="grid-row grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks, minWidth }}>
        {props.onSelect ? (
          <div role="columnheader">
            <span class="hidden">{t.runs.selected}</span>
          </div>
        ) : null}
        {props.columns.map((column) => (
          <Head column={column as Column<unknown>} sort={props.sort} onSort={props.onSort} />
        ))}
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${props.total * rowHeight}px`, minWidth }}>
        <div class="grid-shift" role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {indices.map((index) => (
            <Row
              key={index}
              index={index}
              focused={index === focused}
              tracks={tracks}
              grid={props}
              onFocus={setFocused}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

const trackOf = ({ width, grow }: { width: number; grow?: number }): string =>
  grow ? `minmax(${width}rem, ${grow}fr)` : `${width}rem`;

function Head({
  column,
  sort,
  onSort,
}: {
  column: Column<unknown>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}) {
  const current = sort?.key === column.key ? sort : undefined;
  const direction = current ? (current.descending ? "descending" : "ascending") : undefined;
  const kind = column.numeric ? "number" : undefined;
  if (!column.sortable || !onSort)
    return (
      <div role="columnheader" class={kind} title={column.title}>
        {column.title}
      </div>
    );
  const next = { key: column.key, descending: current ? !current.descending : Boolean(column.numeric) };
  return (
    <div role="columnheader" aria-sort={direction} class={kind}>
      <button type="button" class="sorter" title={column.title} onClick={() => onSort(next)}>
        <span>{column.title}</span>
        {current ? <i aria-hidden="true">{current.descending ? "↓" : "↑"}</i> : null}
      </button>
    </div>
  );
}

interface RowProps<T> {
  index: number;
  focused: boolean;
  tracks: string;
  grid: Props<T>;
  onFocus: (index: number) => void;
}

function Row<T>({ index, focused, tracks, grid, onFocus }: RowProps<T>) {
  const row = grid.row(index);
  const id = row === undefined ? "" : grid.idOf(row);
  const chosen = grid.selected?.has(id) ?? false;
  const select = (event: MouseEvent): void => {
    if (row !== undefined) grid.onSelect?.(row, index, event.shiftKey);
  };
  return (
    <div
      class={`grid-row${focused ? " focused" : ""}${chosen ? " chosen" : ""}${row !== undefined && id === grid.lit ? " lit" : ""}`}
      role="row"
      aria-rowindex={index + 2}
      id={`row-${index}`}
      aria-selected={grid.onSelect ? chosen : undefined}
      style={{ gridTemplateColumns: tracks }}
      onPointerDown={() => onFocus(index)}
      onPointerEnter={() => grid.onPoint?.(row)}
    >
      {grid.onSelect ? (
        <div role="gridcell">
          <label class="pick">
            <input
              type="checkbox"
              aria-label={t.runs.select(id)}
              checked={chosen}
              disabled={row === undefined}
              onClick={select}
            />
          </label>
        </div>
      ) : null}
      {grid.columns.map((column) => (
        <div role="gridcell" class={column.numeric ? "number" : undefined}>
          {row === undefined ? <span class="soft">…</span> : column.cell(row)}
        </div>
      ))}
    </div>
  );
}

/** Arrow keys, Page up and down, Home and End go through the rows; space selects, Enter opens. */
function move<T>(
  event: KeyboardEvent,
  box: HTMLElement,
  focused: number,
  setFocused: (index: number) => void,
  grid: Props<T>,
): void {
  if (event.target !== box) return;
  const page = Math.max(1, Math.floor(box.clientHeight / rowHeight) - 2);
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -grid.total,
    End: grid.total,
  };
  const row = grid.row(focused);
  const step = steps[event.key];
  if (step !== undefined) {
    const next = Math.max(0, Math.min(grid.total - 1, focused + step));
    setFocused(next);
    keepInSight(box, next);
    grid.onPoint?.(grid.row(next));
  } else if (event.key === " " && row !== undefined) grid.onSelect?.(row, focused, event.shiftKey);
  else if (event.key === "Enter" && row !== undefined) grid.onOpen?.(row);
  else return;
  event.preventDefault();
}

function keepInSight(box: HTMLElement, index: number): void {
  const top = index * rowHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + 2 * rowHeight > box.scrollTop + box.clientHeight)
    box.scrollTop = top + 2 * rowHeight - box.clientHeight;
}
