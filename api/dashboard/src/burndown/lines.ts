/** What is to be drawn, from what the API says: no pixel and no colour is decided here. */

import type { Contract, Forecast, Point, Trend } from "../api/types";
import { DAY, type Stretch } from "./range";

/** A count from a moment until the next one's. */
export interface Step {
  readonly at: number;
  readonly count: number;
  readonly adoption: number | null;
  readonly lowerBound: boolean;
  readonly unread: number;
  /** Null: what was before the first point that is shown. */
  readonly point: Point | null;
}

/** A contract along the time that is shown. */
export interface Line {
  readonly contract: Contract;
  /** Which of the series' colours: the contract's place among all, whatever is shown. */
  readonly hue: number;
  readonly steps: readonly Step[];
  readonly forecast: Forecast | null;
  /** Since when it is at zero for good so far. */
  readonly sealedSince: string | null;
  /** Until when the last count holds. */
  readonly until: number;
}

/** What the whole chart shows. */
export interface Picture {
  readonly lines: readonly Line[];
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/** How much of the width the future may take. */
const AHEAD = 0.42;
const MARGIN = 0.03;

export function lineOf(
  contract: Contract,
  hue: number,
  trend: Trend,
  shown: Stretch,
  now: number,
): Line {
  const until = Math.min(shown.until ?? now, now);
  const steps = trend.points.map(stepOf);
  const before = stepBefore(trend, shown, until);
  return {
    contract,
    hue,
    steps: before === null ? steps : [before, ...steps],
    forecast: trend.forecast,
    sealedSince: trend.summary?.sealed_since?.committed_at ?? null,
    until: Math.max(until, steps.at(-1)?.at ?? 0),
  };
}

function stepOf(point: Point): Step {
  return {
    at: Date.parse(point.committed_at),
    count: point.violations,
    adoption: point.adoption,
    lowerBound: point.lower_bound,
    unread: point.unread,
    point,
  };
}

/** What held when the stretch began: the first point says what it added and fixed. */
function stepBefore(trend: Trend, shown: Stretch, until: number): Step | null {
  const [first] = trend.points;
  const summary = trend.summary;
  if (shown.since === null || summary === null) {
    return null;
  }
  const known = { at: shown.since, adoption: null, lowerBound: false, unread: 0, point: null };
  if (first === undefined) {
    const last = Date.parse(summary.now.committed_at);
    return last < until && last < shown.since ? { ...known, count: summary.now.violations } : null;
  }
  if (first.commit === summary.first.commit || Date.parse(first.committed_at) <= shown.since) {
    return null;
  }
  return { ...known, count: first.violations - first.added + first.fixed };
}

export function pictureOf(lines: readonly Line[], shown: Stretch, now: number): Picture {
  const starts = lines.flatMap((line) => line.steps.slice(0, 1).map((step) => step.at));
  const from = shown.since ?? Math.min(now - DAY, ...starts);
  if (shown.until !== null) {
    return { lines, from, to: shown.until, now };
  }
  const farthest = Math.max(now, ...lines.flatMap((line) => datesAhead(line, now)));
  const most = now + (now - from) * AHEAD;
  const margin = (now - from) * MARGIN;
  return { lines, from, to: Math.min(farthest + margin, most), now };
}

/** The dates of a line that are still to come. */
function datesAhead(line: Line, now: number): number[] {
  const forecast = line.forecast;
  const dates = forecast === null ? [] : [forecast.latest, forecast.eta, openDeadline(line)];
  return dates
    .filter((date) => date !== null)
    .map((date) => Date.parse(date))
    .filter((at) => at > now);
}

/** A deadline, as long as there is something left to do by it. */
export function openDeadline(line: Line): string | null {
  return line.contract.violations > 0 || line.contract.lower_bound ? line.contract.deadline : null;
}

/** The line's points that the API gave. */
export function pointsOf(line: Line): readonly (Step & { readonly point: Point })[] {
  return line.steps.filter((step): step is Step & { readonly point: Point } => step.point !== null);
}

/** Stretches of a line whose counts are lower bounds. */
export function lowerBounds(
  line: Line,
): readonly { readonly steps: readonly Step[]; readonly end: number }[] {
  const found: { steps: Step[]; end: number }[] = [];
  let run: Step[] = [];
  for (const step of line.steps) {
    if (step.lowerBound) {
      run.push(step);
    } else if (run.length > 0) {
      found.push({ steps: run, end: step.at });
      run = [];
    }
  }
  return run.length > 0 ? [...found, { steps: run, end: line.until }] : found;
}

/** Corners of a line: a count holds until the next one. Null: the line is interrupted. */
export type Corner = readonly [number, number] | null;

/** The corners of the parts of a line that are exact, or of those that are lower bounds. */
export function corners(
  line: Line,
  which: "exact" | "lower-bound",
  numberOf: (step: Step) => number | null = (step) => step.count,
): Corner[] {
  const found: Corner[] = [];
  let before: number | null = null;
  for (const [index, step] of line.steps.entries()) {
    const value = numberOf(step);
    const wanted = step.lowerBound === (which === "lower-bound") && value !== null;
    if (wanted) {
      if (before !== null) {
        found.push([step.at, before]);
      }
      found.push([step.at, value], [line.steps[index + 1]?.at ?? line.until, value]);
    } else if (found.at(-1) !== null) {
      found.push(null);
    }
    before = value;
  }
  return found;
}
