// SPDX-License-Identifier: Apache-2.0
// Files made in the browser.
import { css } from "./color.ts";

const nameFor = (title: string, ending: string): string =>
  `${title.replace(/[^\p{L}\p{N}._-]+/gu, "_").slice(0, 80) || "chart"}.${ending}`;

function save(blob: Blob, name: string): void {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  window.setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}

/** A canvas as PNG, on the page's own ground. */
export function saveCanvas(canvas: HTMLCanvasElement, title: string): void {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext("2d")!;
  context.fillStyle = css("--card");
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  copy.toBlob((blob) => blob && save(blob, nameFor(title, "png")));
}

export const saveText = (text: string, title: string): void =>
  save(new Blob([text], { type: "text/csv" }), nameFor(title, "csv"));
