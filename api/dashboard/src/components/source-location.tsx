/** The line of an import, linked to the forge if the project has a template; its path is said, not shown. */

import type { Occurrence } from "../api/types";
import type { SourceLink } from "../text/forge";
import { formatNumber } from "../text/format";
import { Icon } from "./icon";

export function SourceLocation({
  at,
  linkTo,
}: {
  readonly at: Occurrence;
  readonly linkTo: SourceLink;
}) {
  const title = `${at.path}:${at.line}`;
  const text = (
    <>
      <span class="unseen">{at.path}</span>:{at.line}
    </>
  );
  const address = linkTo(at.path, at.line);
  return (
    <span class="place">
      {address === null ? (
        <span class="code" title={title}>
          {text}
        </span>
      ) : (
        <a class="code" title={title} href={address} target="_blank" rel="noopener noreferrer">
          {text}
          <Icon name="external" />
          <span class="unseen"> (opens the forge)</span>
        </a>
      )}
      <Kind name={at.kind} />
    </span>
  );
}

/** The kind of the import, unless it is an ordinary one. */
function Kind({ name }: { readonly name: string }) {
  return name === "top-level" ? null : <span class="tag quiet">{name}</span>;
}

/** The first of several locations; the others unfold. */
export function SourceLocations({
  all,
  linkTo,
}: {
  readonly all: readonly Occurrence[];
  readonly linkTo: SourceLink;
}) {
  const [first, ...others] = all;
  if (first === undefined) {
    return null;
  }
  return (
    <span class="places">
      <SourceLocation at={first} linkTo={linkTo} />
      {others.length > 0 && (
        <details>
          <summary>and {formatNumber(others.length)} more</summary>
          {others.map((at) => (
            <SourceLocation key={`${at.path}:${at.line}:${at.kind}`} at={at} linkTo={linkTo} />
          ))}
        </details>
      )}
    </span>
  );
}
