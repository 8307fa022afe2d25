// SPDX-License-Identifier: Apache-2.0
// The frame around every page: navigation, the state of the connection, and the page that the address names.
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { status } from "./api/daemon.ts";
import { useAnswer } from "./live/answer.ts";
import { useConnection } from "./live/changes.ts";
import { Compare } from "./pages/compare.tsx";
import { Compute } from "./pages/compute.tsx";
import { Data } from "./pages/data.tsx";
import { Environments } from "./pages/environments.tsx";
import { Experiments } from "./pages/experiments.tsx";
import { Models } from "./pages/models.tsx";
import type { PageProps } from "./pages/props.ts";
import { RunPage } from "./pages/run.tsx";
import { Runs } from "./pages/runs.tsx";
import { link, type Route, useRoute } from "./router.ts";
import { chooseLanguage, type Language, t } from "./text/text.ts";
import { ErrorBoundary } from "./ui/error_boundary.tsx";
import { Ago, Empty } from "./ui/parts.tsx";
import { chooseTheme, currentTheme, type Theme } from "./ui/theme.ts";

function NotFound() {
  return (
    <Empty title={t.problem.noPage}>
      <a href={link([])}>{t.nav.experiments}</a>
    </Empty>
  );
}

function pageOf({ path }: Route): ComponentType<PageProps> {
  const [first, second, more] = path;
  if (more !== undefined) return NotFound;
  if (first === "experiments" && second !== undefined) return Runs;
  if (first === "runs") return second === undefined ? Runs : RunPage;
  if (first === "models") return Models;
  if (first === "data") return Data;
  if (second !== undefined) return NotFound;
  const pages: Record<string, ComponentType<PageProps>> = {
    "": Experiments,
    compute: Compute,
    environments: Environments,
    compare: Compare,
  };
  const name = first ?? "";
  return Object.hasOwn(pages, name) ? pages[name]! : NotFound;
}

function titleOf({ path }: Route): string | undefined {
  const name = path[0] ?? "experiments";
  if (name === "compare") return t.compare.title;
  return Object.hasOwn(t.nav, name) ? t.nav[name as keyof typeof t.nav] : undefined;
}

const toContent = (preventScroll: boolean): void => document.getElementById("main")?.focus({ preventScroll });

/** Moves the focus to the page. A link to "#main" would open the portal's root: addresses are relative to that. */
function skip(event: Event): void {
  event.preventDefault();
  toContent(false);
}

export function App() {
  const route = useRoute();
  const [language, setLanguage] = useState(t.lang);
  const Page = pageOf(route);
  const path = route.path.join("/");
  const shown = useRef(path);
  useLayoutEffect(() => {
    document.title = [route.path[1] ?? titleOf(route), "Runyard"].filter(Boolean).join(" – ");
  }, [route, language]);
  useEffect(() => {
    // When the page changes, screen readers and the keyboard start at its beginning.
    if (shown.current !== path) toContent(true);
    shown.current = path;
  }, [path]);
  const choose = async (chosen: Language): Promise<void> => {
    await chooseLanguage(chosen);
    setLanguage(t.lang);
  };
  return (
    <div key={language} class="frame">
      <a class="skip" href="#main" onClick={skip}>
        {t.nav.skip}
      </a>
      <Header route={route} onLanguage={(chosen) => void choose(chosen)} />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={path}>
          <Page route={route} />
        </ErrorBoundary>
      </main>
      <Footer />
    </div>
  );
}

function Header({ route, onLanguage }: { route: Route; onLanguage: (language: Language) => void }) {
  const [theme, setTheme] = useState(currentTheme);
  const first = route.path[0] ?? "experiments";
  const here = first === "compare" ? "runs" : first; // runs to compare are chosen in their list
  const items: [string, string[]][] = [
    [t.nav.experiments, []],
    [t.nav.runs, ["runs"]],
    [t.nav.compute, ["compute"]],
    [t.nav.models, ["models"]],
    [t.nav.data, ["data"]],
    [t.nav.environments, ["environments"]],
  ];
  const change = (chosen: Theme): void => {
    chooseTheme(chosen);
    setTheme(chosen);
  };
  return (
    <header>
      <a class="brand" href={link([])}>
        Runyard
      </a>
      <nav class="main-nav" aria-label={t.nav.label}>
        {items.map(([label, path]) => (
          <a href={link(path)} aria-current={here === (path[0] ?? "experiments") ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <div class="row tools">
        <ConnectionMark />
        <select
          aria-label={t.theme.label}
          value={theme}
          onChange={(event) => change(event.currentTarget.value as Theme)}
        >
          <option value="auto">{t.theme.auto}</option>
          <option value="light">{t.theme.light}</option>
          <option value="dark">{t.theme.dark}</option>
        </select>
        <select
          aria-label="Language / 语言"
          value={t.code}
          onChange={(event) => onLanguage(event.currentTarget.value as Language)}
        >
          <option value="en" lang="en">
            English
          </option>
          <option value="zh" lang="zh-CN">
            中文
          </option>
        </select>
      </div>
    </header>
  );
}

/** The daemon's version and state directory, and its warnings. */
function Footer() {
  const { value } = useAnswer("status", status);
  if (!value) return null;
  return (
    <footer>
      {value.warnings.map((warning) => (
        <p class="notice wait">{warning}</p>
      ))}
      <span>Runyard {value.version}</span> · <code>{value.state_dir}</code> · {t.nav.daemonStarted}{" "}
      <Ago iso={value.started} />
    </footer>
  );
}

function ConnectionMark() {
  const connection = useConnection();
  return (
    <span class={`connection ${connection}`} role="status" title={t.connection.explained[connection]}>
      {t.connection[connection]}
    </span>
  );
}
