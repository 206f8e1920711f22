/** The period shown, as the address says: a range up to now, or the two dates of a zoom. */

import { query, setQuery } from "../router";
import { DAY } from "../text/duration";

export const RANGES = [
  { id: "30d", name: "30 days", days: 30 },
  { id: "90d", name: "90 days", days: 90 },
  { id: "1y", name: "1 year", days: 365 },
  { id: "all", name: "All", days: null },
] as const;

export type RangeId = (typeof RANGES)[number]["id"];

/** Milliseconds since 1970; null: as far as there is data. */
export interface Period {
  readonly since: number | null;
  readonly until: number | null;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** The address holds whole days, so a shorter zoom could not be expressed. */
const SHORTEST_ZOOM = 2 * DAY;

/** Return the selected range, or null if the address has the two dates of a zoom. */
export function selectedRange(): RangeId | null {
  if (zoomedPeriod() !== null) {
    return null;
  }
  const named = query.value.get("range");
  return RANGES.find((range) => range.id === named)?.id ?? "all";
}

/** Return the period that the address selects. */
export function selectedPeriod(now: number): Period {
  const days = RANGES.find((range) => range.id === selectedRange())?.days ?? null;
  return zoomedPeriod() ?? { since: days === null ? null : now - days * DAY, until: null };
}

export function selectRange(id: RangeId): void {
  setQuery({ range: id === "all" ? null : id, from: null, to: null });
}

/** Show the whole days between two times. */
export function zoomTo(from: number, to: number): void {
  const middle = (from + to) / 2;
  const half = Math.max(to - from, SHORTEST_ZOOM) / 2;
  setQuery({ from: toIsoDate(middle - half), to: toIsoDate(middle + half) });
}

function zoomedPeriod(): Period | null {
  const from = query.value.get("from") ?? "";
  const to = query.value.get("to") ?? "";
  if (!DATE.test(from) || !DATE.test(to)) {
    return null;
  }
  const since = Date.parse(from);
  const until = Date.parse(to) + DAY - 1;
  return since < until ? { since, until } : null;
}

/** Return the date in UTC, as in 2026-03-01. */
export function toIsoDate(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}
