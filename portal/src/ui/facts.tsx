// SPDX-License-Identifier: Apache-2.0
// A card with a title, and a list of names and values.
import type { ComponentChildren } from "preact";

export const Part = ({ title, wide, children }: { title: string; wide?: boolean; children: ComponentChildren }) => (
  <section class={wide ? "card part wide" : "card part"}>
    <h2>{title}</h2>
    {children}
  </section>
);

/** Rows whose value is null are omitted. */
export const Facts = ({ rows }: { rows: [string, ComponentChildren][] }) => (
  <dl>
    {rows
      .filter(([, value]) => value !== null)
      .map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
  </dl>
);
