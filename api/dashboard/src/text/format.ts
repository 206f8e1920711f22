/** Format numbers and times for people to read. */

import { DAY } from "./duration";

const NUMBER = new Intl.NumberFormat("en");
const DATE = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const TIME = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: "UTC",
});
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const YEAR = 365.25 * DAY;
/** Units with the shortest time that is given in each: "12 months", not "1 year", which says less. */
const UNITS = [
  ["year", YEAR, 2 * YEAR],
  ["month", YEAR / 12, YEAR / 12],
  ["week", 7 * DAY, 7 * DAY],
  ["day", DAY, DAY],
  ["hour", DAY / 24, DAY / 24],
  ["minute", DAY / 24 / 60, DAY / 24 / 60],
] as const;

/** Format a time with "Sep" as the service's sentences have it, where British English has "Sept". */
export function formatDay(format: Intl.DateTimeFormat, time: Date): string {
  return format.format(time).replace("Sept", "Sep");
}

/** Return a number as in "12,345". */
export function formatNumber(value: number): string {
  return NUMBER.format(value);
}

/** Return a number with its noun, as in "1 violation" or "2,000 violations". */
export function pluralize(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(value)} ${value === 1 ? singular : plural}`;
}

/** Return a change as in "+3", "−3" or "±0". */
export function formatChange(value: number): string {
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  return sign + formatNumber(Math.abs(value));
}

/** Return a date or time as in "1 Mar 2026", in UTC as the service counts days. */
export function formatDate(text: string): string {
  return formatDay(DATE, new Date(text));
}

/** Return a time as in "1 Mar 2026, 12:00", in UTC. */
export function formatTime(text: string): string {
  return formatDay(TIME, new Date(text));
}

/** Return the distance from now as in "3 days ago" or "in 2 weeks". */
export function formatAge(text: string, now = Date.now()): string {
  const passed = new Date(text).getTime() - now;
  for (const [unit, length, shortest] of UNITS) {
    if (Math.abs(passed) >= shortest) {
      return RELATIVE.format(Math.round(passed / length), unit);
    }
  }
  return "just now";
}

/** Return the first digits of a commit id. */
export function shortenCommit(commit: string): string {
  return commit.slice(0, 9);
}
