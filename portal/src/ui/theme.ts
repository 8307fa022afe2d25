// SPDX-License-Identifier: Apache-2.0
// Light or dark: as the system has it, or as the reader chose.
export type Theme = "auto" | "light" | "dark";

const key = "runyard-theme";
const changed = new EventTarget();

export function currentTheme(): Theme {
  const chosen = localStorage.getItem(key);
  return chosen === "light" || chosen === "dark" ? chosen : "auto";
}

const apply = (): void => {
  const theme = currentTheme();
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  changed.dispatchEvent(new Event("changed"));
};

/** Applies the theme, now and when the system's changes. */
export function startTheme(): void {
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  apply();
}

/** Calls `listener` after the theme has changed: a canvas has to be drawn again. */
export function onTheme(listener: () => void): () => void {
  changed.addEventListener("changed", listener);
  return () => changed.removeEventListener("changed", listener);
}
