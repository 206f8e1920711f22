/** The positions of the chart's parts, in pixels. */

import type { ChartData, Step } from "./lines";
import { computeTicks, position, type Scale, type Ticks } from "./scale";

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly time: Scale;
  readonly counts: Scale;
  readonly countTicks: Ticks;
  /** Null if no contract names a replacement. */
  readonly adoption: { readonly scale: Scale; readonly ticks: Ticks } | null;
  /** Labels are placed to the right of this. */
  readonly gutter: number;
  readonly narrow: boolean;
}

const TOP = 30;
const AXIS = 24;
const LEFT = 44;
const ADOPTION = 74;
/** Between the two panels: the upper one's axis, and the lower one's heading. */
const BETWEEN = 44;
const NARROW = 620;

export function computeLayout(data: ChartData, width: number, height: number): Layout {
  const narrow = width < NARROW;
  const end = width - (narrow ? 104 : 232);
  const steps = data.lines.flatMap((line) => line.steps);
  const adopted = steps.map((step) => step.adoption).filter((value) => value !== null);
  const bottom = height - AXIS - (adopted.length > 0 ? ADOPTION + BETWEEN : 0);
  const countTicks = computeTicks(
    Math.max(0, ...steps.map((step) => step.count)) * 1.06,
    narrow ? 4 : 5,
  );
  const time = { from: data.from, to: data.to, start: narrow ? 34 : LEFT, end };
  const counts = { from: 0, to: countTicks.maximum, start: bottom, end: TOP };
  if (adopted.length === 0) {
    return { width, height, time, counts, countTicks, adoption: null, gutter: end, narrow };
  }
  const adoptionTicks = computeTicks(Math.max(...adopted), 1);
  const floor = height - AXIS;
  const scale = { from: 0, to: adoptionTicks.maximum, start: floor, end: floor - ADOPTION };
  const adoption = { scale, ticks: adoptionTicks };
  return { width, height, time, counts, countTicks, adoption, gutter: end, narrow };
}

/** Return where a step of a line begins. */
export function positionOfStep(layout: Layout, step: Step): { readonly x: number; readonly y: number } {
  return { x: position(layout.time, step.at), y: position(layout.counts, step.count) };
}
