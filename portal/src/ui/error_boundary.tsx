// SPDX-License-Identifier: Apache-2.0
// Shows an error of the portal itself where it happened, instead of an empty page.
import { Component, type ComponentChildren } from "preact";
import { t } from "../text/text.ts";

export class ErrorBoundary extends Component<{ children: ComponentChildren }, { error: unknown }> {
  override state = { error: null as unknown };

  static override getDerivedStateFromError(error: unknown): { error: unknown } {
    console.error(error);
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div class="notice bad" role="alert">
        <p>{t.problem.portal}</p>
        <pre>{String(this.state.error)}</pre>
      </div>
    );
  }
}
