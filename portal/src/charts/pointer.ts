// SPDX-License-Identifier: Apache-2.0
// What a mouse, a wheel or a finger does on a plot: pan, zoom, show all, click. uPlot itself selects a range by dragging.
import { followFinger } from "./finger.ts";
import type { Range } from "./strokes.ts";

export interface PointerActions {
  /** The range of x that is shown; null: nothing is drawn yet. */
  range: () => Range | null;
  onRange: (range: Range | null) => void;
  /** Zooms around the middle; a factor above 1 shows more. */
  zoom: (factor: number) => void;
  onClick: () => void;
}

/** A pointer that moves less than this many pixels between press and release has clicked. */
const clickSlack = 3;

/** Listens as long as the element is there. */
export function listenToPointer(over: HTMLElement, { range, onRange, zoom, onClick }: PointerActions): void {
  followFinger(over);
  panWithShift(over, range, onRange);
  let pressedAt = 0;
  over.addEventListener("pointerdown", (event) => {
    pressedAt = event.clientX;
  });
  over.addEventListener("click", (event) => {
    if (Math.abs(event.clientX - pressedAt) < clickSlack) onClick();
  });
  over.addEventListener("dblclick", () => onRange(null));
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8);
  };
  over.addEventListener("wheel", onWheel, { passive: false });
}

/** Moves the range along with a pointer that was pressed with Shift, instead of selecting. */
function panWithShift(over: HTMLElement, range: PointerActions["range"], onRange: PointerActions["onRange"]): void {
  let start: { x: number; range: Range } | null = null;
  over.addEventListener("pointerdown", (event) => {
    const shown = range();
    if (event.shiftKey && shown) start = { x: event.clientX, range: shown };
  });
  const keepFromSelecting = (event: MouseEvent): void => {
    if (event.shiftKey) event.stopImmediatePropagation();
  };
  over.addEventListener("mousedown", keepFromSelecting, true);
  over.addEventListener("pointermove", (event) => {
    if (event.buttons === 0) start = null; // it was released outside of the plot
    if (!start) return;
    const [from, to] = start.range;
    const moved = ((start.x - event.clientX) / over.clientWidth) * (to - from);
    onRange([from + moved, to + moved]);
  });
  over.addEventListener("pointerup", () => {
    start = null;
  });
}
