/** The chart's labels: names at the ends of the lines, dates, and unread files. */

import { formatDate, formatNumber, pluralize } from "../text/format";
import { HATCH_HEIGHT } from "./echarts-option";
import type { Layout } from "./layout";
import { type ChartData, type Line, lowerBoundRuns, pendingDeadline } from "./lines";
import { position, spreadApart } from "./scale";
import { seriesClass, seriesColour } from "./series-colours";

interface Properties {
  readonly data: ChartData;
  readonly layout: Layout;
  readonly onPick: (contract: string) => void;
}

/** Heights of a label and of its first line, in pixels. */
const LABEL_HEIGHT = 36;
const NARROW_LABEL_HEIGHT = 32;
const NAME_HEIGHT = 17;
const LABEL_GAP = 12;
const ADOPTION_LABEL_HEIGHT = 18;

export function Labels({ data, layout, onPick }: Properties) {
  const lines = data.lines.filter((line) => line.steps.length > 0);
  const room = layout.narrow ? NARROW_LABEL_HEIGHT : LABEL_HEIGHT;
  const ends = lines.map((line) => position(layout.counts, lastStep(line).count));
  const tops = spreadApart(
    ends.map((y) => y - NAME_HEIGHT / 2),
    room,
    0,
    layout.counts.start - room + 4,
  );
  return (
    <>
      <Leaders lines={lines} layout={layout} from={ends} to={tops.map((top) => top + NAME_HEIGHT / 2)} />
      {lines.map((line, index) => (
        <button
          key={line.contract.id}
          type="button"
          class="line-label"
          style={{
            left: `${layout.gutter + LABEL_GAP}px`,
            top: `${tops[index]}px`,
            color: seriesColour(line),
          }}
          title={`${line.contract.name} (show it alone)`}
          onClick={() => onPick(line.contract.id)}
        >
          <b>
            {lastStep(line).lowerBound && "≥ "}
            {formatNumber(lastStep(line).count)}
          </b>{" "}
          {line.contract.name}
          {!layout.narrow && <small>{forecastText(line, data)}</small>}
        </button>
      ))}
    </>
  );
}

interface LeadersProperties {
  readonly lines: readonly Line[];
  readonly layout: Layout;
  /** Vertical positions of the ends of the lines, and of their labels. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The leader from the end of each line to its label, across the future. */
function Leaders({ lines, layout, from, to }: LeadersProperties) {
  const gutter = layout.gutter + LABEL_GAP;
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
          <g key={line.contract.id} class={seriesClass(line)}>
            <polyline points={points.join(" ")} />
            <circle cx={x} cy={from[index]} r={3} />
          </g>
        );
      })}
    </svg>
  );
}

/** Return the forecast in a few words. */
export function forecastText(line: Line, data: ChartData): string {
  const forecast = line.forecast;
  if (forecast === null || data.to < data.now) {
    return "";
  }
  switch (forecast.state) {
    case "sealed":
      return line.sealedSince === null ? "sealed" : `sealed since ${formatDate(line.sealedSince)}`;
    case "shrinking":
      return forecast.eta === null ? "shrinking" : `zero around ${formatDate(forecast.eta)}`;
    case "growing":
      return forecast.per_week === null
        ? "growing"
        : `growing by ${formatRate(-forecast.per_week)} a week`;
    default:
      return forecast.state === "stalled" ? "stalled" : "too short to tell";
  }
}

function formatRate(value: number): string {
  return value < 10 ? value.toFixed(1) : formatNumber(Math.round(value));
}

export function AdoptionLabels({ data, layout }: Omit<Properties, "onPick">) {
  const { adoption } = layout;
  if (adoption === null) {
    return null;
  }
  const lines = data.lines.filter((line) => line.steps.length > 0 && lastStep(line).adoption !== null);
  const centres = lines.map(
    (line) => position(adoption.scale, lastStep(line).adoption ?? 0) - ADOPTION_LABEL_HEIGHT / 2,
  );
  const tops = spreadApart(
    centres,
    ADOPTION_LABEL_HEIGHT,
    adoption.scale.end - 6,
    adoption.scale.start - ADOPTION_LABEL_HEIGHT,
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
          style={{
            left: `${layout.gutter + LABEL_GAP}px`,
            top: `${tops[index]}px`,
            color: seriesColour(line),
          }}
          title={line.contract.replacements.join(", ")}
        >
          <b>{formatNumber(lastStep(line).adoption ?? 0)}</b>{" "}
          {lastPart(line.contract.replacements[0] ?? "")}
        </p>
      ))}
    </>
  );
}

/** The width reserved for a date, so that a deadline is never cut off. */
const DATE_LABEL_WIDTH = 92;

/** The labels above the panel: today and the deadlines. */
export function Dates({ data, layout }: Omit<Properties, "onPick">) {
  const deadlines = new Map<string, Line>();
  for (const line of data.lines) {
    const date = pendingDeadline(line);
    if (date !== null && Date.parse(date) >= data.from && Date.parse(date) <= data.to) {
      deadlines.set(date, line);
    }
  }
  return (
    <>
      <p class="panel-name" style={{ left: 0, top: 0 }}>
        Violations
      </p>
      {data.to > data.now && (
        <p class="date-label before" style={{ left: `${position(layout.time, data.now)}px` }}>
          today
        </p>
      )}
      {[...deadlines].map(([date, line]) => (
        <p
          key={date}
          class="date-label"
          style={{
            left: `${Math.min(position(layout.time, Date.parse(date)), layout.width - DATE_LABEL_WIDTH)}px`,
            color: seriesColour(line),
          }}
        >
          {layout.narrow ? "due" : "deadline"} {formatDate(date)}
        </p>
      ))}
      <Unread data={data} layout={layout} />
    </>
  );
}

/** The number of unread files while counts were lower bounds; lines that overlap in time share a label. */
function Unread({ data, layout }: Omit<Properties, "onPick">) {
  return (
    <>
      {unreadSpans(data).map((run) => {
        const [left, right] = [position(layout.time, run.from), position(layout.time, run.to)];
        const width = Math.max(right - left, UNREAD_LABEL_WIDTH);
        return (
          <p
            key={run.from}
            class="unread-label"
            style={{
              left: `${Math.max(layout.time.start, (left + right - width) / 2)}px`,
              width: `${width}px`,
              top: `${position(layout.counts, run.highest) - HATCH_HEIGHT - 17}px`,
            }}
          >
            or more: {pluralize(run.unread, "file")} unread
          </p>
        );
      })}
    </>
  );
}

const UNREAD_LABEL_WIDTH = 140;

interface UnreadSpan {
  readonly from: number;
  readonly to: number;
  readonly unread: number;
  /** The highest count in the span. */
  readonly highest: number;
}

/** Return the spans of time with lower bounds, those that overlap on any lines merged. */
export function unreadSpans(data: ChartData): readonly UnreadSpan[] {
  const runs = data.lines
    .flatMap((line) =>
      lowerBoundRuns(line).map(({ steps, end }) => ({
        from: steps[0]?.at ?? end,
        to: end,
        unread: Math.max(...steps.map((step) => step.unread)),
        highest: Math.max(...steps.map((step) => step.count)),
      })),
    )
    .sort((a, b) => a.from - b.from);
  const spans: UnreadSpan[] = [];
  for (const run of runs) {
    const last = spans.at(-1);
    if (last === undefined || run.from > last.to) {
      spans.push(run);
    } else {
      spans[spans.length - 1] = {
        from: last.from,
        to: Math.max(last.to, run.to),
        unread: Math.max(last.unread, run.unread),
        highest: Math.max(last.highest, run.highest),
      };
    }
  }
  return spans;
}

function lastStep(line: Line) {
  const last = line.steps.at(-1);
  if (last === undefined) {
    throw new Error("a line without a step has no label");
  }
  return last;
}

function lastPart(module: string): string {
  return module.split(".").at(-1) ?? module;
}
