/** The ticks of the time axis: at equal steps of hours, days, weeks, months or years, in UTC. */

import { DAY } from "../text/duration";
import { formatDay } from "../text/format";

export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

type Unit = "hour" | "day" | "week" | "month" | "year";

interface TickStep {
  readonly unit: Unit;
  readonly count: number;
}

const HOUR = DAY / 24;
const WEEK = 7 * DAY;
/** The first Monday since 1970. */
const MONDAY = 4 * DAY;
const MONTHS_A_YEAR = 12;

const LENGTHS: Readonly<Record<Unit, number>> = {
  hour: HOUR,
  day: DAY,
  week: WEEK,
  month: 30.44 * DAY,
  year: 365.25 * DAY,
};

const STEPS: readonly TickStep[] = [
  { unit: "hour", count: 6 },
  { unit: "hour", count: 12 },
  { unit: "day", count: 1 },
  { unit: "day", count: 2 },
  { unit: "week", count: 1 },
  { unit: "week", count: 2 },
  { unit: "month", count: 1 },
  { unit: "month", count: 2 },
  { unit: "month", count: 3 },
  { unit: "month", count: 4 },
  { unit: "month", count: 6 },
  { unit: "year", count: 1 },
  { unit: "year", count: 2 },
  { unit: "year", count: 5 },
  { unit: "year", count: 10 },
  { unit: "year", count: 20 },
];

/** Return ticks at the finest regular step that gives at most `most` of them. */
export function computeTimeTicks(from: number, to: number, most: number): readonly TimeTick[] {
  const step =
    STEPS.find(({ unit, count }) => (to - from) / (LENGTHS[unit] * count) < most) ??
    ({ unit: "year", count: 50 } as const);
  const times = listTimes(from, to, step);
  return times.map((at, index) => ({ at, label: formatTick(at, step.unit, times[index - 1] ?? null) }));
}

function listTimes(from: number, to: number, step: TickStep): readonly number[] {
  return step.unit === "month" || step.unit === "year"
    ? listMonths(from, to, step.unit === "year" ? MONTHS_A_YEAR * step.count : step.count)
    : listMultiples(from, to, LENGTHS[step.unit] * step.count, step.unit === "week" ? MONDAY : 0);
}

function listMultiples(from: number, to: number, length: number, origin: number): readonly number[] {
  const first = Math.ceil((from - origin) / length) * length + origin;
  const count = Math.max(0, Math.floor((to - first) / length) + 1);
  return Array.from({ length: count }, (_, index) => first + index * length);
}

/** Return the beginnings of every `count`th month, counted from the year 0. */
function listMonths(from: number, to: number, count: number): readonly number[] {
  const start = new Date(from);
  const month = start.getUTCFullYear() * MONTHS_A_YEAR + start.getUTCMonth();
  const times: number[] = [];
  for (let next = Math.ceil(month / count) * count; ; next += count) {
    const at = Date.UTC(Math.floor(next / MONTHS_A_YEAR), next % MONTHS_A_YEAR);
    if (at > to) {
      return times;
    }
    if (at >= from) {
      times.push(at);
    }
  }
}

const DAY_OF_MONTH = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });

/** Format a tick; the first one, and the first of a year, say the year as well. */
function formatTick(at: number, unit: Unit, before: number | null): string {
  const moment = new Date(at);
  const year = moment.getUTCFullYear();
  const isNewYear = before === null || new Date(before).getUTCFullYear() !== year;
  if (unit === "year") {
    return String(year);
  }
  if (unit === "month") {
    const isJanuary = moment.getUTCMonth() === 0;
    return isJanuary ? String(year) : `${formatDay(MONTH, moment)}${isNewYear ? ` ${year}` : ""}`;
  }
  if (unit === "hour" && at % DAY !== 0 && before !== null) {
    return moment.toISOString().slice(11, 16);
  }
  const hour = at % DAY === 0 ? "" : ` ${moment.toISOString().slice(11, 16)}`;
  return `${formatDay(DAY_OF_MONTH, moment)}${isNewYear && hour === "" ? ` ${year}` : ""}${hour}`;
}
