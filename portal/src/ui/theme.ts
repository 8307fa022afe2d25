// SPDX-License-Identifier: Apache-2.0
// Light or dark: as the system is set, or as the reader chose.
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

/** Applies the theme, now and whenever the system's theme changes. */
export function startTheme(): void {
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  apply();
}

/** Calls `listener` after each change, when a canvas has to be drawn again, until the returned function is called. */
export function onTheme(listener: () => void): () => void {
  changed.addEventListener("changed", listener);
  return () => changed.removeEventListener("changed", listener);
}
