/** A section of a page with a heading and actions. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Properties {
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
  /** Controls beside the heading. */
  readonly actions?: ComponentChildren;
  /** A sentence below the heading. */
  readonly about?: ComponentChildren;
}

export function Card({ title, children, actions, about }: Properties) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div class="card-actions">{actions}</div>}
      </div>
      {about !== undefined && <p class="about">{about}</p>}
      {children}
    </section>
  );
}
