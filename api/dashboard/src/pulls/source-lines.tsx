/** The lines of a violation, path and line, linked to the forge if the project has a template. */

import type { Occurrence } from "../api/types";
import { Icon } from "../components/icon";
import type { SourceLink } from "../text/forge";
import { formatNumber } from "../text/format";

interface Properties {
  readonly lines: readonly Occurrence[];
  readonly linkTo: SourceLink;
}

/** The lines that are shown before the others are folded. */
const FIRST = 3;

export function SourceLines({ lines, linkTo }: Properties) {
  const others = lines.slice(FIRST);
  return (
    <div class="source-lines">
      <List lines={lines.slice(0, FIRST)} linkTo={linkTo} />
      {others.length > 0 && (
        <details>
          <summary>and {formatNumber(others.length)} more</summary>
          <List lines={others} linkTo={linkTo} />
        </details>
      )}
    </div>
  );
}

function List({ lines, linkTo }: Properties) {
  return (
    <ul>
      {lines.map(({ path, line, kind }) => (
        <li key={`${path}:${line}:${kind}`}>
          <SourceLine path={path} line={line} linkTo={linkTo} />
          {kind !== "top-level" && <span class="tag quiet">{kind}</span>}
        </li>
      ))}
    </ul>
  );
}

interface LineProperties {
  readonly path: string;
  readonly line: number;
  readonly linkTo: SourceLink;
}

export function SourceLine({ path, line, linkTo }: LineProperties) {
  const address = linkTo(path, line);
  const text = (
    <>
      <bdi>{path}</bdi>:{line}
    </>
  );
  return address === null ? (
    <span class="code">{text}</span>
  ) : (
    <a class="code" href={address} target="_blank" rel="noopener noreferrer">
      {text}
      <Icon name="external" />
      <span class="unseen"> (opens the forge)</span>
    </a>
  );
}
