/** A figure with its name. */

import type { ComponentChildren } from "preact";

interface Properties {
  readonly name: string;
  readonly children: ComponentChildren;
  /** Text that puts the figure into context. */
  readonly note?: ComponentChildren;
}

export function Stat({ name, children, note }: Properties) {
  return (
    <div class="stat">
      <dt>{name}</dt>
      <dd>
        <span class="stat-value">{children}</span>
        {note !== undefined && <span class="stat-note">{note}</span>}
      </dd>
    </div>
  );
}

/** Figures side by side. */
export function Stats({ children }: { readonly children: ComponentChildren }) {
  return <dl class="stats">{children}</dl>;
}
