/** Names at the ends of the lines, so that nobody has to look colours up. */

import { count, counted, day } from "../text/format";
import { FRINGE } from "./echarts-option";
import type { Layout } from "./layout";
import { type Line, lowerBounds, openDeadline, type Picture } from "./lines";
import { apart, position } from "./scale";
import { colourOf, hueOf } from "./series-colours";

interface Properties {
  readonly picture: Picture;
  readonly layout: Layout;
  readonly onPick: (contract: string) => void;
}

/** Heights of a label, and of the line in it that names the contract. */
const ROOM = 36;
const NARROW_ROOM = 32;
const NAME = 17;
const CLEAR = 12;
const ADOPTION_ROOM = 18;

export function Labels({ picture, layout, onPick }: Properties) {
  const lines = picture.lines.filter((line) => line.steps.length > 0);
  const room = layout.narrow ? NARROW_ROOM : ROOM;
  const ends = lines.map((line) => position(layout.counts, lastOf(line).count));
  const tops = apart(
    ends.map((y) => y - NAME / 2),
    room,
    0,
    layout.counts.start - room + 4,
  );
  return (
    <>
      <Leaders lines={lines} layout={layout} from={ends} to={tops.map((top) => top + NAME / 2)} />
      {lines.map((line, index) => (
        <button
          key={line.contract.id}
          type="button"
          class="line-label"
          style={{ left: `${layout.gutter + CLEAR}px`, top: `${tops[index]}px`, color: colourOf(line) }}
          title={`${line.contract.name} (show it alone)`}
          onClick={() => onPick(line.contract.id)}
        >
          <b>
            {lastOf(line).lowerBound && "≥ "}
            {count(lastOf(line).count)}
          </b>{" "}
          {line.contract.name}
          {!layout.narrow && <small>{outlook(line, picture)}</small>}
        </button>
      ))}
    </>
  );
}

interface LeadersProperties {
  readonly lines: readonly Line[];
  readonly layout: Layout;
  /** Heights where the lines end, and where their labels stand. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** From each line's end to its label, across what is still to come. */
function Leaders({ lines, layout, from, to }: LeadersProperties) {
  const gutter = layout.gutter + CLEAR;
  return (
    <svg class="leaders" width={layout.width} height={layout.height} aria-hidden="true">
      {lines.map((line, index) => {
        const x = Math.min(position(layout.time, line.until), layout.gutter);
        const points = [
          [x, from[index]],
          [layout.gutter - 6, from[index]],
          [gutter - 3, to[index]],
        ];
        return (
          <g key={line.contract.id} class={hueOf(line)}>
            <polyline points={points.join(" ")} />
            <circle cx={x} cy={from[index]} r={3} />
          </g>
        );
      })}
    </svg>
  );
}

/** What the forecast says, in a few words. */
function outlook(line: Line, picture: Picture): string {
  const forecast = line.forecast;
  if (forecast === null || picture.to < picture.now) {
    return "";
  }
  switch (forecast.state) {
    case "sealed":
      return line.sealedSince === null ? "sealed" : `sealed since ${day(line.sealedSince)}`;
    case "shrinking":
      return forecast.eta === null ? "shrinking" : `zero around ${day(forecast.eta)}`;
    case "growing":
      return forecast.per_week === null ? "growing" : `growing by ${perWeek(-forecast.per_week)} a week`;
    default:
      return forecast.state === "stalled" ? "stalled" : "too short to tell";
  }
}

function perWeek(value: number): string {
  return value < 10 ? value.toFixed(1) : count(Math.round(value));
}

export function AdoptionLabels({ picture, layout }: Omit<Properties, "onPick">) {
  const { adoption } = layout;
  if (adoption === null) {
    return null;
  }
  const lines = picture.lines.filter((line) => line.steps.length > 0 && lastOf(line).adoption !== null);
  const wanted = lines.map(
    (line) => position(adoption.scale, lastOf(line).adoption ?? 0) - ADOPTION_ROOM / 2,
  );
  const tops = apart(
    wanted,
    ADOPTION_ROOM,
    adoption.scale.end - 6,
    adoption.scale.start - ADOPTION_ROOM,
  );
  return (
    <>
      <p class="panel-name" style={{ left: 0, top: `${adoption.scale.end - 22}px` }}>
        Adoption: modules that import the replacement
      </p>
      {lines.map((line, index) => (
        <p
          key={line.contract.id}
          class="line-label"
          style={{ left: `${layout.gutter + CLEAR}px`, top: `${tops[index]}px`, color: colourOf(line) }}
          title={line.contract.replacements.join(", ")}
        >
          <b>{count(lastOf(line).adoption ?? 0)}</b> {lastPart(line.contract.replacements[0] ?? "")}
        </p>
      ))}
    </>
  );
}

/** That a deadline is cut off by nothing. */
const DATE_ROOM = 92;

/** What stands above the panel: today, and the deadlines. */
export function Dates({ picture, layout }: Omit<Properties, "onPick">) {
  const deadlines = new Map<string, Line>();
  for (const line of picture.lines) {
    const date = openDeadline(line);
    if (date !== null && Date.parse(date) >= picture.from && Date.parse(date) <= picture.to) {
      deadlines.set(date, line);
    }
  }
  return (
    <>
      <p class="panel-name" style={{ left: 0, top: 0 }}>
        Violations
      </p>
      {picture.to > picture.now && (
        <p class="date-label before" style={{ left: `${position(layout.time, picture.now)}px` }}>
          today
        </p>
      )}
      {[...deadlines].map(([date, line]) => (
        <p
          key={date}
          class="date-label"
          style={{
            left: `${Math.min(position(layout.time, Date.parse(date)), layout.width - DATE_ROOM)}px`,
            color: colourOf(line),
          }}
        >
          {layout.narrow ? "due" : "deadline"} {day(date)}
        </p>
      ))}
      <Unread picture={picture} layout={layout} />
    </>
  );
}

/** How many files could not be read while counts were lower bounds: once for lines that share the time. */
function Unread({ picture, layout }: Omit<Properties, "onPick">) {
  return (
    <>
      {unreadRuns(picture).map((run) => {
        const [left, right] = [position(layout.time, run.from), position(layout.time, run.to)];
        const width = Math.max(right - left, UNREAD_ROOM);
        return (
          <p
            key={run.from}
            class="unread-label"
            style={{
              left: `${Math.max(layout.time.start, (left + right - width) / 2)}px`,
              width: `${width}px`,
              top: `${position(layout.counts, run.highest) - FRINGE - 17}px`,
            }}
          >
            or more: {counted(run.unread, "file")} unread
          </p>
        );
      })}
    </>
  );
}

const UNREAD_ROOM = 140;

interface Run {
  readonly from: number;
  readonly to: number;
  readonly unread: number;
  /** The highest count in it. */
  readonly highest: number;
}

/** Stretches with lower bounds, of all lines together. */
function unreadRuns(picture: Picture): readonly Run[] {
  const runs = picture.lines
    .flatMap((line) =>
      lowerBounds(line).map(({ steps, end }) => ({
        from: steps[0]?.at ?? end,
        to: end,
        unread: Math.max(...steps.map((step) => step.unread)),
        highest: Math.max(...steps.map((step) => step.count)),
      })),
    )
    .sort((a, b) => a.from - b.from);
  const found: Run[] = [];
  for (const run of runs) {
    const last = found.at(-1);
    if (last === undefined || run.from > last.to) {
      found.push(run);
    } else {
      found[found.length - 1] = {
        from: last.from,
        to: Math.max(last.to, run.to),
        unread: Math.max(last.unread, run.unread),
        highest: Math.max(last.highest, run.highest),
      };
    }
  }
  return found;
}

function lastOf(line: Line) {
  const last = line.steps.at(-1);
  if (last === undefined) {
    throw new Error("a line without a step has no label");
  }
  return last;
}

function lastPart(module: string): string {
  return module.split(".").at(-1) ?? module;
}
