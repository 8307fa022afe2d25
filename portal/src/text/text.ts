// SPDX-License-Identifier: Apache-2.0
// Every text that the portal says, in the reader's language. `t` is always the current one.
import { en, type Text } from "./en.ts";

export type Language = "en" | "zh";

export let t: Text = en;

const key = "runyard-language";

/** The language chosen before, else the browser's. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(key);
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Loads a language and makes it the current one. */
export async function speak(language: Language): Promise<void> {
  t = language === "zh" ? (await import("./zh.ts")).zh : en;
  document.documentElement.lang = t.lang;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(key, language);
  await speak(language);
}
