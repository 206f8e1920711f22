/** The points of the chart that the pointer and the arrow keys can reach. */

import type { Point } from "../api/types";
import { type Layout, positionOfStep } from "./layout";
import { type ChartData, type Line, stepsWithPoint } from "./lines";

export interface HitArea {
  readonly line: Line;
  readonly point: Point;
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/** Return every point within the chart, from left to right. */
export function findHitAreas(data: ChartData, layout: Layout): readonly HitArea[] {
  const { start, end } = layout.time;
  return data.lines
    .flatMap((line) =>
      stepsWithPoint(line).map((step) => ({
        line,
        point: step.point,
        at: step.at,
        ...positionOfStep(layout, step),
      })),
    )
    .filter((area) => area.x >= start - 1 && area.x <= end + 1)
    .sort((a, b) => a.at - b.at);
}

/** A vertical distance counts half: people point at a date rather than at a count. */
const HEIGHT_WEIGHT = 0.5;

/** Return the area nearest to a pixel, or null if there is none. */
export function findNearest(areas: readonly HitArea[], x: number, y: number): HitArea | null {
  let nearest: HitArea | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const area of areas) {
    const distance = Math.hypot(area.x - x, (area.y - y) * HEIGHT_WEIGHT);
    if (distance < least) {
      [nearest, least] = [area, distance];
    }
  }
  return nearest;
}

/** Return the areas of a commit, in the order of the lines. */
export function areasOfCommit(areas: readonly HitArea[], commit: string): readonly HitArea[] {
  return areas.filter((area) => area.point.commit === commit);
}

/** A line's count at the commit that is pointed at. */
export interface LineCount {
  readonly line: Line;
  /** Null: the snapshot has no verdict. */
  readonly count: number | null;
  readonly lowerBound: boolean;
  /** False if the line has no point at this commit: it is the count of the point before. */
  readonly isExact: boolean;
}

/** Return the count of every line that has begun by then. */
export function countsAtCommit(data: ChartData, area: HitArea): readonly LineCount[] {
  return data.lines.flatMap((line) => {
    const ofCommit = line.steps.find(({ point }) => point?.commit === area.point.commit);
    const step = ofCommit ?? line.steps.findLast(({ at }) => at <= area.at);
    return step === undefined
      ? []
      : [{ line, count: step.count, lowerBound: step.lowerBound, isExact: ofCommit !== undefined }];
  });
}
