/** The burn-down's data, built from the API's answers; pixels and colours are decided elsewhere. */

import type { Contract, Forecast, Point, Trend } from "../api/types";
import { DAY } from "../text/duration";
import type { Period } from "./range";

/** A count that holds from `at` until the next step. Times are milliseconds since 1970. */
export interface Step {
  readonly at: number;
  readonly count: number;
  readonly adoption: number | null;
  readonly lowerBound: boolean;
  readonly unread: number;
  /** Null for the count that held before the first point shown. */
  readonly point: Point | null;
}

/** A contract's counts over the period shown. */
export interface Line {
  readonly contract: Contract;
  /** The contract's position among all, which decides its colour whatever else is shown. */
  readonly colourIndex: number;
  readonly steps: readonly Step[];
  readonly forecast: Forecast | null;
  /** Since when the count has been zero, if it still is. */
  readonly sealedSince: string | null;
  /** The end of the last step. */
  readonly until: number;
}

/** Everything the chart shows, from `from` to `to`. */
export interface ChartData {
  readonly lines: readonly Line[];
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/** The future may take this part of the time up to now. */
const MAX_FUTURE = 0.42;
const MARGIN = 0.03;

export function buildLine(
  contract: Contract,
  colourIndex: number,
  trend: Trend,
  period: Period,
  now: number,
): Line {
  const until = Math.min(period.until ?? now, now);
  const steps = trend.points.flatMap(toSteps);
  const before = stepBeforeFirst(trend, period, until);
  return {
    contract,
    colourIndex,
    steps: before === null ? steps : [before, ...steps],
    forecast: trend.forecast,
    sealedSince: trend.summary?.sealed_since?.committed_at ?? null,
    until: Math.max(until, steps.at(-1)?.at ?? 0),
  };
}

/** A point's step; none where the snapshot has no verdict. */
function toSteps(point: Point): readonly Step[] {
  if (point.violations === null) {
    return [];
  }
  return [
    {
      at: Date.parse(point.committed_at),
      count: point.violations,
      adoption: point.adoption,
      lowerBound: point.lower_bound,
      unread: point.unread,
      point,
    },
  ];
}

/** The count when the period began, derived from what the first point added and fixed. */
function stepBeforeFirst(trend: Trend, period: Period, until: number): Step | null {
  const [first] = trend.points;
  const summary = trend.summary;
  if (period.since === null || summary === null) {
    return null;
  }
  const known = { at: period.since, adoption: null, lowerBound: false, unread: 0, point: null };
  if (first === undefined) {
    const last = Date.parse(summary.now.committed_at);
    return last < until && last < period.since ? { ...known, count: summary.now.violations } : null;
  }
  if (first.commit === summary.first.commit || Date.parse(first.committed_at) <= period.since) {
    return null;
  }
  return { ...known, count: (first.violations ?? 0) - first.added + first.fixed + (first.dropped ?? 0) };
}

export function buildChartData(lines: readonly Line[], period: Period, now: number): ChartData {
  const starts = lines.flatMap((line) => line.steps.slice(0, 1).map((step) => step.at));
  const from = period.since ?? Math.min(now - DAY, ...starts);
  if (period.until !== null) {
    return { lines, from, to: period.until, now };
  }
  const farthest = Math.max(now, ...lines.flatMap((line) => futureDates(line, now)));
  const most = now + (now - from) * MAX_FUTURE;
  const margin = (now - from) * MARGIN;
  return { lines, from, to: Math.min(farthest + margin, most), now };
}

/** Forecast and deadline of a line, if they lie ahead. */
function futureDates(line: Line, now: number): number[] {
  const forecast = line.forecast;
  const dates = forecast === null ? [] : [forecast.latest, forecast.eta, pendingDeadline(line)];
  return dates
    .filter((date) => date !== null)
    .map((date) => Date.parse(date))
    .filter((at) => at > now);
}

/** Return the contract's deadline, or null if nothing is left to do by then. */
export function pendingDeadline(line: Line): string | null {
  return line.contract.violations > 0 || line.contract.lower_bound ? line.contract.deadline : null;
}

/** Return the steps that are points of the API. */
export function stepsWithPoint(line: Line): readonly (Step & { readonly point: Point })[] {
  return line.steps.filter((step): step is Step & { readonly point: Point } => step.point !== null);
}

/** Return the runs of steps whose counts are lower bounds. */
export function lowerBoundRuns(
  line: Line,
): readonly { readonly steps: readonly Step[]; readonly end: number }[] {
  const runs: { steps: Step[]; end: number }[] = [];
  let run: Step[] = [];
  for (const step of line.steps) {
    if (step.lowerBound) {
      run.push(step);
    } else if (run.length > 0) {
      runs.push({ steps: run, end: step.at });
      run = [];
    }
  }
  return run.length > 0 ? [...runs, { steps: run, end: line.until }] : runs;
}

/** A corner (time, count) of a stepped line, or null where the line is interrupted. */
export type Corner = readonly [number, number] | null;

/** Return the corners of the exact parts of a line, or of those that are lower bounds. */
export function lineCorners(
  line: Line,
  which: "exact" | "lower-bound",
  countOf: (step: Step) => number | null = (step) => step.count,
): Corner[] {
  const corners: Corner[] = [];
  let before: number | null = null;
  for (const [index, step] of line.steps.entries()) {
    const value = countOf(step);
    if (step.lowerBound === (which === "lower-bound") && value !== null) {
      if (before !== null) {
        corners.push([step.at, before]);
      }
      corners.push([step.at, value], [line.steps[index + 1]?.at ?? line.until, value]);
    } else if (corners.at(-1) !== null) {
      corners.push(null);
    }
    before = value;
  }
  return corners;
}
