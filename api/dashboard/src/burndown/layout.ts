/** Where the parts of the chart stand, in pixels. */

import type { Picture, Step } from "./lines";
import { position, type Scale, type Ticks, ticks } from "./scale";

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly time: Scale;
  readonly counts: Scale;
  readonly countTicks: Ticks;
  /** Null: no contract names a replacement. */
  readonly adoption: { readonly scale: Scale; readonly ticks: Ticks } | null;
  /** Labels stand right of this. */
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

export function layoutOf(picture: Picture, width: number, height: number): Layout {
  const narrow = width < NARROW;
  const end = width - (narrow ? 104 : 232);
  const steps = picture.lines.flatMap((line) => line.steps);
  const adopted = steps.map((step) => step.adoption).filter((value) => value !== null);
  const bottom = height - AXIS - (adopted.length > 0 ? ADOPTION + BETWEEN : 0);
  const countTicks = ticks(Math.max(0, ...steps.map((step) => step.count)) * 1.06, narrow ? 4 : 5);
  const time = { from: picture.from, to: picture.to, start: narrow ? 34 : LEFT, end };
  const counts = { from: 0, to: countTicks.most, start: bottom, end: TOP };
  if (adopted.length === 0) {
    return { width, height, time, counts, countTicks, adoption: null, gutter: end, narrow };
  }
  const adoptionTicks = ticks(Math.max(...adopted), 1);
  const floor = height - AXIS;
  const scale = { from: 0, to: adoptionTicks.most, start: floor, end: floor - ADOPTION };
  const adoption = { scale, ticks: adoptionTicks };
  return { width, height, time, counts, countTicks, adoption, gutter: end, narrow };
}

/** Where a step of a line begins. */
export function placeOf(layout: Layout, step: Step): { readonly x: number; readonly y: number } {
  return { x: position(layout.time, step.at), y: position(layout.counts, step.count) };
}
