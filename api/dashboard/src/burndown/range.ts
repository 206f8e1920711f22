/** Which stretch of time is shown: a range up to now, or two dates that somebody zoomed to. */

import { query, setQuery } from "../router";

export const DAY = 86_400_000;

export const RANGES = [
  { id: "30d", name: "30 days", days: 30 },
  { id: "90d", name: "90 days", days: 90 },
  { id: "1y", name: "Year", days: 365 },
  { id: "all", name: "All", days: null },
] as const;

export type RangeId = (typeof RANGES)[number]["id"];

/** In milliseconds since 1970; null: as far as there is anything. */
export interface Stretch {
  readonly since: number | null;
  readonly until: number | null;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** A zoom to less would not be told apart in dates. */
const SHORTEST = 2 * DAY;

/** The range that the address names; null: it names two dates. */
export function chosenRange(): RangeId | null {
  if (zoomed() !== null) {
    return null;
  }
  const named = query.value.get("range");
  return RANGES.find((range) => range.id === named)?.id ?? "all";
}

/** What the address shows. */
export function chosenStretch(now: number): Stretch {
  const days = RANGES.find((range) => range.id === chosenRange())?.days ?? null;
  return zoomed() ?? { since: days === null ? null : now - days * DAY, until: null };
}

export function chooseRange(id: RangeId): void {
  setQuery({ range: id === "all" ? null : id, from: null, to: null });
}

/** Show what is between two moments, in whole days. */
export function zoomTo(from: number, to: number): void {
  const middle = (from + to) / 2;
  const half = Math.max(to - from, SHORTEST) / 2;
  setQuery({ from: dateOf(middle - half), to: dateOf(middle + half) });
}

function zoomed(): Stretch | null {
  const from = query.value.get("from") ?? "";
  const to = query.value.get("to") ?? "";
  if (!DATE.test(from) || !DATE.test(to)) {
    return null;
  }
  const since = Date.parse(from);
  const until = Date.parse(to) + DAY - 1;
  return since < until ? { since, until } : null;
}

/** A moment's date in UTC. */
export function dateOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}
