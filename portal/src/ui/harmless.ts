// SPDX-License-Identifier: Apache-2.0
// Names and logs come from anywhere. They are only ever text; and characters in them that would turn the text around them
// about, or hide, are shown as their numbers, by one hook under every text node: a name must not rewrite the command
// beside it.
import { options, type VNode } from "preact";

const turning = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** A text with the characters that have no look of their own made visible. */
export const visible = (text: string): string =>
  text.replace(turning, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

/** Has every text that is drawn pass through `visible`. Called once. */
export function showHarmlessly(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    const text = vnode as { type: unknown; props: unknown }; // text is a node without a type
    if (text.type === null && typeof text.props === "string") text.props = visible(text.props);
    before?.(vnode);
  };
}
