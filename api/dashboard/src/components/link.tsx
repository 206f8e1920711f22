/** A link to another page of the dashboard, opened without reloading the document. */

import type { ComponentChildren } from "preact";
import { PREFIX } from "../path-prefix";
import { navigate } from "../router";

interface Properties {
  readonly to: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly current?: boolean;
  readonly title?: string;
  /** What a screen reader says instead of the children. */
  readonly "aria-label"?: string;
}

export function Link({ to, children, current, ...rest }: Properties) {
  const follow = (event: MouseEvent) => {
    const elsewhere =
      event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (!elsewhere) {
      event.preventDefault();
      navigate(to);
    }
  };
  return (
    <a href={PREFIX + to} onClick={follow} aria-current={current ? "page" : undefined} {...rest}>
      {children}
    </a>
  );
}
