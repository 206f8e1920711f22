/** Points that can be pointed at: with the mouse, a finger or the arrow keys. */

import type { Point } from "../api/types";
import { type Layout, placeOf } from "./layout";
import { type Line, type Picture, pointsOf } from "./lines";

export interface Spot {
  readonly line: Line;
  readonly point: Point;
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/** Every point that is drawn, from left to right. */
export function spotsOf(picture: Picture, layout: Layout): readonly Spot[] {
  const { start, end } = layout.time;
  return picture.lines
    .flatMap((line) =>
      pointsOf(line).map((step) => ({ line, point: step.point, at: step.at, ...placeOf(layout, step) })),
    )
    .filter((spot) => spot.x >= start - 1 && spot.x <= end + 1)
    .sort((a, b) => a.at - b.at);
}

/** Across counts for half as much as along: one points at a moment more than at a height. */
const ACROSS = 0.5;

export function nearest(spots: readonly Spot[], x: number, y: number): Spot | null {
  let found: Spot | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const spot of spots) {
    const distance = Math.hypot(spot.x - x, (spot.y - y) * ACROSS);
    if (distance < least) {
      [found, least] = [spot, distance];
    }
  }
  return found;
}

/** The spots of one commit, in the order of the lines. */
export function spotsAt(spots: readonly Spot[], commit: string): readonly Spot[] {
  return spots.filter((spot) => spot.point.commit === commit);
}

/** Another line's count at the commit that is pointed at. */
export interface Beside {
  readonly line: Line;
  readonly count: number;
  readonly lowerBound: boolean;
  /** False: a long line has fewer points than commits, and none here; this is the point before. */
  readonly exact: boolean;
}

/** Every line's count at a spot. */
export function countsAt(picture: Picture, spot: Spot): readonly Beside[] {
  return picture.lines.flatMap((line) => {
    const step = line.steps.findLast((one) => one.at <= spot.at);
    const exact = line.steps.find((one) => one.point?.commit === spot.point.commit);
    const found = exact ?? step;
    return found === undefined
      ? []
      : [{ line, count: found.count, lowerBound: found.lowerBound, exact: exact !== undefined }];
  });
}
