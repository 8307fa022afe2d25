// SPDX-License-Identifier: Apache-2.0
// A finger on a chart: dragged sideways it selects a range like a mouse, up and down it scrolls the page, and a tap stays a tap.

const least = 8; // pixels that a finger goes sideways before it drags

/** Turns what a finger does over an element into mouse events. */
export function followFinger(over: HTMLElement): void {
  let from: PointerEvent | null = null;
  let drags = false;
  const say = (type: string, { clientX, clientY }: PointerEvent): void => {
    over.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX, clientY, movementX: 1 }));
  };
  const end = (event: PointerEvent): void => {
    if (from && event.pointerId !== from.pointerId) return;
    const at = event.type === "pointerup" ? event : from; // where it began: nothing is chosen
    if (at && drags) {
      say("mouseup", at);
      say("mouseleave", at);
    }
    drags = false;
    from = null;
  };
  over.style.touchAction = "pan-y";
  over.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" && !from) from = event;
  });
  over.addEventListener("pointermove", (event) => {
    if (event.pointerId !== from?.pointerId) return;
    if (!drags && Math.abs(event.clientX - from.clientX) >= least) {
      drags = true;
      say("mousemove", from);
      say("mousedown", from);
    }
    if (drags) say("mousemove", event);
  });
  over.addEventListener("pointerup", end);
  over.addEventListener("pointercancel", end);
}
