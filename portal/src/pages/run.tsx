// SPDX-License-Identifier: Apache-2.0
// The page of a run: its head and its tabs. The address says which tab is open.
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { run as askRun } from "../api/runs.ts";
import { isSweep } from "../api/sweep.ts";
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
import { Sweep } from "./run/sweep.tsx";

const tabs = {
  sweep: Sweep,
  details: Details,
  metrics: Metrics,
  images: Images,
  children: Children,
  files: Files,
  source: Source,
} satisfies Record<string, ComponentType<TabProps>>;
type TabName = keyof typeof tabs;

export function RunPage({ route }: PageProps) {
  const id = route.path[1]!;
  const found = useAnswer(id, (signal) => askRun(id, signal), ofRun(id, "state", "tags", "run"));
  useEffect(() => {
    if (found.value) document.title = `${t.status[found.value.status]} – ${nameOf(found.value)} – Runyard`;
  }, [found.value, route]);
  if (isMissing(found.error))
    return (
      <Empty title={t.run.gone(id)}>
        <a href={link(["runs"])}>{t.runs.all}</a>
      </Empty>
    );
  if (!found.value) return found.error ? <ErrorNotice error={found.error} again={found.again} /> : <Loading />;
  const names = (Object.keys(tabs) as TabName[]).filter((tab) => tab !== "sweep" || isSweep(found.value!));
  const current = names.find((tab) => tab === route.query.get("tab")) ?? names[0]!;
  const Tab = tabs[current];
  return (
    <section class="page">
      <RunHeader run={found.value} again={found.again} />
      {found.error ? <ErrorNotice error={found.error} again={found.again} /> : null}
      <Tabs
        label={t.run.parts}
        current={current}
        items={names.map((tab) => ({ id: tab, label: t.tabs[tab] }))}
        href={(tab) => link(["runs", id], { tab: tab === names[0] ? null : tab })}
      />
      <Tab run={found.value} query={route.query} />
    </section>
  );
}
