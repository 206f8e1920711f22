/** The numbers of the point that is pointed at. */

import { count, counted, short, time } from "../text/format";
import type { Beside, Spot } from "./hit-areas";
import type { Layout } from "./layout";
import { hueOf } from "./series-colours";

interface Properties {
  readonly spot: Spot;
  readonly beside: readonly Beside[];
  readonly layout: Layout;
}

const WIDTH = 280;
const AWAY = 14;
/** Below this there is room above. */
const HIGH = 150;

export function Tooltip({ spot, beside, layout }: Properties) {
  const { point } = spot;
  return (
    <div class="tooltip" style={placed(spot, layout)}>
      <p class="tooltip-head">
        <time dateTime={point.committed_at}>{time(point.committed_at)}</time>
        <code>{short(point.commit)}</code>
      </p>
      <ul>
        {beside.map((one) => (
          <li key={one.line.contract.id} class={one.line === spot.line ? "pointed" : undefined}>
            <span class={`dot ${hueOf(one.line)}`} />
            <span class="tooltip-name">{one.line.contract.name}</span>
            <b title={one.exact ? undefined : "the count of the nearest commit before it that is drawn"}>
              {one.exact || "~ "}
              {one.lowerBound && "≥ "}
              {count(one.count)}
            </b>
          </li>
        ))}
      </ul>
      <p class="tooltip-facts">{facts(spot).join(" · ")}</p>
      <p class="tooltip-hint">{layout.narrow ? "Tap" : "Click"} for what changed</p>
    </div>
  );
}

/** Beside the point, and never over it; on a phone below the lines. */
function placed(spot: Spot, layout: Layout) {
  const right = spot.x + AWAY;
  const left = right + WIDTH < layout.width ? right : spot.x - AWAY - WIDTH;
  const top = layout.narrow
    ? layout.counts.start + AWAY
    : spot.y < HIGH
      ? spot.y + AWAY
      : layout.counts.end + 4;
  return {
    left: `${Math.max(0, Math.min(left, layout.width - WIDTH))}px`,
    top: `${top}px`,
    width: `${WIDTH}px`,
  };
}

/** What else there is to say about a point. */
export function facts({ point }: Spot): readonly string[] {
  return [
    point.added > 0 && `${count(point.added)} came in`,
    point.reintroduced > 0 && `${count(point.reintroduced)} of them came back`,
    point.fixed > 0 && `${count(point.fixed)} fixed`,
    point.added === 0 && point.fixed === 0 && "no change",
    `${count(point.exposure)} exposed`,
    point.adoption !== null && `${counted(point.adoption, "module")} on the replacement`,
    point.lower_bound && `${counted(point.unread, "file")} could not be read`,
  ].filter((fact) => typeof fact === "string");
}
