/** The positions of the chart's parts, in pixels. */

import type { ChartData, Step } from "./lines";
import { computeTicks, position, type Scale, type Ticks } from "./scale";
import { computeTimeTicks, type TimeTick } from "./time-ticks";

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly time: Scale;
  readonly timeTicks: readonly TimeTick[];
  readonly counts: Scale;
  readonly countTicks: Ticks;
  /** Null if no contract names a replacement. */
  readonly adoption: { readonly scale: Scale; readonly ticks: Ticks } | null;
  /** Labels are placed to the right of this; below the chart where it is narrow. */
  readonly gutter: number;
  readonly narrow: boolean;
}

/** The height of the row above the panel, which has its name, today and deadlines. */
export const DATE_ROW_HEIGHT = 18;
/** The width and height of a mark on a line. */
export const MARK_SIZE = 11;

const TOP = 30;
const AXIS = 24;
const LEFT = 44;
const ADOPTION = 74;
/** Between the two panels: the upper one's axis, and the lower one's heading. */
const BETWEEN = 44;
const NARROW = 620;
/** The width of the names beside the plot, and what is left of that where they stand below it. */
export const NAMES = 232;
const NARROW_RIGHT = 12;
/** The least distance between two ticks of the time axis. */
const TICK_DISTANCE = 72;
const NARROW_TICK_DISTANCE = 64;

export function computeLayout(data: ChartData, width: number, height: number): Layout {
  const narrow = width < NARROW;
  const end = width - (narrow ? NARROW_RIGHT : NAMES);
  const start = narrow ? 34 : LEFT;
  const steps = data.lines.flatMap((line) => line.steps);
  const adopted = steps.map((step) => step.adoption).filter((value) => value !== null);
  const bottom = height - AXIS - (adopted.length > 0 ? ADOPTION + BETWEEN : 0);
  const highest = steps.reduce((most, step) => Math.max(most, step.count ?? 0), 0);
  const countTicks = computeTicks(highest * 1.06, narrow ? 4 : 5);
  const shared = {
    width,
    height,
    time: { from: data.from, to: data.to, start, end },
    timeTicks: computeTimeTicks(
      data.from,
      data.to,
      (end - start) / (narrow ? NARROW_TICK_DISTANCE : TICK_DISTANCE),
    ),
    counts: { from: 0, to: countTicks.maximum, start: bottom, end: TOP },
    countTicks,
    gutter: end,
    narrow,
  };
  if (adopted.length === 0) {
    return { ...shared, adoption: null };
  }
  const adoptionTicks = computeTicks(
    adopted.reduce((most, value) => Math.max(most, value)),
    1,
  );
  const floor = height - AXIS;
  const scale = { from: 0, to: adoptionTicks.maximum, start: floor, end: floor - ADOPTION };
  return { ...shared, adoption: { scale, ticks: adoptionTicks } };
}

/** Return where a step of a line begins; without a verdict it stands on the axis. */
export function positionOfStep(layout: Layout, step: Step): { readonly x: number; readonly y: number } {
  return { x: position(layout.time, step.at), y: position(layout.counts, step.count ?? 0) };
}

/** Return the name of the upper panel. */
export function headingText(data: ChartData): string {
  const branches = new Set(data.lines.map((line) => line.branch));
  const [branch] = branches;
  return branches.size === 1 && branch !== undefined ? `Violations on ${branch}` : "Violations";
}
