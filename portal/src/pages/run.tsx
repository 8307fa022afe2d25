// SPDX-License-Identifier: Apache-2.0
// The page of a run: its head and its tabs. The address says which tab is open.
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { run as askRun } from "../api/runs.ts";
import { ofRun, useAnswer } from "../live/answer.ts";
import { link } from "../router.ts";
import { t } from "../text/text.ts";
import { Empty, ErrorNotice, isMissing, Loading, nameOf, Tabs } from "../ui/parts.tsx";
import type { PageProps, TabProps } from "./props.ts";
import { Children } from "./run/children.tsx";
import { Details } from "./run/details.tsx";
import { Files } from "./run/files.tsx";
import { RunHeader } from "./run/header.tsx";
import { Images } from "./run/images.tsx";
import { Metrics } from "./run/metrics.tsx";
import { Source } from "./run/source.tsx";

const tabs = {
  details: Details,
  metrics: Metrics,
  images: Images,
  children: Children,
  files: Files,
  source: Source,
} satisfies Record<string, ComponentType<TabProps>>;
type TabName = keyof typeof tabs;

export function RunPage({ place }: PageProps) {
  const id = place.path[1]!;
  const found = useAnswer(id, (signal) => askRun(id, signal), ofRun(id, "state", "tags", "run"));
  useEffect(() => {
    if (found.value) document.title = `${t.status[found.value.status]} – ${nameOf(found.value)} – Runyard`;
  }, [found.value, place]);
  const asked = place.query.get("tab") ?? "details";
  const current = (asked in tabs ? asked : "details") as TabName;
  const Tab = tabs[current];
  if (isMissing(found.error))
    return (
      <Empty title={t.run.gone(id)}>
        <a href={link(["runs"])}>{t.runs.all}</a>
      </Empty>
    );
  if (!found.value) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  return (
    <section class="page">
      <RunHeader run={found.value} again={found.again} />
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      <Tabs
        label={t.run.parts}
        current={current}
        items={Object.keys(tabs).map((tab) => ({ id: tab, label: t.tabs[tab as TabName] }))}
        href={(tab) => link(["runs", id], { tab: tab === "details" ? null : tab })}
      />
      <Tab run={found.value} query={place.query} />
    </section>
  );
}
