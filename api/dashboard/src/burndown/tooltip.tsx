/** The tooltip with the numbers of a commit. */

import { formatNumber, formatTime, pluralize, shortenCommit } from "../text/format";
import type { HitArea, LineCount } from "./hit-areas";
import type { Layout } from "./layout";
import type { Note } from "./notes";
import { SeriesKey } from "./series-key";

interface Properties {
  readonly area: HitArea;
  readonly counts: readonly LineCount[];
  /** Notes about this place that have no label. */
  readonly notes: readonly Note[];
  readonly layout: Layout;
}

const WIDTH = 280;
const GAP = 14;
/** A point above this height has its tooltip below it. */
const ROOM_BELOW = 150;

export function Tooltip({ area, counts, notes, layout }: Properties) {
  const { point } = area;
  return (
    <div class="tooltip" style={tooltipStyle(area, layout)}>
      <p class="tooltip-head">
        <time dateTime={point.committed_at}>{formatTime(point.committed_at)}</time>
        <code>{shortenCommit(point.commit)}</code>
      </p>
      <ul>
        {counts.map(({ line, count, lowerBound, isExact }) => (
          <li key={line.contract.id} class={line === area.line ? "pointed" : undefined}>
            <SeriesKey colourIndex={line.colourIndex} />
            <span class="tooltip-name">{line.contract.name}</span>
            <b title={isExact ? undefined : "the count of the nearest commit before it that is drawn"}>
              {isExact || "~ "}
              {formatCount(count, lowerBound)}
            </b>
          </li>
        ))}
      </ul>
      <p class="tooltip-facts">{pointFacts(area).join(" · ")}</p>
      {notes.map((note) => (
        <p key={`${note.kind} ${note.text} ${note.left}`} class="tooltip-note" data-kind={note.kind}>
          {note.text}
        </p>
      ))}
      <p class="tooltip-hint">{layout.narrow ? "Tap" : "Click"} for what changed</p>
    </div>
  );
}

/** Return a count as in "≥ 12". */
export function formatCount(count: number | null, lowerBound: boolean): string {
  return count === null ? "no verdict" : `${lowerBound ? "≥ " : ""}${formatNumber(count)}`;
}

/** Place the tooltip beside the point without covering it; on a phone below the lines. */
function tooltipStyle(area: HitArea, layout: Layout) {
  const right = area.x + GAP;
  const left = right + WIDTH < layout.width ? right : area.x - GAP - WIDTH;
  const top = layout.narrow
    ? layout.counts.start + GAP
    : area.y < ROOM_BELOW
      ? area.y + GAP
      : layout.counts.end + 4;
  return {
    left: `${Math.max(0, Math.min(left, layout.width - WIDTH))}px`,
    top: `${top}px`,
    width: `${WIDTH}px`,
  };
}

/** Return the other facts about a point, one phrase each. */
export function pointFacts({ point }: HitArea): readonly string[] {
  const dropped = point.dropped ?? 0;
  const isUnchanged = point.added === 0 && point.fixed === 0 && dropped === 0 && point.unknown === 0;
  return [
    point.violations === null && "the snapshot has no verdict",
    point.added > 0 && `${formatNumber(point.added)} came in`,
    point.reintroduced > 0 && `${formatNumber(point.reintroduced)} of them came back`,
    point.fixed > 0 && `${formatNumber(point.fixed)} fixed`,
    dropped > 0 && `${formatNumber(dropped)} dropped, still imported`,
    isUnchanged && point.violations !== null && "no change",
    point.unknown > 0 && `${formatNumber(point.unknown)} unknown, in files that could not be read`,
    (point.allowed ?? 0) > 0 && `${formatNumber(point.allowed ?? 0)} allowed by exceptions`,
    point.exposure !== null && `${formatNumber(point.exposure)} exposed`,
    point.adoption !== null && `${pluralize(point.adoption, "module")} on the replacement`,
    point.lower_bound && `${pluralize(point.unread, "file")} could not be read`,
  ].filter((fact) => typeof fact === "string");
}
