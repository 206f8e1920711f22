/** The numbers of the point that is pointed at. */

import { formatNumber, formatTime, pluralize, shortenCommit } from "../text/format";
import type { HitArea, LineCount } from "./hit-areas";
import type { Layout } from "./layout";
import { seriesClass } from "./series-colours";

interface Properties {
  readonly area: HitArea;
  readonly counts: readonly LineCount[];
  readonly layout: Layout;
}

const WIDTH = 280;
const GAP = 14;
/** Below this there is room above. */
const ROOM_BELOW = 150;

export function Tooltip({ area, counts, layout }: Properties) {
  const { point } = area;
  return (
    <div class="tooltip" style={tooltipStyle(area, layout)}>
      <p class="tooltip-head">
        <time dateTime={point.committed_at}>{formatTime(point.committed_at)}</time>
        <code>{shortenCommit(point.commit)}</code>
      </p>
      <ul>
        {counts.map((one) => (
          <li key={one.line.contract.id} class={one.line === area.line ? "pointed" : undefined}>
            <span class={`dot ${seriesClass(one.line)}`} />
            <span class="tooltip-name">{one.line.contract.name}</span>
            <b
              title={one.isExact ? undefined : "the count of the nearest commit before it that is drawn"}
            >
              {one.isExact || "~ "}
              {one.lowerBound && "≥ "}
              {formatNumber(one.count)}
            </b>
          </li>
        ))}
      </ul>
      <p class="tooltip-facts">{pointFacts(area).join(" · ")}</p>
      <p class="tooltip-hint">{layout.narrow ? "Tap" : "Click"} for what changed</p>
    </div>
  );
}

/** Beside the point, and never over it; on a phone below the lines. */
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

/** What else there is to say about a point. */
export function pointFacts({ point }: HitArea): readonly string[] {
  return [
    point.added > 0 && `${formatNumber(point.added)} came in`,
    point.reintroduced > 0 && `${formatNumber(point.reintroduced)} of them came back`,
    point.fixed > 0 && `${formatNumber(point.fixed)} fixed`,
    point.added === 0 && point.fixed === 0 && "no change",
    `${formatNumber(point.exposure)} exposed`,
    point.adoption !== null && `${pluralize(point.adoption, "module")} on the replacement`,
    point.lower_bound && `${pluralize(point.unread, "file")} could not be read`,
  ].filter((fact) => typeof fact === "string");
}
