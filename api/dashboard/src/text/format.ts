/** Numbers, times and names as people read them. */

const NUMBER = new Intl.NumberFormat("en");
const DAY = new Intl.DateTimeFormat("en-GB", {
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
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const DAY_MS = 86_400_000;
const UNITS = [
  ["year", 365 * DAY_MS],
  ["month", 30 * DAY_MS],
  ["week", 7 * DAY_MS],
  ["day", DAY_MS],
  ["hour", DAY_MS / 24],
  ["minute", DAY_MS / 24 / 60],
] as const;

/** 12,345 */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** "1 violation", "2,000 violations" */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "+3", "−3", "±0" */
export function signed(value: number): string {
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  return sign + count(Math.abs(value));
}

/** "1 Mar 2026"; a date or a moment, in UTC as the service counts its days. */
export function day(text: string): string {
  return DAY.format(new Date(text));
}

/** "1 Mar 2026, 12:00" in UTC. */
export function time(text: string): string {
  return TIME.format(new Date(text));
}

/** "3 days ago", "in 2 weeks" */
export function ago(text: string, now = Date.now()): string {
  const passed = new Date(text).getTime() - now;
  for (const [unit, length] of UNITS) {
    if (Math.abs(passed) >= length) {
      return RELATIVE.format(Math.round(passed / length), unit);
    }
  }
  return "just now";
}

/** The digits of a commit that people say. */
export function short(commit: string): string {
  return commit.slice(0, 9);
}
