/** The heading of a page, which also sets the document's title. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

interface Properties {
  /** Shown in the document's title, before the product's name. */
  readonly title: string;
  /** The heading, if it differs from the title. */
  readonly children?: ComponentChildren;
  readonly about?: ComponentChildren;
  readonly actions?: ComponentChildren;
}

export function PageTitle({ title, children, about, actions }: Properties) {
  useEffect(() => {
    document.title = `${title} · archguard`;
  }, [title]);
  return (
    <div class="page-title">
      <div>
        <h1>{children ?? title}</h1>
        {about !== undefined && <p class="about">{about}</p>}
      </div>
      {actions !== undefined && <div class="card-actions">{actions}</div>}
    </div>
  );
}
