/** The burn-down's data, built from the API's answers; pixels and colours are decided elsewhere. */

import type { Contract, Forecast, Point, State, Trend } from "../api/types";
import { DAY } from "../text/duration";
import type { Period } from "./range";

/** A count that holds from `at` until the next step. Times are milliseconds since 1970. */
export interface Step {
  readonly at: number;
  /** Null where the snapshot has no verdict: the line has a gap. */
  readonly count: number | null;
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
  readonly branch: string;
  readonly steps: readonly Step[];
  readonly forecast: Forecast | null;
  readonly state: State;
  readonly sentence: string;
  /** The highest count of the whole history, if it is in the period. */
  readonly peak: Peak | null;
  /** The end of what was measured: the last snapshot, or the end of the period. */
  readonly until: number;
  /** The time after the last snapshot, if any. */
  readonly silence: Silence | null;
  /** Whether the period ends before the last snapshot: state and sentence are not about its end. */
  readonly isPast: boolean;
}

export interface Peak {
  readonly at: number;
  readonly count: number;
  readonly lowerBound: boolean;
}

/** Time without a snapshot, after the last one. */
export interface Silence {
  readonly until: number;
  readonly days: number;
  /** Whether it is longer than the project's limit. */
  readonly isStale: boolean;
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
/** Without a recent snapshot the chart ends after this part of the time up to the last one. */
const SILENT_MARGIN = 0.12;

export function buildLine(
  contract: Contract,
  colourIndex: number,
  trend: Trend,
  period: Period,
  now: number,
): Line {
  const end = Math.min(period.until ?? now, now);
  const lastSnapshot = Date.parse(trend.retired?.at ?? trend.last_commit_at);
  const steps = inOrder(trend.points.map(toStep));
  const before = stepBeforeFirst(trend, period, end);
  const until = Math.max(
    Math.min(end, lastSnapshot),
    steps.at(-1)?.at ?? before?.at ?? Number.NEGATIVE_INFINITY,
  );
  return {
    contract,
    colourIndex,
    branch: trend.branch,
    steps: before === null ? steps : [before, ...steps],
    forecast: trend.forecast,
    state: trend.state,
    sentence: trend.sentence,
    peak: findPeak(trend, steps),
    until,
    silence: trend.retired === null && end > until ? silenceUntil(end, until, trend) : null,
    isPast: end < Math.min(lastSnapshot, now),
  };
}

function toStep(point: Point): Step {
  return {
    at: Date.parse(point.committed_at),
    count: point.violations,
    adoption: point.adoption,
    lowerBound: point.lower_bound,
    unread: point.unread,
    point,
  };
}

/** Commits keep their order even if a clock was wrong: no step begins before the one in front of it. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  let latest = Number.NEGATIVE_INFINITY;
  return steps.map((step) => {
    latest = Math.max(latest, step.at);
    return step.at === latest ? step : { ...step, at: latest };
  });
}

function silenceUntil(end: number, until: number, trend: Trend): Silence {
  const days = trend.stale_days ?? Math.floor((end - Date.parse(trend.last_commit_at)) / DAY);
  return { until: end, days, isStale: trend.stale && end > until };
}

function findPeak(trend: Trend, steps: readonly Step[]): Peak | null {
  const highest = trend.summary?.highest;
  const step = steps.find(({ point }) => point !== null && point.commit === highest?.commit);
  return step === undefined || step.count === null
    ? null
    : { at: step.at, count: step.count, lowerBound: step.lowerBound };
}

/** The count when the period began, derived from what the first point added and what it lost. */
function stepBeforeFirst(trend: Trend, period: Period, end: number): Step | null {
  const [first] = trend.points;
  const summary = trend.summary;
  if (period.since === null || summary === null) {
    return null;
  }
  const known = { at: period.since, adoption: null, lowerBound: false, unread: 0, point: null };
  if (first === undefined) {
    const last = Date.parse(summary.now.committed_at);
    return last < end && last < period.since ? { ...known, count: summary.now.violations } : null;
  }
  if (
    first.violations === null ||
    first.commit === summary.first.commit ||
    Date.parse(first.committed_at) <= period.since
  ) {
    return null;
  }
  return { ...known, count: first.violations - first.added + first.fixed + (first.dropped ?? 0) };
}

export function buildChartData(lines: readonly Line[], period: Period, now: number): ChartData {
  const drawn = lines.filter((line) => line.steps.length > 0);
  const last = drawn.length > 0 ? Math.max(...drawn.map((line) => line.until)) : now;
  const starts = drawn.flatMap((line) => line.steps.slice(0, 1).map((step) => step.at));
  const from = period.since ?? Math.min(last - DAY, ...starts);
  if (period.until !== null) {
    return { lines, from, to: period.until, now };
  }
  if (drawn.length > 0 && drawn.every(hasEnded)) {
    const soonAfter = Math.min(last + (last - from) * SILENT_MARGIN, now);
    return { lines, from, to: period.since === null ? soonAfter : now, now };
  }
  const farthest = Math.max(now, ...lines.flatMap((line) => futureDates(line, now)));
  const most = now + (now - from) * MAX_FUTURE;
  const margin = (now - from) * MARGIN;
  return { lines, from, to: Math.min(farthest + margin, most), now };
}

/** Return whether nothing more is expected of a line. */
function hasEnded(line: Line): boolean {
  return line.silence?.isStale === true || line.state === "retired";
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

/** A step with a verdict. */
export type CountedStep = Step & { readonly count: number };

/** Return the last step with a verdict, or null if there is none. */
export function lastCounted(line: Line): CountedStep | null {
  return line.steps.findLast((step): step is CountedStep => step.count !== null) ?? null;
}

/** Steps whose counts are lower bounds, until `end`. */
export interface LowerBoundRun {
  readonly steps: readonly CountedStep[];
  readonly end: number;
}

/** Return the runs of steps whose counts are lower bounds. */
export function lowerBoundRuns(line: Line): readonly LowerBoundRun[] {
  const runs: LowerBoundRun[] = [];
  let run: CountedStep[] = [];
  for (const step of line.steps) {
    if (step.lowerBound && step.count !== null) {
      run.push({ ...step, count: step.count });
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
