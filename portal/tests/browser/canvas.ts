// SPDX-License-Identifier: Apache-2.0
// What a chart on a page has drawn.
import type { Page } from "playwright-core";

export const plotOf = (page: Page, name: RegExp) => page.getByRole("img", { name }).locator(".u-over");

/** Where a canvas has the color of a line, in CSS pixels. */
export async function inkOf(page: Page, name: RegExp, color: string): Promise<{ x: number; y: number }[]> {
  const canvas = page.getByRole("img", { name }).locator("canvas");
  return canvas.evaluate((element: HTMLCanvasElement, variable) => {
    const probe = document.createElement("canvas").getContext("2d")!;
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(variable);
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    const { data, width } = element.getContext("2d")!.getImageData(0, 0, element.width, element.height);
    const found = [];
    for (let i = 0; i < data.length; i += 4)
      if (
        Math.abs(data[i]! - r!) + Math.abs(data[i + 1]! - g!) + Math.abs(data[i + 2]! - b!) < 60 &&
        data[i + 3]! > 200
      )
        found.push({ x: ((i / 4) % width) / devicePixelRatio, y: Math.floor(i / 4 / width) / devicePixelRatio });
    return found;
  }, color);
}

/** The box of a plot's area within its canvas. */
export const areaOf = (page: Page, name: RegExp) =>
  plotOf(page, name).evaluate((over: HTMLElement) => ({
    left: over.offsetLeft,
    top: over.offsetTop,
    width: over.offsetWidth,
    bottom: over.offsetTop + over.offsetHeight,
  }));
