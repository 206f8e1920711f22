/** A page's heading, which is the document's title, too. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

interface Properties {
  /** In the document's title, before the product's name. */
  readonly title: string;
  /** If the heading shows more than the title says. */
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
